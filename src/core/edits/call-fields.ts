import * as z from "zod";
import { parseJson } from "../json";

const text = z.union([z.string(), z.array(z.string()).transform((lines) => lines.join("\n"))]);
/** What the fields are called, by us and by the tools that models were trained on. */
export const names = {
  path: ["path", "file_path", "filePath", "file", "filename", "target_file", "relative_path"],
  old: ["old_text", "oldText", "old_string", "oldString", "old_str", "oldStr", "old", "search", "find", "original"],
  new: [
    "new_text",
    "newText",
    "new_string",
    "newString",
    "new_str",
    "newStr",
    "new",
    "replace",
    "replacement",
    "updated",
  ],
  edits: ["edits", "changes", "replacements", "edit"],
  patch: ["patch", "diff", "input", "patch_text", "patchText", "unified_diff"],
  content: ["content", "contents", "text", "file_text", "new_content", "newContent", "code"],
  everywhere: ["replace_all", "replaceAll", "expected_replacements_all"],
} as const;

/** The arguments of a call, or one edit of its list. */
export type Fields = Record<string, unknown>;

/** JSON that was sent as text, or the text itself. */
export function readText(value: string): unknown {
  const trimmed = value.trim();
  if (!/^[[{"]/.test(trimmed)) {
    return value;
  }
  return parseJson(trimmed) ?? value;
}

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function field(fields: Fields, keys: readonly string[]): unknown {
  const key = keys.find((each) => fields[each] !== undefined && fields[each] !== null);
  return key === undefined ? undefined : fields[key];
}

export function stringField(fields: Fields, keys: readonly string[]): string | undefined {
  const value = field(fields, keys);
  return typeof value === "string" ? value : undefined;
}

export function textField(fields: Fields, keys: readonly string[]): string | undefined {
  const value = text.safeParse(field(fields, keys));
  return value.success ? value.data : undefined;
}
