import { editSideTo } from "./edit";
import { type FileReview, hunksBetween, missingSide, type ReviewHunk, type ReviewStep, withStep } from "./file-review";
import { applySplice, moveSpan, revertSplice, type Span, type Splice, spliceBetween } from "./splice";
import { acceptHunks } from "./verdict";

/** Both texts and the hunks at some earlier moment. */
interface Moment {
  base: string | undefined;
  target: string | undefined;
  hunks: readonly ReviewHunk[];
}

/**
 * The target's document changed by itself. After an undo or a redo in the editor it may be a text that was there before: then the base and
 * the hunks of that moment are back too, but for what was accepted since. Any other text is an edit of the user's.
 */
export function followTarget(
  review: FileReview,
  text: string | undefined,
  reason: "edit" | "undo" | "redo",
): FileReview {
  return (reason === "edit" ? undefined : backTo(review, text)) ?? editSideTo(review, "target", text);
}

/** The review as it was when the target was this text; undefined when it never was. */
export function backTo(review: FileReview, text: string | undefined): FileReview | undefined {
  const found = findMoment(review, text);
  if (!found) {
    return undefined;
  }
  const base = spliceBetween(review.base ?? "", found.moment.base ?? "");
  const target = spliceBetween(review.target ?? "", text ?? "");
  const step: ReviewStep = {
    kind: "follow",
    base: base ? [base] : [],
    target: target ? [target] : [],
    hunks: review.hunks,
    ids: [],
    ...missingSide(review),
  };
  const back = withStep(review, step, { base: found.moment.base, target: text, hunks: [...found.moment.hunks] });
  return found.accepted.length === 0 ? back : acceptHunks(back, found.accepted);
}

/** Goes back step by step until the target is the text asked for. */
function findMoment(review: FileReview, text: string | undefined): { moment: Moment; accepted: string[] } | undefined {
  let moment: Moment = { base: review.base, target: review.target, hunks: review.hunks };
  const accepted: string[] = [];
  for (const step of review.past.toReversed()) {
    if (step.kind === "accept") {
      accepted.push(...step.ids);
    }
    moment = before(moment, step);
    if (moment.target?.length === text?.length && moment.target === text) {
      return { moment, accepted };
    }
  }
  return undefined;
}

function before({ base, target }: Moment, step: ReviewStep): Moment {
  const back = (text: string | undefined, splices: readonly Splice[]) =>
    splices.toReversed().reduce((each, splice) => revertSplice(each, splice), text ?? "");
  return {
    base: step.missing === "base" ? undefined : back(base, step.base),
    target: step.missing === "target" ? undefined : back(target, step.target),
    hunks: step.hunks,
  };
}

/**
 * Takes the last verdict back: its hunks are pending again, whatever was edited elsewhere since. Undefined when there is none, or when
 * its place was changed since.
 */
export function undoVerdict(review: FileReview): FileReview | undefined {
  const at = lastVerdict(review);
  const step = review.past[at];
  if (!step || (step.kind !== "accept" && step.kind !== "reject")) {
    return undefined;
  }
  const back = step.missing ? existenceBack(review, step) : textBack(review, step, at);
  if (!back) {
    return undefined;
  }
  const undo: ReviewStep = {
    kind: "undo",
    base: [],
    target: [],
    hunks: review.hunks,
    ids: step.ids,
    ...missingSide(review),
  };
  return withStep(review, { ...undo, ...back.splices }, back.next);
}

/** The last verdict that was not taken back; -1 when there is none. */
function lastVerdict({ past }: FileReview): number {
  let takenBack = 0;
  return past.findLastIndex(({ kind }) => {
    if (kind === "undo") {
      takenBack++;
    }
    const isVerdict = kind === "accept" || kind === "reject";
    return isVerdict && takenBack-- <= 0;
  });
}

interface Back {
  next: Partial<FileReview>;
  splices: Partial<Pick<ReviewStep, "base" | "target">>;
}

/** The file is there again on one side, or gone again. */
function existenceBack(review: FileReview, step: ReviewStep): Back | undefined {
  const side = step.kind === "accept" ? "base" : "target";
  const [splice] = step[side];
  const wasMissing = step.missing === side;
  if (!splice || (review[side] === undefined) === wasMissing) {
    return undefined;
  }
  const text = wasMissing ? undefined : splice.removed;
  const sides = { base: review.base, target: review.target, [side]: text };
  const [id = ""] = step.ids;
  return {
    next: { ...sides, hunks: hunksBetween(sides.base, sides.target).map((hunk) => ({ ...hunk, id })) },
    splices: { [side]: [{ start: 0, removed: review[side] ?? "", inserted: text ?? "" }] },
  };
}

/** Puts each part that the verdict replaced back to where it is now. */
function textBack(review: FileReview, step: ReviewStep, at: number): Back | undefined {
  const side = step.kind === "accept" ? "base" : "target";
  const other = side === "base" ? "target" : "base";
  const decided = step.hunks.filter((hunk) => step.ids.includes(hunk.id));
  const since = review.past.slice(at + 1);
  const spans: { hunk: ReviewHunk; own: Span; opposite: Span; splice: Splice }[] = [];
  let by = 0;
  for (const [index, hunk] of decided.entries()) {
    const splice = step[side][decided.length - 1 - index] as Splice;
    const start = hunk[side].start + by;
    const own = movedThrough(
      { start, end: start + splice.inserted.length },
      since.flatMap((each) => each[side]),
    );
    const opposite = movedThrough(
      hunk[other],
      since.flatMap((each) => each[other]),
    );
    const isWhole = isWholeLines(review[side] ?? "", own) && isWholeLines(review[other] ?? "", opposite);
    if (!own || !opposite || !isWhole || since.some((each) => each.missing)) {
      return undefined;
    }
    spans.push({ hunk, own, opposite, splice });
    by += splice.inserted.length - splice.removed.length;
  }
  let text = review[side] ?? "";
  let hunks = review.hunks;
  const made: Splice[] = [];
  for (const { hunk, own, opposite, splice } of spans.toReversed()) {
    const back = { start: own.start, removed: splice.inserted, inserted: splice.removed };
    const grown = back.inserted.length - back.removed.length;
    const span = { start: own.start, end: own.end + grown };
    const isAbove = (each: ReviewHunk) => each[side].end <= own.start && each[other].end <= opposite.start;
    const below = hunks.filter((each) => !isAbove(each));
    text = applySplice(text, back);
    made.push(back);
    hunks = [
      ...hunks.filter(isAbove),
      { ...hunk, [side]: span, [other]: opposite },
      ...below.map((each) => ({ ...each, [side]: { start: each[side].start + grown, end: each[side].end + grown } })),
    ];
  }
  return { next: { [side]: text, hunks }, splices: { [side]: made } };
}

function movedThrough(span: Span, splices: readonly Splice[]): Span | undefined {
  return splices.reduce<Span | undefined>((at, splice) => at && moveSpan(at, splice), span);
}

/** False when something was typed into the first line, or the line before was joined with it. */
function isWholeLines(text: string, span: Span | undefined): boolean {
  const isBoundary = (at: number) => at === 0 || at === text.length || /[\r\n]/.test(text[at - 1] as string);
  return span !== undefined && isBoundary(span.start) && isBoundary(span.end);
}
