import { parseArguments } from "../arguments";
import type { Call } from "../events";
import type { Message, ModelRequest } from "../ports";
import type { RedactedText, Redactor } from "./redactor";

export interface RedactedMessage {
  message: Message;
  /** The texts the message is made of, in the order of `textsOf`, with the marks of what was taken out. */
  texts: RedactedText[];
}

export interface RedactedRequest {
  system: RedactedText;
  messages: RedactedMessage[];
}

/** Takes the secrets out of everything of a request that is not the harness's own. Tool descriptions are. */
export function redactRequest(request: ModelRequest, redactor: Redactor): RedactedRequest {
  const own = request.messages.map(textsOf);
  const all = redactor.redact([request.system, ...own.flat()]);
  let at = 1;
  const messages = request.messages.map((message, index) => {
    const texts = all.slice(at, at + (own[index]?.length ?? 0));
    at += texts.length;
    return {
      message: withTexts(
        message,
        texts.map(({ text }) => text),
      ),
      texts,
    };
  });
  return { system: all[0] ?? { text: "", marks: [] }, messages };
}

/** Every text of a message; the arguments of a call count as the strings in them. */
export function textsOf(message: Message): string[] {
  if (message.role !== "assistant") {
    return [message.text];
  }
  return [message.text, message.reasoning, ...message.calls.flatMap((call) => stringsOf(call))];
}

function withTexts(message: Message, texts: readonly string[]): Message {
  if (message.role !== "assistant") {
    return { ...message, text: texts[0] ?? "" };
  }
  const rest = texts.slice(2);
  const calls = message.calls.map((call) => withStrings(call, rest.splice(0, stringsOf(call).length)));
  return { role: "assistant", text: texts[0] ?? "", reasoning: texts[1] ?? "", calls };
}

function stringsOf(call: Call): string[] {
  const value = parseArguments(call.arguments);
  if (value === undefined) {
    return [call.arguments];
  }
  const strings: string[] = [];
  mapStrings(value, (text) => {
    strings.push(text);
    return text;
  });
  return strings;
}

/** Arguments in which nothing was taken out stay as the model wrote them. */
function withStrings(call: Call, strings: readonly string[]): Call {
  const value = parseArguments(call.arguments);
  if (value === undefined) {
    return { ...call, arguments: strings[0] ?? "" };
  }
  const before = stringsOf(call);
  if (before.every((text, index) => text === strings[index])) {
    return call;
  }
  const rest = [...strings];
  return { ...call, arguments: JSON.stringify(mapStrings(value, () => rest.shift() ?? "")) };
}

/** Maps every string of a JSON value, names of members included, always in the same order. */
export function mapStrings(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === "string") {
    return change(value);
  }
  if (Array.isArray(value)) {
    return value.map((each) => mapStrings(each, change));
  }
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [change(name), mapStrings(each, change)]));
  }
  return value;
}
