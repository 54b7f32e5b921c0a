import { isEscapedCode } from "./escapes";
import { editAsWritten } from "./exact-edit";
import { explainNotFound } from "./explain";
import { failed } from "./failure";
import { type Found, indentNote, uncertainIndent } from "./found";
import { findOmission } from "./lazy";
import type { PlaceOptions, TextEdit } from "./place";
import { isFencedCode, otherReadings, type Reading, type UnclearReading } from "./readings";
import type { Searched } from "./searched";
import { cut } from "./show";
import { withNewlines } from "./source";

/** The place of one edit, by everything that is certain: as written, then as what else it can be. */
export function findEdit(searched: Searched, raw: TextEdit, options: PlaceOptions): Found {
  const edit = { ...raw, oldText: plain(raw.oldText), newText: plain(raw.newText) };
  if (edit.oldText === "") {
    return fill(searched, edit);
  }
  const known = [...searched.source.lines, ...edit.oldText.split("\n")];
  const omission = findOmission(edit.newText, known, options.path);
  if (omission) {
    return failed(
      "lazy",
      `new_text leaves code out: its line ${omission.line + 1} is "${cut(omission.text)}". That line would be written into the file as it is, and the code would be lost. Send every line, or smaller edits around the lines that change.`,
    );
  }
  const direct = editAsWritten(searched, edit);
  if (direct?.ok && isEscapedCode(edit.newText, options.path ?? "")) {
    return failed(
      "escaped",
      "new_text has backslash and n where its lines end: it was escaped twice, and would be written into the file like that. Send it with real line breaks.",
    );
  }
  if (direct?.ok && isFencedCode(edit.newText, { path: options.path ?? "", text: searched.source.text })) {
    return failed(
      "fenced",
      "new_text is wrapped in a code fence, and the fence would be written into the file. Send only the lines between.",
    );
  }
  return direct ?? findOtherReading(searched, edit) ?? explainNotFound(searched, edit, options);
}

const byteOrderMark = "\uFEFF";

function plain(text: string): string {
  return withNewlines(text.startsWith(byteOrderMark) ? text.slice(1) : text);
}

/** An empty old text stands for an empty file, or, in a patch, for its end. */
function fill({ source }: Searched, edit: TextEdit): Found {
  if (source.text === "" || (edit.wholeLines && edit.atEnd)) {
    const end = source.text.length;
    const needsBreak = end > 0 && !source.text.endsWith("\n");
    const text = needsBreak ? `\n${edit.newText.replace(/\n$/, "")}` : edit.newText;
    return { ok: true, splices: [{ start: end, end, text }], notes: [] };
  }
  return failed(
    "empty_old_text",
    "old_text is empty and the file is not. To insert lines, send the line before or after them as old_text and repeat it in new_text; to rewrite the file, use write_file.",
  );
}

function findOtherReading(searched: Searched, edit: TextEdit): Found | undefined {
  for (const reading of otherReadings(edit.oldText, edit.newText)) {
    const found = "unclear" in reading ? refuseUnclear(searched, edit, reading) : findReading(searched, edit, reading);
    if (found) {
      return found;
    }
  }
  return undefined;
}

function refuseUnclear(searched: Searched, edit: TextEdit, { oldText, unclear }: UnclearReading): Found | undefined {
  return editAsWritten(searched, { ...edit, oldText, newText: "" })
    ? failed(
        "not_found",
        `old_text is not in the file as it was sent, and ${unclear}. Send both texts exactly as the file shall hold them.`,
      )
    : undefined;
}

function findReading(searched: Searched, edit: TextEdit, reading: Reading): Found | undefined {
  const found = editAsWritten(searched, { ...edit, oldText: reading.oldText, newText: reading.newText });
  if (!found?.ok) {
    return found;
  }
  const start = found.splices[0]?.start ?? 0;
  const line = searched.source.lineAt(start);
  if (reading.line !== undefined && reading.line !== line + 1) {
    return failed(
      "not_found",
      `old_text is not in the file as it was sent. Without its line numbers it stands at line ${line + 1}, but they say line ${reading.line}. Read the file again, and send old_text without line numbers.`,
    );
  }
  const isExact = start === searched.source.startOf(line) && !found.notes.includes(indentNote);
  if (reading.mustBeExact && !isExact && edit.newText.trim() !== "") {
    return uncertainIndent(searched.source, { first: line, count: 1 });
  }
  return { ...found, notes: [reading.note, ...found.notes] };
}
