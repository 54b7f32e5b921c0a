import { type FileReview, hunksBetween, missingSide, type ReviewHunk, type ReviewStep, withStep } from "./file-review";
import { applySplice, lineStart, nextLineStart, type Span, type Splice, spliceBetween } from "./splice";

type Side = "base" | "target";

/** Who wrote: a `user` leaves a mark on the hunks it touches; the `agent` and formatters of its own changes do not. */
export type Writer = "user" | "agent";

/**
 * One change of one side. Outside every hunk it is made on the other side too, so that nothing else ever differs; inside or across hunks
 * it makes them grow or shrink, and one that ends up without a difference is gone.
 */
export function editSide(review: FileReview, side: Side, splice: Splice, writer: Writer = "user"): FileReview {
  const text = review[side];
  const other = review[side === "base" ? "target" : "base"];
  if (text === undefined) {
    return review;
  }
  const step: ReviewStep = { kind: "edit", base: [], target: [], hunks: review.hunks, ids: [], ...missingSide(review) };
  const edited = applySplice(text, splice);
  if (other === undefined) {
    step[side] = [splice];
    return withStep(review, step, { [side]: edited, hunks: existenceHunk(review, side, edited, writer) });
  }
  const lines = touchedLines(text, splice);
  const touched = review.hunks.filter((hunk) => isTouched(hunk[side], lines));
  const made =
    touched.length === 0
      ? outside(review.hunks, side, splice)
      : inside(review, touched, side, lines, splice, { edited, other, writer });
  const mirrored = made.mirror ? { [otherOf(side)]: applySplice(other, made.mirror) } : {};
  step[side] = [splice];
  step[otherOf(side)] = made.mirror ? [made.mirror] : [];
  return withStep(review, step, { [side]: edited, ...mirrored, hunks: made.hunks });
}

/** A whole new text of one side, as few changes as its lines show. Each is made as by `editSide`. */
export function editSideTo(
  review: FileReview,
  side: Side,
  text: string | undefined,
  writer: Writer = "user",
): FileReview {
  const before = review[side];
  if (before === text) {
    return review;
  }
  if (before === undefined || text === undefined) {
    return withExistence(review, side, text);
  }
  const typed = spliceBetween(before, text) as Splice;
  if (!`${typed.removed}${typed.inserted}`.includes("\n")) {
    return editSide(review, side, typed, writer);
  }
  return hunksBetween(before, text)
    .toReversed()
    .reduce((each, { base, target }) => {
      const splice = {
        start: base.start,
        removed: before.slice(base.start, base.end),
        inserted: text.slice(target.start, target.end),
      };
      return editSide(each, side, splice, writer);
    }, review);
}

/** The file came or went on one side: the difference is taken anew, and all of it is the user's to look at. */
function withExistence(review: FileReview, side: Side, text: string | undefined): FileReview {
  const before = review[side];
  const step: ReviewStep = {
    kind: "edit",
    base: [],
    target: [],
    hunks: review.hunks,
    ids: [],
    ...missingSide(review),
  };
  step[side] = [{ start: 0, removed: before ?? "", inserted: text ?? "" }];
  const sides = { base: review.base, target: review.target, [side]: text };
  const touched = side === "base" ? { baseTouched: true } : { targetTouched: true };
  const hunks = hunksBetween(sides.base, sides.target).map((hunk) => ({ ...hunk, ...touched }));
  return withStep(review, step, { ...sides, hunks });
}

function existenceHunk(review: FileReview, side: Side, edited: string, writer: Writer): ReviewHunk[] {
  return review.hunks.map((hunk) => ({ ...marked(hunk, side, writer), [side]: { start: 0, end: edited.length } }));
}

function marked(hunk: ReviewHunk, side: Side, writer: Writer): ReviewHunk {
  const mark = side === "base" ? { baseTouched: true } : { targetTouched: true };
  return writer === "user" ? { ...hunk, ...mark } : hunk;
}

function otherOf(side: Side): Side {
  return side === "base" ? "target" : "base";
}

/** The whole lines that a change is about. A change of whole lines is about those alone, an insertion of lines about none. */
function touchedLines(text: string, { start, removed, inserted }: Splice): Span {
  const end = start + removed.length;
  const startsLine = lineStart(text, start) === start;
  const endsLine = end === start ? startsLine : text[end - 1] === "\n";
  if (startsLine && endsLine && (inserted === "" || inserted.endsWith("\n"))) {
    return { start, end };
  }
  return { start: lineStart(text, start), end: nextLineStart(text, end) };
}

/** A hunk with nothing on this side is touched only by a change that reaches over its place. */
function isTouched(hunk: Span, lines: Span): boolean {
  return lines.start < hunk.end && hunk.start < lines.end
    ? true
    : hunk.start === hunk.end && lines.start < hunk.start && hunk.start < lines.end;
}

interface Made {
  hunks: ReviewHunk[];
  /** The same change for the other side. */
  mirror?: Splice;
}

function outside(hunks: readonly ReviewHunk[], side: Side, splice: Splice): Made {
  const before = hunks.filter((hunk) => hunk[side].end <= splice.start);
  const last = before.at(-1);
  const start = last ? last[otherOf(side)].end + splice.start - last[side].end : splice.start;
  const by = splice.inserted.length - splice.removed.length;
  const after = hunks
    .slice(before.length)
    .map((hunk) => ({ ...hunk, base: moved(hunk.base, by), target: moved(hunk.target, by) }));
  return { hunks: [...before, ...after], mirror: { ...splice, start } };
}

function moved({ start, end }: Span, by: number): Span {
  return { start: start + by, end: end + by };
}

function inside(
  { hunks, past }: FileReview,
  touched: readonly ReviewHunk[],
  side: Side,
  lines: Span,
  splice: Splice,
  { edited, other, writer }: { edited: string; other: string; writer: Writer },
): Made {
  const [first, last] = [touched[0] as ReviewHunk, touched.at(-1) as ReviewHunk];
  const before = Math.min(0, lines.start - first[side].start);
  const after = Math.max(0, lines.end - last[side].end);
  const own = { start: first[side].start + before, end: last[side].end + after };
  const opposite = { start: first[otherOf(side)].start + before, end: last[otherOf(side)].end + after };
  const by = splice.inserted.length - splice.removed.length;
  const grown = { start: own.start, end: own.end + by };
  const parts = side === "base" ? { base: grown, target: opposite } : { base: opposite, target: grown };
  const texts = side === "base" ? { base: edited, target: other } : { base: other, target: edited };
  const fresh = hunksWithin(texts, parts).map((hunk) => marked(hunk, side, writer));
  const at = hunks.indexOf(first);
  const rest = hunks.slice(at + touched.length).map((hunk) => ({ ...hunk, [side]: moved(hunk[side], by) }));
  const head = hunks.slice(0, at);
  const others = [...[...head, ...rest].map(({ id }) => id), ...decidedIds(past)];
  return { hunks: [...head, ...keepIds(touched, fresh, otherOf(side), others), ...rest] };
}

/** Verdicts on these can still be taken back. */
export function decidedIds(past: FileReview["past"]): string[] {
  return past.flatMap(({ ids }) => ids);
}

/** The hunks between two parts of the texts, at their places in the whole. */
function hunksWithin(texts: { base: string; target: string }, parts: { base: Span; target: Span }): ReviewHunk[] {
  const base = texts.base.slice(parts.base.start, parts.base.end);
  const target = texts.target.slice(parts.target.start, parts.target.end);
  return hunksBetween(base, target).map((hunk) => ({
    ...hunk,
    base: moved(hunk.base, parts.base.start),
    target: moved(hunk.target, parts.target.start),
  }));
}

/**
 * New hunks take over the identity, and the marks, of the old ones at their place. `steady` is the side whose text did not change. A hunk that was cut
 * in two keeps its id in its first part. `others`: ids that no new hunk may have.
 */
export function keepIds(
  olds: readonly ReviewHunk[],
  fresh: readonly ReviewHunk[],
  steady: Side,
  others: readonly string[],
): ReviewHunk[] {
  const taken = new Set(others);
  const waiting = [...olds];
  const named = fresh.map((hunk) => {
    const at = waiting.findIndex((old) => meet(old[steady], hunk[steady]));
    const [old] = at < 0 ? [] : waiting.splice(at, 1);
    if (old) {
      taken.add(old.id);
    }
    const marks = olds.filter((each) => meet(each[steady], hunk[steady]));
    return {
      hunk: {
        ...hunk,
        baseTouched: hunk.baseTouched || marks.some((each) => each.baseTouched),
        targetTouched: hunk.targetTouched || marks.some((each) => each.targetTouched),
      },
      id: old?.id,
    };
  });
  return named.map(({ hunk, id }) => ({ ...hunk, id: id ?? freeId(hunk.id, taken) }));
}

function meet(left: Span, right: Span): boolean {
  return left.start <= right.end && right.start <= left.end;
}

function freeId(id: string, taken: Set<string>): string {
  let free = id;
  for (let nth = 1; taken.has(free); nth++) {
    free = `${id}.${nth}`;
  }
  taken.add(free);
  return free;
}
