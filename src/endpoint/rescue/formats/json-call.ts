import { fieldOf, isObject, textOf } from "../../stream/json";
import { readLooseJson } from "../loose-json";
import type { RawCall } from "./format";

const nameKeys = ["name", "tool", "tool_name", "function_name", "function", "action"];
const argumentKeys = ["arguments", "parameters", "args", "input", "tool_input", "params", "action_input"];

/** Calls in a JSON value: one, a list of them, or wrapped the way some APIs do. Undefined when it is something else. */
export function callsInJson(value: unknown): RawCall[] | undefined {
  if (Array.isArray(value)) {
    const all = value.map(callsInJson);
    return all.length > 0 && all.every((calls) => calls !== undefined) ? all.flat() : undefined;
  }
  if (!isObject(value)) {
    return undefined;
  }
  for (const wrapper of ["tool_calls", "function_call", "tool_call"]) {
    if (value[wrapper] !== undefined) {
      return callsInJson(value[wrapper]);
    }
  }
  if (isObject(value["function"])) {
    return callsInJson(value["function"]);
  }
  const name = nameKeys.map((key) => textOf(value[key])).find((found) => found !== "");
  const key = argumentKeys.find((candidate) => Object.hasOwn(value, candidate));
  if (name === undefined || (key === undefined && Object.keys(value).length > 1)) {
    return undefined;
  }
  return [{ name, json: key === undefined ? {} : fieldOf(value, key) }];
}

/** One JSON value or several in a row, from `start` on; where they end. */
export function readJsonCalls(
  text: string,
  start: number,
): { calls: RawCall[]; end: number; completed: boolean } | undefined {
  const calls: RawCall[] = [];
  let end = start;
  let completed = false;
  for (;;) {
    const at = end + (/^[\s,;]*/.exec(text.slice(end))?.[0].length ?? 0);
    if (text[at] !== "{" && text[at] !== "[") {
      break;
    }
    const read = readLooseJson(text, at);
    const found = read === undefined ? undefined : callsInJson(read.value);
    if (read === undefined || found === undefined) {
      break;
    }
    calls.push(...found);
    end = read.end;
    completed = read.completed;
  }
  return calls.length === 0 ? undefined : { calls, end, completed };
}

/** The arguments of a call whose name stands outside of them. */
export function argumentsAt(text: string, at: number): { json: unknown; end: number } | undefined {
  const start = at + (/^\s*/.exec(text.slice(at))?.[0].length ?? 0);
  const read = text[start] === "{" ? readLooseJson(text, start) : undefined;
  return read !== undefined && isObject(read.value) ? { json: read.value, end: read.end } : undefined;
}
