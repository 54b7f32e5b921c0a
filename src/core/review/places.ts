import type { FileReview } from "./file-review";

/** Where a hunk stands, in lines from 0, ends excluded. An empty range stands before its `start`. */
export interface HunkLines {
  id: string;
  base: { start: number; end: number };
  target: { start: number; end: number };
}

/** The lines of every pending hunk, in order. */
export function hunkLines({ base = "", target = "", hunks }: FileReview): HunkLines[] {
  const baseLine = lineCounter(base);
  const targetLine = lineCounter(target);
  return hunks.map((hunk) => ({
    id: hunk.id,
    base: { start: baseLine(hunk.base.start), end: baseLine(hunk.base.end) },
    target: { start: targetLine(hunk.target.start), end: targetLine(hunk.target.end) },
  }));
}

/** How many lines begin before a place; a text's last line counts also without an end. Places must be asked for in rising order. */
function lineCounter(text: string): (offset: number) => number {
  let line = 0;
  let at = 0;
  return (offset) => {
    for (let next = text.indexOf("\n", at); next >= 0 && next < offset; next = text.indexOf("\n", at)) {
      line++;
      at = next + 1;
    }
    return at < offset ? line + 1 : line;
  };
}

type Side = "base" | "target";

/** The hunk that a cursor on a line means: the one it is in, or the one that took lines away right above or below it. */
export function hunkAtLine(hunks: readonly HunkLines[], side: Side, line: number): HunkLines | undefined {
  return (
    hunks.find((hunk) => hunk[side].start <= line && line < hunk[side].end) ??
    hunks.find(
      (hunk) => hunk[side].start === hunk[side].end && (hunk[side].start === line || hunk[side].start === line + 1),
    )
  );
}

/** A hunk of one of several files, and the line to put the cursor on. */
export interface HunkPlace {
  path: string;
  id: string;
  line: number;
}

/**
 * The next or the previous pending hunk, on into the other files and around the end. Without a place to start from: the first or the last one.
 * Undefined when nothing is pending.
 */
export function stepHunk(
  reviews: readonly FileReview[],
  side: Side,
  from: { path: string; line: number } | undefined,
  direction: "next" | "previous",
): HunkPlace | undefined {
  const places = reviews.flatMap((review) =>
    hunkLines(review).map((hunk) => ({ path: review.path, id: hunk.id, line: cursorLine(hunk[side]) })),
  );
  const order = reviews.map((review) => review.path);
  const rank = (place: { path: string; line: number }) => ({ file: order.indexOf(place.path), line: place.line });
  const start = from && rank(from);
  const isAfter = (place: HunkPlace) => {
    const at = rank(place);
    return start === undefined || at.file > start.file || (at.file === start.file && at.line > start.line);
  };
  const isBefore = (place: HunkPlace) => {
    const at = rank(place);
    return start === undefined || at.file < start.file || (at.file === start.file && at.line < start.line);
  };
  return direction === "next" ? (places.find(isAfter) ?? places[0]) : (places.findLast(isBefore) ?? places.at(-1));
}

/** The first line of a hunk; where lines went away, the line above the gap. */
function cursorLine({ start, end }: { start: number; end: number }): number {
  return start === end ? Math.max(0, start - 1) : start;
}
