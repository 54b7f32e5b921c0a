import * as z from "zod";

/** Why an edit was not applied. */
export const EditFailureKind = z.enum([
  /** `old_text` is not in the file. */
  "not_found",
  /** It is there more than once. */
  "ambiguous",
  /** The file already holds what the edit would write. */
  "already_applied",
  /** The edit would leave the file as it is. */
  "no_change",
  /** It was in the file when the model read it, and no longer is. */
  "changed_since_read",
  /** Two edits of one call change the same text. */
  "overlap",
  /** It only matches what another edit of the same call writes. */
  "depends_on_other_edit",
  /** The place is known, but not how the new text is to be indented there. */
  "uncertain_indent",
  /** A line break at the edge of one text only: two lines would run together. */
  "line_break",
  /** Line breaks in the new text are written as backslash and n. */
  "escaped",
  /** The new text is wrapped in a code fence. */
  "fenced",
  /** The new text leaves code out with a remark such as "rest unchanged". */
  "lazy",
  /** An empty `old_text` for a file that is not empty. */
  "empty_old_text",
  /** The arguments are no edit. */
  "bad_call",
  /** A patch that cannot be read. */
  "bad_patch",
]);
export type EditFailureKind = z.infer<typeof EditFailureKind>;

/** `failure` is written for the model: what was wrong, and what to send instead. */
export interface EditFailure {
  ok: false;
  kind: EditFailureKind;
  failure: string;
}

export function failed(kind: EditFailureKind, failure: string): EditFailure {
  return { ok: false, kind, failure };
}
