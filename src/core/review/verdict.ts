import { type FileReview, missingSide, type ReviewHunk, type ReviewStep, withStep } from "./file-review";
import { applySplice, type Splice } from "./splice";

/** Moves hunks into the base. Unknown ids are ignored. */
export function acceptHunks(review: FileReview, ids: readonly string[] | "all"): FileReview {
  return decide(review, "accept", ids);
}

/** Moves hunks out of the target. Unknown ids are ignored. */
export function rejectHunks(review: FileReview, ids: readonly string[] | "all"): FileReview {
  return decide(review, "reject", ids);
}

function decide(review: FileReview, kind: "accept" | "reject", ids: readonly string[] | "all"): FileReview {
  const decided = review.hunks.filter((hunk) => ids === "all" || ids.includes(hunk.id));
  if (decided.length === 0) {
    return review;
  }
  const step: ReviewStep = {
    kind,
    base: [],
    target: [],
    hunks: review.hunks,
    ids: decided.map((hunk) => hunk.id),
    ...missingSide(review),
  };
  const existence = decideExistence(review, kind);
  const next = existence ? existence.next : decideText(review, decided, kind, step);
  return withStep(review, { ...step, ...existence?.splices }, next);
}

/** Makes the splices and notes them in the step. */
function decideText(
  review: FileReview,
  decided: readonly ReviewHunk[],
  kind: "accept" | "reject",
  step: ReviewStep,
): Partial<FileReview> {
  let { base, target } = review;
  for (const hunk of decided.toReversed()) {
    if (base === undefined || target === undefined) {
      break;
    }
    if (kind === "accept") {
      const splice = replaceSpan(base, hunk.base, target.slice(hunk.target.start, hunk.target.end));
      base = applySplice(base, splice);
      step.base.push(splice);
    } else {
      const splice = replaceSpan(target, hunk.target, base.slice(hunk.base.start, hunk.base.end));
      target = applySplice(target, splice);
      step.target.push(splice);
    }
  }
  return { base, target, hunks: without(review.hunks, decided, kind) };
}

function replaceSpan(text: string, { start, end }: { start: number; end: number }, inserted: string): Splice {
  return { start, removed: text.slice(start, end), inserted };
}

/** The hunks that are left, at their new places. */
function without(
  hunks: readonly ReviewHunk[],
  decided: readonly ReviewHunk[],
  kind: "accept" | "reject",
): ReviewHunk[] {
  const gone = new Set(decided);
  const left: ReviewHunk[] = [];
  let by = 0;
  for (const hunk of hunks) {
    if (gone.has(hunk)) {
      const grown = hunk.target.end - hunk.target.start - (hunk.base.end - hunk.base.start);
      by += kind === "accept" ? grown : -grown;
    } else {
      const side = kind === "accept" ? "base" : "target";
      left.push(by === 0 ? hunk : { ...hunk, [side]: { start: hunk[side].start + by, end: hunk[side].end + by } });
    }
  }
  return left;
}

/** A created or a deleted file is there or not: its one hunk decides that. */
function decideExistence(
  { base, target }: FileReview,
  kind: "accept" | "reject",
): { next: Partial<FileReview>; splices: Pick<ReviewStep, "base" | "target"> } | undefined {
  if (base !== undefined && target !== undefined) {
    return undefined;
  }
  const splice = {
    start: 0,
    removed: (kind === "accept" ? base : target) ?? "",
    inserted: (kind === "accept" ? target : base) ?? "",
  };
  const both = kind === "accept" ? target : base;
  return {
    next: { base: both, target: both, hunks: [] },
    splices: kind === "accept" ? { base: [splice], target: [] } : { base: [], target: [splice] },
  };
}
