import { parseJson } from "./json";

/** What a call's arguments say; undefined when they are no JSON. */
export function parseArguments(text: string): unknown {
  return parseJson(text === "" ? "{}" : text);
}

/** Arguments in one spelling: the order of keys and white space do not matter. */
export function canonical(text: string): string {
  const value = parseArguments(text);
  return value === undefined ? text : JSON.stringify(sorted(value));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(sorted);
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}
