import type { Block } from "./format";
import { readJsonCalls } from "./json-call";

/** JSON that is the whole text, or begins a line and goes on to its end. */
export function bareJson(text: string): Block | undefined {
  const start = text.search(/\S/);
  if (start < 0 || (text[start] !== "{" && text[start] !== "[")) {
    return undefined;
  }
  const found = readJsonCalls(text, start);
  return found === undefined || text.slice(found.end).trim() !== ""
    ? undefined
    : { start, end: text.length, calls: found.calls };
}
