import { type EditFailure, failed } from "./failure";
import type { TextEdit } from "./place";

/** What a patch does to one file. `path` is empty when the patch names none. */
export type PatchedFile =
  | { kind: "edit"; path: string; edits: TextEdit[]; moveTo?: string }
  | { kind: "create"; path: string; text: string }
  | { kind: "delete"; path: string };

export type ReadPatch = { ok: true; files: PatchedFile[] } | EditFailure;

type Line = { mark: " " | "+" | "-"; text: string; isUnfinished?: boolean };

/** Old and new text of one hunk; whole lines, as they stand in the file before and after. */
export function hunkToEdit(lines: readonly Line[]): TextEdit {
  const textOf = (marks: string) =>
    lines
      .filter((line) => marks.includes(line.mark))
      .map((line) => (line.isUnfinished ? line.text : `${line.text}\n`))
      .join("");
  return { oldText: textOf(" -"), newText: textOf(" +"), wholeLines: true };
}

/** Reads the body lines of a hunk. Models forget the blank in front of context lines, above all of empty ones. */
export function readHunkLine(line: string): Line {
  const [mark] = line;
  return mark === "+" || mark === "-" || mark === " " ? { mark, text: line.slice(1) } : { mark: " ", text: line };
}

export type { Line as HunkLine };

export function badPatch(what: string): EditFailure {
  return failed(
    "bad_patch",
    `The patch cannot be read: ${what}. Send old_text and new_text instead. Nothing was changed.`,
  );
}
