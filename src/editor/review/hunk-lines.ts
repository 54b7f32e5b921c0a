import type { Hunk } from "../../core/events";

/** Where the changed lines of a hunk stand, counted from 0, ends excluded. A side without lines is empty at its place. */
export interface HunkLines {
  oldStart: number;
  oldEnd: number;
  newStart: number;
  newEnd: number;
}

/** A hunk without the unchanged lines around it. */
export function changedLines(hunk: Hunk): HunkLines {
  const lines = hunk.lines.filter((line) => !line.startsWith("\\"));
  const first = lines.findIndex((line) => !line.startsWith(" "));
  const before = Math.max(0, first);
  const oldStart = (hunk.oldLines === 0 ? hunk.oldStart : hunk.oldStart - 1) + before;
  const newStart = (hunk.newLines === 0 ? hunk.newStart : hunk.newStart - 1) + before;
  return {
    oldStart,
    oldEnd: oldStart + countOf(lines, "-"),
    newStart,
    newEnd: newStart + countOf(lines, "+"),
  };
}

/** `-6 +1` */
export function countText(hunk: Hunk): string {
  const { oldStart, oldEnd, newStart, newEnd } = changedLines(hunk);
  return `−${oldEnd - oldStart} +${newEnd - newStart}`;
}

/** The hunk that holds a line of one side, else the nearest one. */
export function hunkAt(hunks: readonly Hunk[], line: number, side: "old" | "new"): Hunk | undefined {
  const distance = (hunk: Hunk) => {
    const lines = changedLines(hunk);
    const [start, end] = side === "old" ? [lines.oldStart, lines.oldEnd] : [lines.newStart, lines.newEnd];
    return line < start ? start - line : Math.max(0, line - Math.max(start, end - 1));
  };
  return hunks.reduce<Hunk | undefined>(
    (nearest, hunk) => (nearest && distance(nearest) <= distance(hunk) ? nearest : hunk),
    undefined,
  );
}

function countOf(lines: readonly string[], mark: string): number {
  return lines.filter((line) => line.startsWith(mark)).length;
}
