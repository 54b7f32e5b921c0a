import { explainNotFound } from "./explain";
import { type EditFailure, failed } from "./failure";
import { findByLines, findExact, keyOf, type LineRun, type Place, trimBlankLines } from "./find";
import { type IndentUnit, indentUnitOf } from "./indent-style";
import { findOmission } from "./lazy";
import { isBlank } from "./lines";
import { readMissingIndent } from "./missing-indent";
import type { PlaceOptions, TextEdit } from "./place";
import { isEscapedCode, otherReadings } from "./readings";
import { reindent } from "./reindent";
import { cut, listLines, nameLines, showBlanks } from "./show";
import { type Source, type Splice, withNewlines } from "./source";

export type Found = { ok: true; splices: Splice[]; notes: string[] } | EditFailure;

/** Finds the places of edits in one source. */
export class Finder {
  private madeKeys: string[] | undefined;
  private madeUnit: { unit: IndentUnit } | undefined;

  constructor(
    readonly source: Source,
    readonly options: PlaceOptions,
  ) {}

  /** Every line of the source without the white space that does not matter. */
  get keys(): readonly string[] {
    this.madeKeys ??= this.source.lines.map(keyOf);
    return this.madeKeys;
  }

  get unit(): IndentUnit {
    this.madeUnit ??= { unit: indentUnitOf(this.source.lines) };
    return this.madeUnit.unit;
  }

  find(raw: TextEdit): Found {
    const edit = { ...raw, oldText: plain(raw.oldText), newText: plain(raw.newText) };
    if (edit.oldText === "") {
      return this.fill(edit);
    }
    const omission = findOmission(edit.newText, [...this.source.lines, ...edit.oldText.split("\n")], this.options.path);
    if (omission) {
      return failed(
        "lazy",
        `new_text leaves code out: its line ${omission.line + 1} is "${cut(omission.text)}". That line would be written into the file as it is, and the code would be lost. Send every line, or smaller edits around the lines that change.`,
      );
    }
    const direct = this.findAsWritten(edit);
    if (direct?.ok && isEscapedCode(edit.newText, this.options.path ?? "")) {
      return failed(
        "escaped",
        "new_text has backslash and n where its lines end: it was escaped twice, and would be written into the file like that. Send it with real line breaks.",
      );
    }
    if (direct) {
      return direct;
    }
    for (const reading of otherReadings(edit.oldText, edit.newText)) {
      const found = this.findReading(edit, reading);
      if (found) {
        return found;
      }
    }
    return explainNotFound(this, edit);
  }

  private fill(edit: TextEdit): Found {
    if (this.source.text === "" || (edit.wholeLines && edit.atEnd)) {
      const end = this.source.text.length;
      const needsBreak = end > 0 && !this.source.text.endsWith("\n");
      const text = needsBreak ? `\n${edit.newText.replace(/\n$/, "")}` : edit.newText;
      return { ok: true, splices: [{ start: end, end, text }], notes: [] };
    }
    return failed(
      "empty_old_text",
      "old_text is empty and the file is not. To insert lines, send the line before or after them as old_text and repeat it in new_text; to rewrite the file, use write_file.",
    );
  }

  private findReading(edit: TextEdit, reading: ReturnType<typeof otherReadings>[number]): Found | undefined {
    if ("unclear" in reading) {
      const isThere = this.findAsWritten({ ...edit, oldText: reading.oldText, newText: "" });
      return isThere
        ? failed(
            "not_found",
            `old_text is not in the file as it was sent, and ${reading.unclear}. Send both texts exactly as the file shall hold them.`,
          )
        : undefined;
    }
    const found = this.findAsWritten({ ...edit, oldText: reading.oldText, newText: reading.newText });
    if (!found?.ok) {
      return found;
    }
    const line = this.source.lineAt(found.splices[0]?.start ?? 0) + 1;
    if (reading.line !== undefined && reading.line !== line) {
      return failed(
        "not_found",
        `old_text is not in the file as it was sent. Without its line numbers it stands at line ${line}, but they say line ${reading.line}. Read the file again, and send old_text without line numbers.`,
      );
    }
    if (reading.mustBeExact && found.notes.includes(indentNote) && edit.newText.trim() !== "") {
      return this.uncertain({ first: line - 1, count: 1 });
    }
    return { ...found, notes: [reading.note, ...found.notes] };
  }

  /** Undefined when the old text is nowhere. */
  private findAsWritten(edit: TextEdit): Found | undefined {
    const places = findExact(this.source, edit.oldText, edit.wholeLines ?? false);
    if (edit.everywhere && places.length > 0) {
      return {
        ok: true,
        splices: withoutOverlap(places).map((place) => ({ ...place, text: edit.newText })),
        notes: [],
      };
    }
    const inner = edit.oldText.replace(/^\n+|\n+$/g, "");
    const spread = places.some((place) => this.endsLineBefore(edit.oldText, place))
      ? findExact(this.source, inner, false)
      : [];
    if (spread.length > 1) {
      return this.ambiguous(
        spread.map((place) => this.source.lineAt(place.start)),
        "old_text without the line break at its start",
      );
    }
    const byLines = places.some(
      (place) => this.isMisindented(edit.oldText, place) || this.endsInIndent(edit.oldText, place),
    )
      ? this.findLines(edit)
      : undefined;
    if (byLines) {
      return byLines;
    }
    const narrowed = this.narrow(
      edit,
      places,
      (place) => this.source.lineAt(place.start),
      (place) => place.end,
    );
    if (narrowed.length > 1) {
      return this.ambiguous(
        narrowed.map((place) => this.source.lineAt(place.start)),
        "old_text",
      );
    }
    const [place] = narrowed;
    return place ? this.replaceExact(edit, place) : this.findLines(edit);
  }

  /** The old text gives some, but not all of its first line's white space: it only looks exact. */
  private isMisindented(oldText: string, { start }: Place): boolean {
    const line = this.source.lineAt(start);
    const missing = this.source.text.slice(this.source.startOf(line), start);
    const [first = ""] = oldText.split("\n", 1);
    return (
      missing !== "" &&
      isBlank(missing) &&
      /^(?:[ \t]+\S|\s*$)/.test(first) &&
      missing + first === this.source.lines[line]
    );
  }

  /** The line break that the old text starts with is only the end of a line that is not part of it. */
  private endsLineBefore(oldText: string, { start }: Place): boolean {
    return (
      oldText.startsWith("\n") && oldText.trim() !== "" && start !== this.source.startOf(this.source.lineAt(start))
    );
  }

  /** The old text's last line is blank, and the file's goes on behind those blanks. */
  private endsInIndent(oldText: string, { end }: Place): boolean {
    const last = oldText.slice(oldText.lastIndexOf("\n") + 1);
    const line = this.source.lineAt(end);
    return last !== "" && isBlank(last) && oldText !== last && last !== this.source.lines[line];
  }

  private replaceExact(edit: TextEdit, place: Place): Found {
    const isCut = place.end - place.start < edit.oldText.length;
    const newText = isCut ? edit.newText.replace(/\n$/, "") : edit.newText;
    if (this.isApplied(edit.oldText, newText, place)) {
      const line = this.source.lineAt(place.start);
      return failed(
        "already_applied",
        `The file already holds new_text around line ${line + 1}: this edit is applied already. Applied again it would add the same text twice.`,
      );
    }
    const asWritten = { ...place, text: newText };
    if (!edit.wholeLines && this.joinsLines(edit.oldText, newText, place)) {
      return failed(
        "line_break",
        `old_text has a line break at its ${edit.oldText.endsWith("\n") ? "end" : "start"} and new_text does not: two lines at line ${this.source.lineAt(place.start) + 1} would be joined. Begin and end both texts alike.`,
      );
    }
    const splice = edit.wholeLines ? asWritten : readMissingIndent(this.source, asWritten, this.unit);
    if (splice === "unclear") {
      return this.uncertain({ first: this.source.lineAt(place.start), count: 1 });
    }
    const notes = splice.text === newText ? [] : [indentNote];
    return { ok: true, splices: [splice], notes };
  }

  /** Without the line break at its edge the new text would run into a line that the edit is not about. */
  private joinsLines(oldText: string, newText: string, { start, end }: Place): boolean {
    if (newText === "") {
      return false;
    }
    const before = this.source.text.slice(this.source.startOf(this.source.lineAt(start)), start);
    const isCut = end - start < oldText.length;
    const losesEnd = oldText.endsWith("\n") && !newText.endsWith("\n") && !isCut && isBlank(before);
    const losesStart = oldText.startsWith("\n") && !newText.startsWith("\n") && before !== "";
    return losesEnd || losesStart;
  }

  /** The new text, old text included, stands around the place already. Blank additions prove nothing. */
  private isApplied(oldText: string, newText: string, place: Place): boolean {
    if (newText.length <= oldText.length || newText.replace(oldText, "").trim() === "") {
      return false;
    }
    for (let at = newText.indexOf(oldText); at >= 0; at = newText.indexOf(oldText, at + 1)) {
      if (place.start >= at && this.source.text.startsWith(newText, place.start - at)) {
        return true;
      }
    }
    return false;
  }

  private findLines(edit: TextEdit): Found | undefined {
    const pair = asLines(edit);
    if (!pair) {
      return undefined;
    }
    let found: { run: LineRun; pair: LinePair } | undefined;
    for (const fewer of withFewerBlankEdges(pair)) {
      const runs = this.narrow(
        edit,
        findByLines(this.keys, fewer.olds),
        (run) => run.first,
        (run) => this.source.startOf(run.first + run.count) - 1,
      );
      if (runs.length > 1) {
        return this.ambiguous(
          runs.map((run) => run.first),
          "old_text, apart from white space,",
        );
      }
      found ??= runs[0] && { run: runs[0], pair: fewer };
    }
    return found && !this.repeatsNeighbour(found.run, found.pair, pair)
      ? this.replaceLines(found.run, found.pair)
      : undefined;
  }

  /** Blank lines were taken off, and behind them the new text begins with the line above the place: a line is missing in the old text. */
  private repeatsNeighbour({ first }: LineRun, { news }: LinePair, pair: LinePair): boolean {
    const above = this.keys[first - 1] ?? "";
    return news.length < pair.news.length && above !== "" && keyOf(news[0] ?? "") === above;
  }

  private replaceLines(run: LineRun, { olds, news, removesBreak }: LinePair): Found {
    const file = this.source.lines.slice(run.first, run.first + run.count);
    const start = this.source.startOf(run.first);
    const afterBreak = this.source.startOf(run.first + run.count);
    if (removesBreak) {
      return {
        ok: true,
        splices: [{ start, end: Math.min(afterBreak, this.source.text.length), text: "" }],
        notes: [],
      };
    }
    const lines = reindent({ file, olds, news, unit: this.unit });
    return lines
      ? { ok: true, splices: [{ start, end: afterBreak - 1, text: lines.join("\n") }], notes: [indentNote] }
      : this.uncertain(run);
  }

  private uncertain({ first, count }: LineRun): EditFailure {
    const shown = this.source.lines.slice(first, first + Math.min(count, 12)).map((line) => showBlanks(line, "outer"));
    return failed(
      "uncertain_indent",
      `old_text stands at ${nameLines(first, count)}, but with other white space, and it does not follow how new_text is to be indented there. The file has (blanks as · and tabs as →):\n${shown.join("\n")}\nSend old_text and new_text with the file's own indentation.`,
    );
  }

  private ambiguous(lines: readonly number[], what: string): EditFailure {
    return failed(
      "ambiguous",
      `${what} matches in ${lines.length} places: ${listLines(lines)}. Add lines before or after it, so that it stands in one place only.`,
    );
  }

  /** Keeps the places that the edit's other marks allow, where those marks decide anything. */
  private narrow<Item>(
    edit: TextEdit,
    items: readonly Item[],
    lineOf: (item: Item) => number,
    endOf: (item: Item) => number,
  ): readonly Item[] {
    if (items.length <= 1) {
      return items;
    }
    const { text } = this.source;
    const last = edit.atEnd ? items.filter((item) => text.slice(endOf(item)).trim() === "") : [];
    if (last.length > 0) {
      return last;
    }
    const above = this.lineOfMarks(edit.below ?? []);
    const below = above === undefined ? [] : items.filter((item) => lineOf(item) > above);
    return below.length > 0 ? below : items;
  }

  /** The line of the last mark, each of them being on exactly one line below the one before; else undefined. */
  private lineOfMarks(marks: readonly string[]): number | undefined {
    let line: number | undefined;
    for (const mark of marks.map(keyOf)) {
      const from: number = (line ?? -1) + 1;
      const at = this.keys.findIndex((key, index) => index >= from && key.includes(mark));
      if (mark === "" || at < 0 || this.keys.some((key, index) => index > at && key.includes(mark))) {
        return undefined;
      }
      line = at;
    }
    return line;
  }
}

const indentNote = "old_text differed from the file in white space; new_text was indented like the lines it replaces.";

const byteOrderMark = "\uFEFF";

function plain(text: string): string {
  return withNewlines(text.startsWith(byteOrderMark) ? text.slice(1) : text);
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

interface LinePair {
  olds: string[];
  news: string[];
  /** The last line goes together with its line break. */
  removesBreak: boolean;
}

/** Undefined when the texts are no whole lines: then they only match exactly. */
function asLines({ oldText, newText }: TextEdit): LinePair | undefined {
  const olds = oldText.split("\n");
  const news = newText.split("\n");
  if (olds.length === 1 || olds.at(-1) !== "") {
    return { olds, news, removesBreak: false };
  }
  olds.pop();
  if (newText === "") {
    return { olds, news: [], removesBreak: true };
  }
  return news.pop() === "" ? { olds, news, removesBreak: false } : undefined;
}

/** The pair, then without some of the blank lines that both texts have at an edge and the file may lack; as few as possible. */
function withFewerBlankEdges(pair: LinePair): LinePair[] {
  const edges = trimBlankLines(pair.olds);
  const ofNew = pair.news.length === 0 ? edges : trimBlankLines(pair.news);
  const pairs: LinePair[] = [];
  for (let before = 0; before <= Math.min(edges.before, ofNew.before, 3); before++) {
    for (let after = 0; after <= Math.min(edges.after, ofNew.after, 3); after++) {
      pairs.push({
        olds: pair.olds.slice(before, pair.olds.length - after),
        news: pair.news.slice(before, Math.max(before, pair.news.length - after)),
        removesBreak: pair.removesBreak,
      });
    }
  }
  return pairs.sort((left, right) => right.olds.length - left.olds.length);
}
