import { endsInIndent, endsLineBefore, isApplied, isMisindented, joinsLines, movesTrailing } from "./edges";
import { failed } from "./failure";
import { findExact, keyOf, type Place } from "./find";
import { ambiguous, type Found, indentNote, joinedLines, uncertainIndent } from "./found";
import { editLines } from "./line-edit";
import { readMissingIndent } from "./missing-indent";
import { narrow } from "./narrow";
import type { TextEdit } from "./place";
import type { Searched } from "./searched";
import type { Source, Splice } from "./source";

/** Finds the old text exactly, else as whole lines that differ in white space only. Undefined when it is nowhere. */
export function editAsWritten(searched: Searched, edit: TextEdit): Found | undefined {
  const { source } = searched;
  const places = findExact(source, edit.oldText, edit.wholeLines ?? false);
  if (edit.everywhere && places.length > 0) {
    return { ok: true, splices: withoutOverlap(places).map((place) => ({ ...place, text: edit.newText })), notes: [] };
  }
  const hidden = hiddenPlaces(source, edit, places);
  if (hidden.length > 1) {
    return ambiguous(linesOf(source, hidden), "old_text without the line break at its start");
  }
  const candidates = places.map((place) => ({ ...place, line: source.lineAt(place.start) }));
  const [place, ...others] = narrow(searched, edit, candidates);
  if (!place) {
    return editLines(searched, edit);
  }
  if (others.length > 0) {
    return ambiguous(linesOf(source, [place, ...others]), "old_text");
  }
  const exact = replace(searched, edit, place);
  return exact.ok && onlyLooksExact(source, edit, place) ? unlessMeantOtherwise(searched, edit, exact) : exact;
}

function onlyLooksExact(source: Source, edit: TextEdit, place: Place): boolean {
  const { oldText } = edit;
  return (
    isMisindented(source, oldText, place) || endsInIndent(source, oldText, place) || movesTrailing(source, edit, place)
  );
}

/** White space tells that whole lines are meant. Where that would come to something else, neither is done. */
function unlessMeantOtherwise(searched: Searched, edit: TextEdit, exact: Found & { ok: true }): Found {
  const { source } = searched;
  const byLines = editLines(searched, edit);
  if (!byLines?.ok) {
    return byLines ?? exact;
  }
  return source.splice(byLines.splices) === source.splice(exact.splices)
    ? exact
    : uncertainIndent(source, { first: source.lineAt(byLines.splices[0]?.start ?? 0), count: 1 });
}

/** A line break at the start that is only another line's end must not be what tells two places apart. */
function hiddenPlaces(source: Source, { oldText }: TextEdit, places: readonly Place[]): Place[] {
  return places.some((place) => endsLineBefore(source, oldText, place))
    ? findExact(source, oldText.replace(/^\n+|\n+$/g, ""), false)
    : [];
}

function linesOf(source: Source, places: readonly Place[]): number[] {
  return places.map((place) => source.lineAt(place.start));
}

function replace({ source, unit }: Searched, edit: TextEdit, { start, end }: Place): Found {
  const isUnfinished = end - start < edit.oldText.length;
  const newText = isUnfinished ? edit.newText.replace(/\n$/, "") : edit.newText;
  const line = source.lineAt(start);
  if (isApplied(source, edit.oldText, newText, { start, end })) {
    return failed(
      "already_applied",
      `The file already holds new_text around line ${line + 1}: this edit is applied already. Applied again it would add the same text twice.`,
    );
  }
  if (!edit.wholeLines && joinsLines(source, edit.oldText, newText, { start, end })) {
    const edge = edit.oldText.endsWith("\n") && !newText.endsWith("\n") ? "end" : "start";
    return joinedLines(edge, line);
  }
  const asWritten = { start, end, text: newText };
  const splice = edit.wholeLines ? asWritten : readMissingIndent(source, asWritten, unit);
  if (splice === "unclear") {
    return uncertainIndent(source, { first: line, count: 1 });
  }
  const notes = splice === asWritten ? [] : [indentNote];
  return { ok: true, splices: [splice], notes: [...notes, ...repeatNotes(source, edit.oldText, splice)] };
}

/** A line that the new text begins or ends with, and the old one does not, stands next to the place already. */
function repeatNotes(source: Source, oldText: string, { start, end, text }: Splice): string[] {
  const [olds, news] = [oldText, text].map((each) => each.replace(/\n$/, "").split("\n")) as [string[], string[]];
  const first = source.lineAt(start);
  const last = source.lineAt(Math.max(start, oldText.endsWith("\n") ? end - 1 : end));
  const isRepeat = (line: string | undefined, old: string | undefined, neighbour: string | undefined) =>
    line !== undefined &&
    keyOf(line).length > 3 &&
    line !== old &&
    neighbour !== undefined &&
    keyOf(line) === keyOf(neighbour);
  const above = isRepeat(news[0], olds[0], source.lines[first - 1]) ? [first] : [];
  const below = isRepeat(news.at(-1), olds.at(-1), source.lines[last + 1]) ? [last + 2] : [];
  return [...above, ...below].map(
    (line) => `new_text repeats line ${line}, which old_text does not hold: that line now stands there twice.`,
  );
}

function withoutOverlap(places: readonly Place[]): Place[] {
  const kept: Place[] = [];
  for (const place of places) {
    if (place.start >= (kept.at(-1)?.end ?? 0)) {
      kept.push(place);
    }
  }
  return kept;
}
