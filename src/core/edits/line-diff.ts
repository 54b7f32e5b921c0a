import { diffArrays } from "diff";
import { splitAtAnchors } from "./anchors";

/** Lines `oldStart..oldEnd` (end excluded, from 0) of the old text became `newStart..newEnd` of the new one. */
export interface LineChange {
  oldStart: number;
  oldEnd: number;
  newStart: number;
  newEnd: number;
}

/** Edits looked for in the whole text, then in each part between anchors. Beyond that a part counts as replaced. */
const wholeLimit = 800;
const partLimit = 150;

/**
 * What differs between two lists of lines, in order. The answer depends on the input alone, never on the clock, and the work is
 * bounded: where a text differs too much for a fine answer, a larger block counts as replaced. A block that could stand
 * at several places stands at the last one, as in VS Code's own diff.
 */
export function diffLines(oldLines: readonly string[], newLines: readonly string[]): LineChange[] {
  const names = new Map<string, number>();
  const olds = oldLines.map((line) => nameOf(line, names));
  const news = newLines.map((line) => nameOf(line, names));
  const whole = trimmed({ oldStart: 0, oldEnd: olds.length, newStart: 0, newEnd: news.length }, olds, news);
  const found = diffPart(whole, olds, news, wholeLimit) ?? diffBetweenAnchors(whole, olds, news);
  return slideDown(found, olds, news);
}

function nameOf(line: string, names: Map<string, number>): number {
  const known = names.get(line);
  if (known !== undefined) {
    return known;
  }
  names.set(line, names.size);
  return names.size - 1;
}

function trimmed(part: LineChange, olds: readonly number[], news: readonly number[]): LineChange {
  let { oldStart, oldEnd, newStart, newEnd } = part;
  while (oldStart < oldEnd && newStart < newEnd && olds[oldStart] === news[newStart]) {
    oldStart++;
    newStart++;
  }
  while (oldStart < oldEnd && newStart < newEnd && olds[oldEnd - 1] === news[newEnd - 1]) {
    oldEnd--;
    newEnd--;
  }
  return { oldStart, oldEnd, newStart, newEnd };
}

/** Undefined when more than `limit` edits would be needed. */
function diffPart(
  part: LineChange,
  olds: readonly number[],
  news: readonly number[],
  limit: number,
): LineChange[] | undefined {
  if (part.oldStart === part.oldEnd || part.newStart === part.newEnd) {
    return isEmpty(part) ? [] : [part];
  }
  const pieces = diffArrays(olds.slice(part.oldStart, part.oldEnd), news.slice(part.newStart, part.newEnd), {
    maxEditLength: limit,
  });
  if (!pieces) {
    return undefined;
  }
  const changes: LineChange[] = [];
  let oldAt = part.oldStart;
  let newAt = part.newStart;
  for (const { added, removed, count } of pieces) {
    const change = {
      oldStart: oldAt,
      oldEnd: added ? oldAt : oldAt + count,
      newStart: newAt,
      newEnd: removed ? newAt : newAt + count,
    };
    oldAt = change.oldEnd;
    newAt = change.newEnd;
    if (added || removed) {
      append(changes, change);
    }
  }
  return changes;
}

function diffBetweenAnchors(whole: LineChange, olds: readonly number[], news: readonly number[]): LineChange[] {
  const changes: LineChange[] = [];
  for (const part of splitAtAnchors(whole, olds, news)) {
    const small = trimmed(part, olds, news);
    for (const change of diffPart(small, olds, news, partLimit) ?? [small]) {
      append(changes, change);
    }
  }
  return changes;
}

function isEmpty(change: LineChange): boolean {
  return change.oldStart === change.oldEnd && change.newStart === change.newEnd;
}

/** Adds a change; one that touches the last change becomes part of it. */
function append(changes: LineChange[], change: LineChange): void {
  const last = changes.at(-1);
  if (last && last.oldEnd === change.oldStart && last.newEnd === change.newStart) {
    last.oldEnd = change.oldEnd;
    last.newEnd = change.newEnd;
  } else {
    changes.push({ ...change });
  }
}

function slideDown(changes: readonly LineChange[], olds: readonly number[], news: readonly number[]): LineChange[] {
  const slid: LineChange[] = [];
  for (let index = changes.length - 1; index >= 0; index--) {
    const change = { ...(changes[index] as LineChange) };
    const next = slid.at(-1);
    const room = (next?.oldStart ?? olds.length) - change.oldEnd;
    const isInsertion = change.oldStart === change.oldEnd;
    const isDeletion = change.newStart === change.newEnd;
    for (let step = 0; step < room && (isInsertion || isDeletion); step++) {
      const same = isInsertion
        ? news[change.newStart] === news[change.newEnd]
        : olds[change.oldStart] === olds[change.oldEnd];
      if (!same) {
        break;
      }
      change.oldStart++;
      change.oldEnd++;
      change.newStart++;
      change.newEnd++;
    }
    if (next && change.oldEnd === next.oldStart && change.newEnd === next.newStart) {
      next.oldStart = change.oldStart;
      next.newStart = change.newStart;
    } else {
      slid.push(change);
    }
  }
  return slid.reverse();
}
