import { decidedIds, keepIds } from "./edit";
import { type FileReview, hunksBetween, missingSide, type ReviewStep, withStep } from "./file-review";
import { spliceBetween } from "./splice";

/**
 * The agent changed the target: what differs from the base is proposed, however much of it was before. Hunks that stand where one stood keep its
 * id.
 */
export function proposeTarget(review: FileReview, target: string | undefined): FileReview {
  if (target === review.target) {
    return review;
  }
  const splice = spliceBetween(review.target ?? "", target ?? "");
  const step: ReviewStep = {
    kind: "propose",
    base: [],
    target: splice ? [splice] : [],
    hunks: review.hunks,
    ids: [],
    ...missingSide(review),
  };
  const hunks = keepIds(review.hunks, hunksBetween(review.base, target), "base", decidedIds(review.past));
  return withStep(review, step, { target, hunks });
}
