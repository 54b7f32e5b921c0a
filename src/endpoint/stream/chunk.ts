import { countOf, fieldOf, isObject, listOf, textOf } from "./json";

/** A piece of a tool call as a server streams it. Any part may be missing. */
export interface CallDelta {
  index: number | undefined;
  id: string;
  name: string;
  /** A piece of JSON text, or the whole arguments as an object. */
  arguments: string | Record<string, unknown>;
}

/** What one chunk says, whatever the server's dialect. */
export type ChunkPart =
  | { kind: "text"; text: string }
  | { kind: "reasoning"; text: string; field: string }
  | { kind: "call"; delta: CallDelta }
  | { kind: "finish"; reason: string }
  | { kind: "usage"; prompt: number; completion: number; cached: number | undefined }
  | { kind: "speed"; tokensPerSecond: number; cached: number | undefined; promptPerSecond: number | undefined }
  | { kind: "progress"; total: number; processed: number }
  | { kind: "model"; fingerprint: string }
  | { kind: "error"; error: unknown };

export function readChunk(chunk: unknown): ChunkPart[] {
  if (!isObject(chunk)) {
    return [];
  }
  const error = chunk["error"];
  if (isError(error) || chunk["object"] === "error") {
    return [{ kind: "error", error: chunk }];
  }
  const [choice] = listOf(chunk["choices"]).filter((one) => (fieldOf(one, "index") ?? 0) === 0);
  return [...readChoice(choice), ...readProgress(chunk), ...readUsage(chunk), ...readTimings(chunk)];
}

function isError(error: unknown): boolean {
  return (typeof error === "string" && error !== "") || isObject(error);
}

function readChoice(choice: unknown): ChunkPart[] {
  const delta = fieldOf(choice, "delta") ?? fieldOf(choice, "message");
  const parts = [...readReasoning(delta), ...readContent(fieldOf(delta, "content") ?? fieldOf(choice, "text"))];
  for (const call of listOf(fieldOf(delta, "tool_calls"))) {
    parts.push({ kind: "call", delta: readCall(call) });
  }
  const single = fieldOf(delta, "function_call");
  if (isObject(single)) {
    parts.push({ kind: "call", delta: { ...readCall({ function: single }), index: 0 } });
  }
  const reason = textOf(fieldOf(choice, "finish_reason"));
  return reason === "" ? parts : [...parts, { kind: "finish", reason }];
}

function readContent(content: unknown): ChunkPart[] {
  if (typeof content === "string") {
    return content === "" ? [] : [{ kind: "text", text: content }];
  }
  return listOf(content).flatMap((part): ChunkPart[] => {
    const thinking = fieldOf(part, "thinking");
    if (thinking !== undefined) {
      const text = typeof thinking === "string" ? thinking : listOf(thinking).map(partText).join("");
      return text === "" ? [] : [{ kind: "reasoning", text, field: "thinking" }];
    }
    const text = partText(part);
    return text === "" ? [] : [{ kind: "text", text }];
  });
}

function partText(part: unknown): string {
  return typeof part === "string" ? part : textOf(fieldOf(part, "text"));
}

/** Some servers send the same reasoning under two names: the first one that holds something counts. */
function readReasoning(delta: unknown): ChunkPart[] {
  for (const field of ["reasoning_content", "reasoning", "thinking", "reasoning_text"]) {
    const value = fieldOf(delta, field);
    const text = isObject(value) ? textOf(value["content"] ?? value["text"]) : textOf(value);
    if (text !== "") {
      return [{ kind: "reasoning", text, field }];
    }
  }
  return [];
}

function readCall(call: unknown): CallDelta {
  const body = fieldOf(call, "function") ?? call;
  const index = countOf(fieldOf(call, "index"));
  const args = fieldOf(body, "arguments") ?? fieldOf(body, "parameters");
  return {
    index,
    id: textOf(fieldOf(call, "id")),
    name: textOf(fieldOf(body, "name")),
    arguments: isObject(args) ? args : textOf(args),
  };
}

function readProgress(chunk: Record<string, unknown>): ChunkPart[] {
  const progress = chunk["prompt_progress"];
  const total = countOf(fieldOf(progress, "total"));
  const processed = countOf(fieldOf(progress, "processed"));
  return total === undefined || processed === undefined ? [] : [{ kind: "progress", total, processed }];
}

function readUsage(chunk: Record<string, unknown>): ChunkPart[] {
  const usage = chunk["usage"];
  const prompt = countOf(fieldOf(usage, "prompt_tokens"));
  const completion = countOf(fieldOf(usage, "completion_tokens"));
  if (prompt === undefined || completion === undefined || prompt === 0) {
    return [];
  }
  const cached =
    countOf(fieldOf(fieldOf(usage, "prompt_tokens_details"), "cached_tokens")) ??
    countOf(fieldOf(usage, "prompt_cache_hit_tokens"));
  return [{ kind: "usage", prompt: Math.round(prompt), completion: Math.round(completion), cached }];
}

function readTimings(chunk: Record<string, unknown>): ChunkPart[] {
  const timings = chunk["timings"];
  const tokensPerSecond = countOf(fieldOf(timings, "predicted_per_second"));
  if (tokensPerSecond === undefined) {
    return [];
  }
  const cached = countOf(fieldOf(timings, "cache_n"));
  return [{ kind: "speed", tokensPerSecond, cached, promptPerSecond: countOf(fieldOf(timings, "prompt_per_second")) }];
}
