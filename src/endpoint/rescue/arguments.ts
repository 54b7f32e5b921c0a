import { parseJson } from "../../core/json";
import type { ToolSpec } from "../../core/ports";
import { fieldOf, isObject, listOf, textOf } from "../stream/json";
import { readLooseJson } from "./loose-json";

/**
 * Arguments as an object, when the text can only mean one: JSON, JSON inside a JSON string, or JSON that misses by a
 * little. `whole` says that the text was not cut off, so that brackets missing at its end may be supplied.
 */
export function readArguments(text: string, whole: boolean): Record<string, unknown> | undefined {
  const strict = parseJson(text);
  if (isObject(strict)) {
    return strict;
  }
  if (typeof strict === "string") {
    const inner = parseJson(strict);
    return isObject(inner) ? inner : undefined;
  }
  const trimmed = text.trim();
  const start = trimmed.startsWith("{}{") ? 2 : 0;
  const loose = readLooseJson(trimmed.startsWith("{") ? trimmed : `{${trimmed}}`, start);
  if (loose === undefined || !isObject(loose.value) || (loose.completed && !whole)) {
    return undefined;
  }
  const rest = (trimmed.startsWith("{") ? trimmed : `{${trimmed}}`).slice(loose.end).trim();
  return /^[\]}]*(?:<\/?[\w:]+>)*$/.test(rest) && Object.keys(loose.value).length > 0 ? loose.value : undefined;
}

/** The tool that a name must mean: exactly, in another spelling, or with a slip of a letter or two. */
export function matchTool(name: string, tools: readonly ToolSpec[]): ToolSpec | undefined {
  const plain = name
    .replace(/<\|.*$/s, "")
    .trim()
    .replace(/^(?:functions?|tools?|default_api)[./:]/i, "")
    .replace(/:\d+$/, "");
  const exact = tools.find((tool) => tool.name === plain);
  if (exact !== undefined) {
    return exact;
  }
  const wanted = squash(plain);
  const alike = tools.filter((tool) => squash(tool.name) === wanted);
  if (alike.length === 1) {
    return alike[0];
  }
  const near = wanted.length < 6 ? [] : tools.filter((tool) => isSlip(squash(tool.name), wanted));
  return near.length === 1 ? near[0] : undefined;
}

function squash(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, "");
}

/** At most two letters added, lost or changed. */
function isSlip(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 2) {
    return false;
  }
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return (row[b.length] ?? 9) <= 2;
}

function typesOf(schema: unknown): string[] {
  const own = fieldOf(schema, "type");
  const types = Array.isArray(own) ? own.map(textOf) : own === undefined ? [] : [textOf(own)];
  return [...types, ...listOf(fieldOf(schema, "anyOf")).flatMap(typesOf)];
}

/** A value that was written as text, in the type that the tool wants. Text stays as it is, character for character. */
export function typed(text: string, schema: unknown): unknown {
  const types = typesOf(schema);
  if (types.length === 0 || types.includes("string")) {
    return text;
  }
  const value = readLooseJson(text.trim());
  const isWhole = value !== undefined && value.end === text.trim().length && !value.completed;
  return isWhole && types.some((type) => isOfType(value.value, type)) ? value.value : text;
}

/** Values that came as text although the tool wants a list or an object, made what they are. */
export function adapt(args: Record<string, unknown>, tool: ToolSpec): Record<string, unknown> {
  const properties = fieldOf(tool.parameters, "properties");
  let changed = false;
  const fitted = Object.entries(args).map(([key, value]) => {
    const schema = fieldOf(properties, key);
    const types = typesOf(schema);
    const wantsMore = (types.includes("array") || types.includes("object")) && !types.includes("string");
    const better = typeof value === "string" && wantsMore ? typed(value, schema) : value;
    changed ||= better !== value;
    return [key, better] as const;
  });
  return changed ? Object.fromEntries(fitted) : args;
}

/** Whether the arguments could be meant for this tool: everything required is there, and of the right kind. */
export function fits(args: Record<string, unknown>, tool: ToolSpec): boolean {
  const required = listOf(fieldOf(tool.parameters, "required")).map(textOf);
  const properties = fieldOf(tool.parameters, "properties");
  const known = isObject(properties) ? Object.keys(properties) : [];
  return (
    required.every((key) => Object.hasOwn(args, key)) &&
    Object.entries(args).every(([key, value]) => {
      const types = typesOf(fieldOf(properties, key));
      return types.length === 0
        ? known.length === 0 || known.includes(key) || required.length > 0
        : types.some((type) => isOfType(value, type) || isNumberText(value, type));
    })
  );
}

function isNumberText(value: unknown, type: string): boolean {
  return (
    (type === "integer" || type === "number") && typeof value === "string" && /^-?\d+(?:\.\d+)?$/.test(value.trim())
  );
}

function isOfType(value: unknown, type: string): boolean {
  switch (type) {
    case "string":
      return typeof value === "string";
    case "integer":
      return Number.isInteger(value);
    case "number":
      return typeof value === "number";
    case "boolean":
      return typeof value === "boolean";
    case "array":
      return Array.isArray(value);
    case "object":
      return isObject(value);
    case "null":
      return value === null;
    default:
      return true;
  }
}
