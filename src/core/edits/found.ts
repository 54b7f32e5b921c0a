import { type EditFailure, failed } from "./failure";
import type { LineRun } from "./find";
import { listLines, nameLines, showBlanks } from "./show";
import type { Source, Splice } from "./source";

/** Where an edit belongs and what stands there afterwards, or why that cannot be told. */
export type Found = { ok: true; splices: Splice[]; notes: string[] } | EditFailure;

export const indentNote =
  "old_text differed from the file in white space; new_text was indented like the lines it replaces.";

/** Lines from 0. */
export function ambiguous(lines: readonly number[], what: string): EditFailure {
  return failed(
    "ambiguous",
    `${what} matches in ${lines.length} places: ${listLines(lines)}. Add lines before or after it, so that it stands in one place only.`,
  );
}

const shownLines = 12;

/** The place is clear, the depth of the new lines is not. */
export function uncertainIndent(source: Source, { first, count }: LineRun): EditFailure {
  const lines = source.lines.slice(first, first + Math.min(count, shownLines));
  const shown = lines.map((line) => showBlanks(line, "outer")).join("\n");
  return failed(
    "uncertain_indent",
    `old_text stands at ${nameLines(first, count)}, but with other white space, and it does not follow how new_text is to be indented there. The file has (blanks as · and tabs as →):\n${shown}\nSend old_text and new_text with the file's own indentation.`,
  );
}

/** `line` from 0. */
export function joinedLines(edge: "start" | "end", line: number): EditFailure {
  return failed(
    "line_break",
    `old_text has a line break at its ${edge} and new_text does not: two lines at line ${line + 1} would be joined. Begin and end both texts alike.`,
  );
}
