import { type EditFailure, failed } from "./failure";
import { placeEdits } from "./place";
import type { FileCall } from "./read-call";
import { rewriteFile } from "./rewrite";

/** What one file of a call comes to. `text` is undefined when the file is deleted. */
export type AppliedCall = { ok: true; text: string | undefined; moveTo?: string; notes: string[] } | EditFailure;

/** Applies one file of a call to its text; `base` is undefined when there is no such file, `seen` what the model last read. */
export function applyFileCall(base: string | undefined, call: FileCall, seen?: string): AppliedCall {
  if (call.kind === "write") {
    if (call.isNew && base !== undefined) {
      return failed(
        "bad_call",
        `${call.path} exists already: the patch would create it. Send an edit of the file instead. Nothing was changed.`,
      );
    }
    return rewriteFile(base, call.content, call.path);
  }
  const creates = call.kind === "edit" && call.edits.every((edit) => edit.oldText.trim() === "");
  if (base === undefined && !creates) {
    return failed("not_found", `There is no file ${call.path}. Nothing was changed.`);
  }
  if (call.kind === "delete") {
    return { ok: true, text: undefined, notes: [] };
  }
  if (base === undefined) {
    return rewriteFile(undefined, call.edits.map((edit) => edit.newText).join(""), call.path);
  }
  const moved = call.moveTo === undefined ? {} : { moveTo: call.moveTo };
  if (call.edits.length === 0 && call.moveTo !== undefined) {
    return { ok: true, text: base, notes: [], ...moved };
  }
  const placed = placeEdits(base, call.edits, { path: call.path, ...(seen === undefined ? {} : { seen }) });
  return placed.ok ? { ...placed, ...moved } : placed;
}
