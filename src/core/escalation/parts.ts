import { parseArguments } from "../arguments";
import type { Call } from "../events";
import { isSecretLike } from "../gate/protected";
import type { Message, ModelRequest } from "../ports";
import type { Tool, ToolCall } from "../tools/tool";
import type { RedactedRequest } from "./redact-request";
import type { RedactedText } from "./redactor";

export interface PartText extends RedactedText {
  /** What the text is within its part, when that has several. */
  label: string;
}

/** A part of what would be sent, as the preview shows it. */
export interface Part {
  /** Position of the message; -1 and -2 are what the harness itself says, which cannot be left out. */
  index: number;
  from: "hearth" | "user" | "model" | "tool";
  title: string;
  texts: PartText[];
  /** Files that the part holds something of, with the bytes of that. */
  files: { path: string; bytes: number }[];
  /** UTF-8 bytes of the texts. */
  bytes: number;
  /** Where secrets were taken out. */
  redactions: number;
  /** Why it is left out unless the user wants it in. */
  heldBack: string | undefined;
}

export const harnessParts = { system: -1, tools: -2 } as const;

/** Names every part of a request: who says it, about what, and which files are in it. */
export function partsOf(request: ModelRequest, redacted: RedactedRequest, tools: readonly Tool[]): Part[] {
  const calls = callsOf(request.messages, tools);
  return [
    part(harnessParts.system, "hearth", "How Hearth works, said to every model", [labelled("", redacted.system)]),
    part(harnessParts.tools, "hearth", `${request.tools.length} tools it may call`, [toolsText(request)]),
    ...redacted.messages.map(({ message, texts }, index) => messagePart(index, message, texts, calls)),
  ];
}

interface KnownCall {
  call: Call;
  read: ToolCall | undefined;
}

function callsOf(messages: readonly Message[], tools: readonly Tool[]): ReadonlyMap<string, KnownCall> {
  const known = new Map<string, KnownCall>();
  for (const message of messages) {
    for (const call of message.role === "assistant" ? message.calls : []) {
      known.set(call.id, { call, read: readCall(call, tools) });
    }
  }
  return known;
}

function readCall(call: Call, tools: readonly Tool[]): ToolCall | undefined {
  const read = tools.find(({ name }) => name === call.name)?.read(parseArguments(call.arguments));
  return read?.ok ? read.call : undefined;
}

function messagePart(
  index: number,
  message: Message,
  texts: readonly RedactedText[],
  calls: ReadonlyMap<string, KnownCall>,
): Part {
  switch (message.role) {
    case "user":
      return part(
        index,
        "user",
        firstLine(texts[0]?.text ?? ""),
        texts.map((text) => labelled("", text)),
        {
          files: attachedFiles(message.text),
        },
      );
    case "assistant":
      return replyPart(index, message, texts, calls);
    case "tool":
      return resultPart(index, message, texts, calls);
  }
}

function replyPart(
  index: number,
  message: Extract<Message, { role: "assistant" }>,
  texts: readonly RedactedText[],
  calls: ReadonlyMap<string, KnownCall>,
): Part {
  const [said, , ...values] = texts;
  const wanted = message.calls.map((call) => calls.get(call.id)?.read?.title ?? call.name);
  const files = message.calls.flatMap((call) => {
    const effect = calls.get(call.id)?.read?.effect;
    return effect?.kind === "edit" ? effect.paths.map((path) => ({ path, bytes: bytesOf(call.arguments) })) : [];
  });
  const written = [
    ...(said && said.text !== "" ? [labelled("said", said)] : []),
    ...values.filter(({ text }) => text !== "").map((text) => labelled("in a call", text)),
  ];
  const title = wanted.length > 0 ? wanted.join("; ") : firstLine(said?.text ?? "");
  return part(index, "model", title, written, { files });
}

function resultPart(
  index: number,
  message: Extract<Message, { role: "tool" }>,
  texts: readonly RedactedText[],
  calls: ReadonlyMap<string, KnownCall>,
): Part {
  const known = calls.get(message.callId);
  const effect = known?.read?.effect;
  const title = `Result of: ${known?.read?.title ?? message.name}`;
  const files =
    message.name === "search_text"
      ? foundFiles(message.text)
      : effect?.kind === "read" && message.name === "read_file"
        ? effect.paths.map((path) => ({ path, bytes: bytesOf(message.text) }))
        : [];
  const secret = files.find(({ path }) => isSecretLike(path));
  return part(
    index,
    "tool",
    title,
    texts.map((text) => labelled("", text)),
    {
      files,
      heldBack: secret === undefined ? undefined : `${secret.path} is a file for secrets.`,
    },
  );
}

function part(
  index: number,
  from: Part["from"],
  title: string,
  texts: PartText[],
  more: { files?: Part["files"]; heldBack?: string | undefined } = {},
): Part {
  return {
    index,
    from,
    title,
    texts,
    files: more.files ?? [],
    bytes: texts.reduce((sum, { text }) => sum + bytesOf(text), 0),
    redactions: texts.reduce((sum, { marks }) => sum + marks.length, 0),
    heldBack: more.heldBack,
  };
}

function labelled(label: string, { text, marks }: RedactedText): PartText {
  return { label, text, marks };
}

function toolsText({ tools }: ModelRequest): PartText {
  const text = tools.map(({ name, description }) => `${name}\n${description}`).join("\n\n");
  return { label: "", text, marks: [] };
}

/** A search names the file of each line that it found. */
function foundFiles(text: string): Part["files"] {
  const sums = new Map<string, number>();
  for (const line of text.split("\n")) {
    const path = /^(.+?):\d+: /.exec(line)?.[1];
    if (path !== undefined) {
      sums.set(path, (sums.get(path) ?? 0) + bytesOf(line));
    }
  }
  return [...sums].map(([path, bytes]) => ({ path, bytes }));
}

/** A selection that the user attached is introduced by its place. */
function attachedFiles(text: string): Part["files"] {
  return text.split(/\n\n(?=[^\n]+, lines \d+ to \d+:\n)/).flatMap((piece) => {
    const path = /^([^\n]+), lines \d+ to \d+:\n/.exec(piece)?.[1];
    return path === undefined ? [] : [{ path, bytes: bytesOf(piece) }];
  });
}

function firstLine(text: string): string {
  const line = text.trim().split("\n", 1)[0] ?? "";
  return line.length <= 100 ? line : `${line.slice(0, 99)}…`;
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).byteLength;
}
