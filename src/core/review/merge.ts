import { diffLines, type LineChange } from "../edits/line-diff";
import { splitLines } from "../edits/lines";

/** Lines that both sides changed differently. Offsets are UTF-16 units in the merged text, where `ours` stands. */
export interface MergeConflict {
  start: number;
  end: number;
  base: string;
  ours: string;
  theirs: string;
}

export interface Merged {
  /** Everything both sides did; where they disagree, ours. */
  text: string;
  conflicts: MergeConflict[];
}

/** One side's changes that another one's meet, and all of theirs that those meet. */
interface Group {
  start: number;
  end: number;
  ours: LineChange[];
  theirs: LineChange[];
}

/** Joins two changed versions of a text line by line. Changes in different places are both taken, equal ones once. */
export function merge3(base: string, ours: string, theirs: string): Merged {
  const lines = { base: splitLines(base), ours: splitLines(ours), theirs: splitLines(theirs) };
  const pieces: string[] = [];
  const conflicts: MergeConflict[] = [];
  let at = 0;
  let length = 0;
  const add = (piece: string): void => {
    pieces.push(piece);
    length += piece.length;
  };
  for (const group of groups(
    lines.base.length,
    diffLines(lines.base, lines.ours),
    diffLines(lines.base, lines.theirs),
  )) {
    add(lines.base.slice(at, group.start).join(""));
    at = group.end;
    const before = lines.base.slice(group.start, group.end).join("");
    const mine = sideOf(group, group.ours, lines.base, lines.ours);
    const other = sideOf(group, group.theirs, lines.base, lines.theirs);
    const isOnlyTheirs = mine === before;
    if (!isOnlyTheirs && other !== before && mine !== other) {
      conflicts.push({ start: length, end: length + mine.length, base: before, ours: mine, theirs: other });
    }
    add(isOnlyTheirs ? other : mine);
  }
  add(lines.base.slice(at).join(""));
  return { text: pieces.join(""), conflicts };
}

function groups(length: number, ours: readonly LineChange[], theirs: readonly LineChange[]): Group[] {
  const all = [
    ...ours.map((change) => ({ change, isOurs: true })),
    ...theirs.map((change) => ({ change, isOurs: false })),
  ];
  all.sort((left, right) => left.change.oldStart - right.change.oldStart || left.change.oldEnd - right.change.oldEnd);
  const found: Group[] = [];
  for (const { change, isOurs } of all) {
    let group = found.at(-1);
    if (!group || !meets(group, change, length)) {
      group = { start: change.oldStart, end: change.oldEnd, ours: [], theirs: [] };
      found.push(group);
    }
    group.end = Math.max(group.end, change.oldEnd);
    group[isOurs ? "ours" : "theirs"].push(change);
  }
  return found;
}

/**
 * Changes that share a line meet, and so do two insertions at one place. At the end of the text neighbours meet too: whether the last line ends
 * with a break is part of either.
 */
function meets(group: Group, { oldStart, oldEnd }: LineChange, length: number): boolean {
  const areInsertions = group.start === group.end && oldStart === oldEnd;
  return oldStart < group.end || (oldStart === group.end && (areInsertions || oldStart === length));
}

/** What one side has in place of the group's base lines. */
function sideOf(
  group: Group,
  changes: readonly LineChange[],
  base: readonly string[],
  side: readonly string[],
): string {
  const parts: string[] = [];
  let at = group.start;
  for (const { oldStart, oldEnd, newStart, newEnd } of changes) {
    parts.push(base.slice(at, oldStart).join(""), side.slice(newStart, newEnd).join(""));
    at = oldEnd;
  }
  parts.push(base.slice(at, group.end).join(""));
  return parts.join("");
}
