import type { LineChange } from "./line-diff";

/**
 * Cuts a part at lines that occur exactly once on either side and keep their order, so that what lies between is small.
 * The anchors themselves are left out.
 */
export function splitAtAnchors(part: LineChange, olds: readonly number[], news: readonly number[]): LineChange[] {
  const parts: LineChange[] = [];
  let oldStart = part.oldStart;
  let newStart = part.newStart;
  for (const [oldAt, newAt] of longestRising(commonOnce(part, olds, news))) {
    parts.push({ oldStart, oldEnd: oldAt, newStart, newEnd: newAt });
    oldStart = oldAt + 1;
    newStart = newAt + 1;
  }
  parts.push({ oldStart, oldEnd: part.oldEnd, newStart, newEnd: part.newEnd });
  return parts.filter((each) => each.oldStart < each.oldEnd || each.newStart < each.newEnd);
}

type Pair = readonly [oldAt: number, newAt: number];

/** Pairs of lines that occur once in either part, ordered by their place in the old one. */
function commonOnce(part: LineChange, olds: readonly number[], news: readonly number[]): Pair[] {
  const inOld = placesOnce(olds, part.oldStart, part.oldEnd);
  const inNew = placesOnce(news, part.newStart, part.newEnd);
  const pairs: Pair[] = [];
  for (const [name, oldAt] of inOld) {
    const newAt = inNew.get(name) ?? -1;
    if (oldAt >= 0 && newAt >= 0) {
      pairs.push([oldAt, newAt]);
    }
  }
  return pairs.sort(([left], [right]) => left - right);
}

/** Where each line is; -1 for one that occurs more than once. */
function placesOnce(names: readonly number[], start: number, end: number): Map<number, number> {
  const places = new Map<number, number>();
  for (let at = start; at < end; at++) {
    const name = names[at] as number;
    places.set(name, places.has(name) ? -1 : at);
  }
  return places;
}

/** The longest run of pairs whose new places rise too. */
function longestRising(pairs: readonly Pair[]): Pair[] {
  const tails: number[] = [];
  const before: number[] = [];
  for (let index = 0; index < pairs.length; index++) {
    const place = firstAtLeast(tails, pairs, newPlace(pairs, index));
    before[index] = place > 0 ? (tails[place - 1] as number) : -1;
    tails[place] = index;
  }
  const run: Pair[] = [];
  for (let index = tails.at(-1) ?? -1; index >= 0; index = before[index] as number) {
    run.push(pairs[index] as Pair);
  }
  return run.reverse();
}

function firstAtLeast(tails: readonly number[], pairs: readonly Pair[], place: number): number {
  let low = 0;
  let high = tails.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (newPlace(pairs, tails[middle] as number) < place) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

function newPlace(pairs: readonly Pair[], index: number): number {
  return (pairs[index] as Pair)[1];
}
