import { plainPath } from "../text/plain-path";
import { isBeginPatch, readBeginPatch } from "./begin-patch";
import { type Fields, field, isFields, names, readText, stringField, textField } from "./call-fields";
import { type EditFailure, failed } from "./failure";
import type { PatchedFile, ReadPatch } from "./patch";
import type { TextEdit } from "./place";
import { insideFence } from "./readings";
import { isSearchReplace, readSearchReplace } from "./search-replace";
import { withNewlines } from "./source";
import { isUnifiedDiff, readUnifiedDiff } from "./unified-diff";

/** One file of a call. `write` replaces or creates a whole file. */
export type FileCall =
  | { kind: "edit"; path: string; edits: TextEdit[]; moveTo?: string }
  | { kind: "write"; path: string; content: string; isNew: boolean }
  | { kind: "delete"; path: string };

/** What a call asks for, file by file, in the order it was written. */
export type ReadCall = { ok: true; files: FileCall[] } | EditFailure;

/**
 * Reads the arguments of `edit_file` or `write_file`, also in the shapes that models trained on other tools send: one pair without a list,
 * other names for the fields, the list as JSON text, a unified diff, a `*** Begin Patch` block, or SEARCH/REPLACE blocks.
 */
export function readEditCall(args: unknown): ReadCall {
  return withPlainPaths(readArguments(args));
}

function readArguments(args: unknown): ReadCall {
  const parsed = typeof args === "string" ? readText(args) : args;
  if (typeof parsed === "string") {
    return readPatch(parsed, "") ?? notAnEdit();
  }
  if (Array.isArray(parsed)) {
    return readFields({ edits: parsed });
  }
  return isFields(parsed) ? readFields(parsed) : notAnEdit();
}

/** One file has one name, however it was written. */
function withPlainPaths(read: ReadCall): ReadCall {
  return read.ok ? { ok: true, files: read.files.map(withPlainPath) } : read;
}

function withPlainPath(file: FileCall): FileCall {
  const path = plainPath(file.path);
  return file.kind === "edit" && file.moveTo !== undefined
    ? { ...file, path, moveTo: plainPath(file.moveTo) }
    : { ...file, path };
}

function readFields(fields: Fields): ReadCall {
  const path = stringField(fields, names.path) ?? "";
  const listed = field(fields, names.edits);
  if (listed !== undefined) {
    return readList(listed, path, fields);
  }
  const single = readPair(fields);
  if (single) {
    return single.ok ? { ok: true, files: asFiles(path, [single.edit]) } : single;
  }
  const patch = stringField(fields, names.patch);
  if (patch !== undefined) {
    return (
      readPatch(patch, path) ??
      failed(
        "bad_patch",
        `The patch cannot be read: it has neither "@@" hunks nor SEARCH/REPLACE blocks. Send old_text and new_text instead. Nothing was changed.`,
      )
    );
  }
  const content = textField(fields, names.content);
  if (content === undefined) {
    return notAnEdit();
  }
  const asPatch = isBeginPatch(content) && !/\.(patch|diff)$/.test(path) ? readPatch(content, path) : undefined;
  return asPatch ?? { ok: true, files: [{ kind: "write", path, content, isNew: false }] };
}

function readList(listed: unknown, path: string, fields: Fields): ReadCall {
  const value = typeof listed === "string" ? readText(listed) : listed;
  if (typeof value === "string") {
    return readPatch(value, path) ?? notAnEdit();
  }
  const items: unknown[] = Array.isArray(value) ? value : [value];
  const edits: TextEdit[] = [];
  const patched: FileCall[] = [];
  for (const item of items.map((each) => (typeof each === "string" ? readText(each) : each))) {
    if (typeof item === "string") {
      const patch = readPatch(item, path);
      if (!patch?.ok) {
        return patch ?? notAnEdit();
      }
      patched.push(...patch.files);
      continue;
    }
    const pair = isFields(item) ? readPair(item) : undefined;
    if (!pair) {
      return notAnEdit();
    }
    if (!pair.ok) {
      return pair;
    }
    edits.push(pair.edit);
  }
  if (edits.length === 0 && patched.length === 0) {
    const single = readPair(fields);
    return single?.ok ? { ok: true, files: asFiles(path, [single.edit]) } : (single ?? notAnEdit());
  }
  return { ok: true, files: joinEdits([...(edits.length > 0 ? asFiles(path, edits) : []), ...patched]) };
}

/** Edits of one file that came in several pieces are one call, all or none. */
function joinEdits(files: readonly FileCall[]): FileCall[] {
  const joined: FileCall[] = [];
  for (const file of files) {
    const same = joined.find((each) => each.kind === "edit" && file.kind === "edit" && each.path === file.path);
    if (same?.kind === "edit" && file.kind === "edit") {
      same.edits.push(...file.edits);
    } else {
      joined.push(file.kind === "edit" ? { ...file, edits: [...file.edits] } : file);
    }
  }
  return joined;
}

function readPair(fields: Fields): ({ ok: true; edit: TextEdit } | EditFailure) | undefined {
  const oldText = textField(fields, names.old);
  const newText = textField(fields, names.new);
  const patch =
    oldText === undefined || newText === undefined || newText === "" ? patchIn(oldText ?? newText) : undefined;
  if (patch) {
    return patch;
  }
  if (oldText === undefined && newText === undefined) {
    return undefined;
  }
  if (oldText === undefined || newText === undefined) {
    const missing = oldText === undefined ? "old_text" : "new_text";
    return failed(
      "bad_call",
      `${missing} is missing. Each edit needs old_text (what the file holds now) and new_text (what it shall hold). Nothing was changed.`,
    );
  }
  const everywhere = field(fields, names.everywhere) === true;
  return { ok: true, edit: { oldText, newText, ...(everywhere ? { everywhere } : {}) } };
}

/** A single block or hunk that was put into one of the two texts. */
function patchIn(value: string | undefined): { ok: true; edit: TextEdit } | undefined {
  const patch =
    value === undefined || !(isSearchReplace(value) || isBeginPatch(value)) ? undefined : readPatch(value, "");
  const file = patch?.ok && patch.files.length === 1 ? patch.files[0] : undefined;
  const edit = file?.kind === "edit" && file.edits.length === 1 ? file.edits[0] : undefined;
  return edit && { ok: true, edit };
}

function asFiles(path: string, edits: TextEdit[]): FileCall[] {
  return [{ kind: "edit", path, edits }];
}

/** Undefined when the text is no patch of a known kind. */
function readPatch(raw: string, path: string): ReadCall | undefined {
  const lines = withNewlines(raw);
  const patch = insideFence(lines) ?? lines;
  if (isSearchReplace(patch)) {
    return fromPatch(readSearchReplace(patch), path);
  }
  if (isBeginPatch(patch)) {
    return fromPatch(readBeginPatch(patch), path);
  }
  return isUnifiedDiff(patch) ? fromPatch(readUnifiedDiff(patch), path) : undefined;
}

function fromPatch(patch: ReadPatch, path: string): ReadCall {
  if (!patch.ok) {
    return patch;
  }
  const [only] = patch.files;
  const files = patch.files.length === 1 && only && only.path === "" ? [{ ...only, path }] : patch.files;
  const stray = path === "" ? undefined : files.find((file) => !isSamePath(file.path, path));
  if (stray) {
    return failed(
      "bad_patch",
      `The patch is for ${stray.path || "a file without a name"}, but path is ${path}. Send one call for each file. Nothing was changed.`,
    );
  }
  return { ok: true, files: files.map((file) => toCall(path === "" ? file : { ...file, path })) };
}

function isSamePath(left: string, right: string): boolean {
  const [a, b] = [left, right].map((path) => `/${path.replaceAll("\\", "/").replace(/^(?:\.?\/)+/, "")}`) as [
    string,
    string,
  ];
  return a.endsWith(b) || b.endsWith(a);
}

function toCall(file: PatchedFile): FileCall {
  return file.kind === "create" ? { kind: "write", path: file.path, content: file.text, isNew: true } : file;
}

function notAnEdit(): EditFailure {
  return failed(
    "bad_call",
    'The call holds no edit. Send {"path": "…", "edits": [{"old_text": "…", "new_text": "…"}]}. Nothing was changed.',
  );
}
