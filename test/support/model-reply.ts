/** A tool call as a scripted server sends it. */
export interface ScriptedCall {
  name: string;
  /** An object is sent as JSON text; a string is sent as it is, valid or not. */
  arguments: unknown;
  id?: string | null;
}

/** What goes wrong with an answer. Byte positions count from the start of the body. */
export type Fault =
  | { kind: "status"; status: number; body?: string; contentType?: string }
  | { kind: "html" }
  | { kind: "empty" }
  | { kind: "cut"; afterBytes: number }
  | { kind: "stall"; afterBytes: number }
  | { kind: "no_answer" }
  | { kind: "hang_up" }
  | { kind: "no_done" }
  | { kind: "double_done" }
  | { kind: "no_finish" }
  | { kind: "error_midstream"; error: unknown }
  | { kind: "redirect"; status: number; location: string }
  | { kind: "long_header"; bytes: number }
  | { kind: "gzip" }
  | { kind: "endless"; text: string };

/** One scripted answer to a chat completion. Everything may be left out. */
export interface ScriptedReply {
  text?: string | readonly string[];
  reasoning?: string | readonly string[];
  /** The delta field the reasoning is sent under. */
  reasoningField?: string;
  calls?: readonly ScriptedCall[];
  /** Whole calls in one delta, or their arguments in pieces of this many characters. */
  callPieces?: "whole" | number;
  /** Left out: `tool_calls` when there are calls, else `stop`. Null: no finish reason is sent. */
  finish?: string | null;
  /** Left out: counted roughly. Null: no usage is sent. */
  usage?: { prompt_tokens: number; completion_tokens: number; [more: string]: unknown } | null;
  /** Sent in place of everything above, cut into these pieces. */
  raw?: string | Uint8Array | readonly (string | Uint8Array)[];
  /** Writes the body in pieces of this many bytes, wherever they fall. */
  pieceBytes?: number;
  /** Waits before the first byte, and between deltas. */
  delayMs?: number;
  betweenMs?: number;
  headers?: Record<string, string>;
  fault?: Fault;
}

export function says(text: string | readonly string[], more: ScriptedReply = {}): ScriptedReply {
  return { text, ...more };
}

export function calls(name: string, args: unknown, more: ScriptedReply = {}): ScriptedReply {
  return { calls: [{ name, arguments: args }], ...more };
}

export function fails(fault: Fault, more: ScriptedReply = {}): ScriptedReply {
  return { fault, ...more };
}

let counted = 0;

/** The answer as the pieces of a `text/event-stream` body, one piece per event. */
export function renderReply(
  reply: ScriptedReply,
  request: { model: string; promptCharacters: number; wantsUsage: boolean },
): Uint8Array[] {
  if (reply.raw !== undefined) {
    const pieces = typeof reply.raw === "string" || reply.raw instanceof Uint8Array ? [reply.raw] : reply.raw;
    return pieces.map(toBytes);
  }
  counted += 1;
  const head = {
    id: `chatcmpl-${counted}`,
    object: "chat.completion.chunk",
    created: 1_700_000_000,
    model: request.model,
  };
  const chunk = (delta: unknown, finish: string | null = null) => ({
    ...head,
    choices: [{ index: 0, delta, finish_reason: finish }],
  });
  const chunks: unknown[] = [chunk({ role: "assistant", content: "" })];
  for (const text of list(reply.reasoning)) {
    chunks.push(chunk({ [reply.reasoningField ?? "reasoning_content"]: text }));
  }
  for (const text of list(reply.text)) {
    chunks.push(chunk({ content: text }));
  }
  for (const [index, call] of (reply.calls ?? []).entries()) {
    chunks.push(...callDeltas(call, index, reply.callPieces ?? "whole").map((delta) => chunk({ tool_calls: [delta] })));
  }
  const finish = reply.finish === undefined ? (reply.calls?.length ? "tool_calls" : "stop") : reply.finish;
  const { fault } = reply;
  if (fault?.kind === "error_midstream") {
    chunks.push({ error: fault.error });
  } else if (finish !== null && fault?.kind !== "no_finish") {
    chunks.push(chunk({}, finish));
  }
  const usage = usageOf(reply, request.promptCharacters);
  if (request.wantsUsage && usage !== null && fault?.kind !== "error_midstream") {
    chunks.push({ ...head, choices: [], usage });
  }
  const events = chunks.map((one) => `data: ${JSON.stringify(one)}\n\n`);
  const done =
    fault?.kind === "no_done" || fault?.kind === "error_midstream" || fault?.kind === "no_finish"
      ? 0
      : fault?.kind === "double_done"
        ? 2
        : 1;
  return [...events, ...Array.from({ length: done }, () => "data: [DONE]\n\n")].map(toBytes);
}

function callDeltas(call: ScriptedCall, index: number, pieces: "whole" | number): unknown[] {
  const text = typeof call.arguments === "string" ? call.arguments : JSON.stringify(call.arguments);
  const id = call.id === undefined ? `call_${String(counted).padStart(4, "0")}${index}` : call.id;
  if (pieces === "whole") {
    return [{ index, id, type: "function", function: { name: call.name, arguments: text } }];
  }
  const parts: unknown[] = [{ index, id, type: "function", function: { name: call.name, arguments: "" } }];
  for (let at = 0; at < text.length; at += pieces) {
    parts.push({ index, function: { arguments: text.slice(at, at + pieces) } });
  }
  return parts;
}

function usageOf(reply: ScriptedReply, promptCharacters: number) {
  if (reply.usage !== undefined) {
    return reply.usage;
  }
  const said = [...list(reply.text), ...list(reply.reasoning)].join("") + JSON.stringify(reply.calls ?? "");
  return {
    prompt_tokens: Math.ceil(promptCharacters / 4),
    completion_tokens: Math.ceil(said.length / 4),
    total_tokens: Math.ceil((promptCharacters + said.length) / 4),
  };
}

function list(value: string | readonly string[] | undefined): readonly string[] {
  return value === undefined ? [] : typeof value === "string" ? [value] : value;
}

function toBytes(piece: string | Uint8Array): Uint8Array {
  return typeof piece === "string" ? new TextEncoder().encode(piece) : piece;
}
