import { blocksBetween } from "../../core/edits/hunks";
import { splitLines } from "../../core/edits/lines";

/** A piece of a text to be replaced. Offsets are UTF-16 units of the old text; spans are sorted and do not touch. */
export interface Span {
  start: number;
  end: number;
  text: string;
}

/** The whole-line replacements that turn `base` into `target`; what is between them does not change. */
export function changedSpans(base: string, target: string): Span[] {
  const offsets = offsetsOf(splitLines(base));
  const lines = splitLines(target);
  return blocksBetween(base, target).map((block) => ({
    start: offsets[block.oldStart] ?? base.length,
    end: offsets[block.oldEnd] ?? base.length,
    text: lines.slice(block.newStart, block.newEnd).join(""),
  }));
}

function offsetsOf(lines: readonly string[]): number[] {
  let at = 0;
  return lines.map((line) => {
    const start = at;
    at += line.length;
    return start;
  });
}
