import { diffLines } from "./line-diff";
import { lineEnd, splitLines, usualEnd, withoutEnd } from "./lines";

const byteOrderMark = "\uFEFF";

/** A part of `Source.text` and what stands there afterwards; line ends are `\n` in both. */
export interface Splice {
  start: number;
  end: number;
  text: string;
}

/** A file's text as edits see it: without byte order mark, every line end `\n`. `splice` gives the real one back. */
export class Source {
  /** What edits are looked for in. */
  readonly text: string;
  /** Bare lines; a final newline leaves an empty last one, as in an editor. */
  readonly lines: readonly string[];
  /** Where each line starts in `text`. */
  readonly starts: readonly number[];
  private readonly mark: string;
  private readonly rawLines: readonly string[];
  private readonly hasOnlyNewlines: boolean;
  private readonly usual: string;

  constructor(raw: string) {
    this.mark = raw.startsWith(byteOrderMark) ? byteOrderMark : "";
    const body = raw.slice(this.mark.length);
    this.hasOnlyNewlines = !body.includes("\r");
    this.rawLines = splitLines(body);
    this.text = this.hasOnlyNewlines ? body : withNewlines(body);
    this.lines = this.text.split("\n");
    this.usual = usualEnd(this.rawLines);
    const starts: number[] = [];
    let at = 0;
    for (const line of this.lines) {
      starts.push(at);
      at += line.length + 1;
    }
    this.starts = starts;
  }

  /** The line, from 0, that a place in `text` belongs to. */
  lineAt(offset: number): number {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.starts[middle] as number) <= offset) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /** Where a line starts; the end of the text for the line after the last. */
  startOf(line: number): number {
    return this.starts[line] ?? this.text.length + 1;
  }

  /** The real text after replacements that are sorted and do not overlap. Everything else keeps its bytes, new lines get the line ends around them. */
  splice(splices: readonly Splice[]): string {
    const parts: string[] = [this.mark];
    let at = 0;
    for (const splice of splices) {
      parts.push(this.rawBetween(at, splice.start), this.withEnds(splice));
      at = splice.end;
    }
    parts.push(this.rawBetween(at, this.text.length));
    return parts.join("");
  }

  private rawBetween(start: number, end: number): string {
    if (this.hasOnlyNewlines || start >= end) {
      return this.text.slice(start, Math.max(start, end));
    }
    const first = this.lineAt(start);
    const last = this.lineAt(end);
    const tail = (this.lines[last] as string).slice(0, end - this.startOf(last));
    if (first === last) {
      return tail.slice(start - this.startOf(first));
    }
    const head = (this.rawLines[first] as string).slice(start - this.startOf(first));
    return head + this.rawLines.slice(first + 1, last).join("") + tail;
  }

  private withEnds({ start, end, text }: Splice): string {
    if (this.hasOnlyNewlines || !text.includes("\n")) {
      return text;
    }
    const first = this.lineAt(start);
    const olds = this.text.slice(start, end).split("\n");
    const news = text.split("\n");
    const partners = pairLines(olds, news);
    let previous = this.endAt(first) || this.endAt(first - 1) || this.usual;
    let written = "";
    for (let index = 0; index < news.length - 1; index++) {
      const partner = partners[index];
      const own = partner === undefined ? "" : this.endAt(first + partner);
      previous = own || previous;
      written += news[index] + previous;
    }
    return written + news.at(-1);
  }

  private endAt(line: number): string {
    return lineEnd(this.rawLines[line] ?? "");
  }
}

/** The same text with `\n` for every line end. */
export function withNewlines(text: string): string {
  return text.includes("\r") ? splitLines(text).map(toNewline).join("") : text;
}

function toNewline(line: string): string {
  return lineEnd(line) === "" ? line : `${withoutEnd(line)}\n`;
}

/** For every new line the old line it stands for: the same one, or the one it replaces. */
export function pairLines(olds: readonly string[], news: readonly string[]): (number | undefined)[] {
  const partners: (number | undefined)[] = [];
  let oldAt = 0;
  for (const change of [...diffLines(olds, news), undefined]) {
    const unchanged = (change?.oldStart ?? olds.length) - oldAt;
    for (let step = 0; step < unchanged; step++) {
      partners.push(oldAt + step);
    }
    if (change) {
      const replaced = change.oldEnd - change.oldStart;
      for (let step = 0; step < change.newEnd - change.newStart; step++) {
        partners.push(step < replaced ? change.oldStart + step : undefined);
      }
      oldAt = change.oldEnd;
    }
  }
  return partners;
}
