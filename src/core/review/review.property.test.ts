import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { editSide, editSideTo } from "./edit";
import { FileReview, openReview, pendingChange } from "./file-review";
import { followTarget, undoVerdict } from "./history";
import { merge3 } from "./merge";
import { proposeTarget } from "./propose";
import { applySplice } from "./splice";
import { acceptHunks, rejectHunks } from "./verdict";

const line = fc.constantFrom("a\n", "b\n", "c\n", "d\r\n", "}\n", "\n", "e e\n");
const text = fc
  .tuple(fc.array(line, { maxLength: 14 }), fc.constantFrom("", "", "z", "a"))
  .map(([lines, tail]) => lines.join("") + tail);
const pair = fc.tuple(text, text);
/** A place as a share of the text, how much goes, and what comes. */
const typing = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  removed: fc.integer({ min: 0, max: 6 }),
  inserted: fc.constantFrom("", "x", "x\n", "\n", "y\nx\n", "q", "\nq"),
});
type Typing = typeof typing extends fc.Arbitrary<infer Value> ? Value : never;

function spliceFor(whole: string, { at, removed, inserted }: Typing) {
  const start = Math.round(at * whole.length);
  return { start, removed: whole.slice(start, start + removed), inserted };
}

function open(base: string | undefined, target: string | undefined): FileReview {
  return openReview({ path: "f", base, target, moment: "before" });
}

/** Outside the hunks both sides are equal; hunks are in order, have a difference, and names of their own. */
function expectSound({ base = "", target = "", hunks }: FileReview): void {
  let [baseAt, targetAt] = [0, 0];
  for (const hunk of hunks) {
    expect(base.slice(baseAt, hunk.base.start)).toBe(target.slice(targetAt, hunk.target.start));
    expect(hunk.base.start).toBeGreaterThanOrEqual(baseAt);
    expect(hunk.target.start).toBeGreaterThanOrEqual(targetAt);
    [baseAt, targetAt] = [hunk.base.end, hunk.target.end];
  }
  expect(base.slice(baseAt)).toBe(target.slice(targetAt));
  expect(new Set(hunks.map((hunk) => hunk.id)).size).toBe(hunks.length);
}

const runs = { numRuns: 600 };

describe("a review of two texts", () => {
  test("accepting all gives the target, rejecting all gives the base", () => {
    fc.assert(
      fc.property(pair, ([base, target]) => {
        const review = open(base, target);
        expectSound(review);
        expect(acceptHunks(review, "all")).toMatchObject({ base: target, target, hunks: [] });
        expect(rejectHunks(review, "all")).toMatchObject({ base, target: base, hunks: [] });
      }),
      runs,
    );
  });

  test("the order of verdicts does not matter, and each changes only its own hunk", () => {
    fc.assert(
      fc.property(pair, fc.infiniteStream(fc.boolean()), fc.infiniteStream(fc.nat()), ([base, target], says, order) => {
        const start = open(base, target);
        const verdicts = start.hunks.map((hunk) => ({ id: hunk.id, accepted: says.next().value as boolean }));
        const shuffled = verdicts.map((verdict) => ({ verdict, key: order.next().value as number }));
        shuffled.sort((left, right) => left.key - right.key);
        const give = (review: FileReview, { id, accepted }: { id: string; accepted: boolean }) => {
          const next = accepted ? acceptHunks(review, [id]) : rejectHunks(review, [id]);
          expectSound(next);
          expect(next.hunks.map((hunk) => hunk.id)).toEqual(
            review.hunks.map((hunk) => hunk.id).filter((each) => each !== id),
          );
          return next;
        };
        const one = verdicts.reduce(give, start);
        const other = shuffled.map(({ verdict }) => verdict).reduce(give, start);
        const accepted = verdicts.filter((each) => each.accepted).map((each) => each.id);
        const atOnce = rejectHunks(acceptHunks(start, accepted), "all");
        expect([one.base, one.target]).toEqual([other.base, other.target]);
        expect([one.base, one.target]).toEqual([atOnce.base, atOnce.target]);
        expect(one.base).toBe(one.target);
      }),
      runs,
    );
  });

  test("edits of either side keep everything outside the hunks equal, and what was typed is there", () => {
    fc.assert(
      fc.property(
        pair,
        fc.array(fc.tuple(fc.constantFrom("base", "target"), typing), { maxLength: 6 }),
        ([base, target], edits) => {
          let review = open(base, target);
          for (const [side, typed] of edits as ["base" | "target", Typing][]) {
            const splice = spliceFor(review[side] ?? "", typed);
            const wanted = applySplice(review[side] ?? "", splice);
            review = editSide(review, side, splice);
            expectSound(review);
            expect(review[side]).toBe(wanted);
          }
          expect(acceptHunks(review, "all").base).toBe(review.target);
          expect(rejectHunks(review, "all").target).toBe(review.base);
        },
      ),
      runs,
    );
  });

  test("a hunk that no edit touches keeps its identity and its text", () => {
    fc.assert(
      fc.property(pair, fc.constantFrom("base" as const, "target" as const), typing, ([base, target], side, typed) => {
        const review = open(base, target);
        const splice = spliceFor(review[side] ?? "", typed);
        const edited = editSide(review, side, splice);
        const end = splice.start + splice.removed.length;
        const textOf = ({ base: left = "", target: right = "" }: FileReview, hunk: FileReview["hunks"][number]) =>
          `${left.slice(hunk.base.start, hunk.base.end)}|${right.slice(hunk.target.start, hunk.target.end)}`;
        for (const hunk of review.hunks) {
          const isFar = hunk[side].end < splice.start - 12 || hunk[side].start > end + 12;
          if (isFar) {
            const same = edited.hunks.find((each) => each.id === hunk.id);
            expect(same && textOf(edited, same)).toBe(textOf(review, hunk));
          }
        }
      }),
      runs,
    );
  });

  test("a whole new text of the base is a three-way merge that loses nothing", () => {
    fc.assert(
      fc.property(text, text, text, (base, target, live) => {
        const moved = editSideTo(open(base, target), "base", live);
        expectSound(moved);
        expect(moved.base).toBe(live);
        expect(rejectHunks(moved, "all").target).toBe(live);
      }),
      runs,
    );
  });

  test("a verdict that is taken back changes nothing", () => {
    fc.assert(
      fc.property(pair, fc.boolean(), fc.nat(), ([base, target], accepts, which) => {
        const review = open(base, target);
        const ids = review.hunks.filter((_, index) => (which >> (index % 8)) & 1).map((hunk) => hunk.id);
        const decided = accepts ? acceptHunks(review, ids) : rejectHunks(review, ids);
        const back = undoVerdict(decided);
        if (ids.length === 0) {
          expect(back).toBeUndefined();
          return;
        }
        expect(back).toMatchObject({ base, target, hunks: review.hunks });
      }),
      runs,
    );
  });

  test("a verdict can be taken back after edits elsewhere, or is left alone", () => {
    fc.assert(
      fc.property(
        pair,
        fc.boolean(),
        typing,
        fc.constantFrom("base" as const, "target" as const),
        ([base, target], accepts, typed, side) => {
          const review = open(base, target);
          const [first] = review.hunks;
          if (!first) {
            return;
          }
          const decided = accepts ? acceptHunks(review, [first.id]) : rejectHunks(review, [first.id]);
          const edited = editSide(decided, side, spliceFor(decided[side] ?? "", typed));
          const back = undoVerdict(edited);
          if (back) {
            expectSound(back);
            expect(back.hunks.some((hunk) => hunk.id === first.id)).toBe(true);
            expect(acceptHunks(back, "all").base).toBe(back.target);
          }
        },
      ),
      {
        ...runs,
        examples: [
          [["a\nb\na\na\na\na\na\n", "\na\nc\na\na\nb\nb\n\n"], false, { at: 0, removed: 3, inserted: "" }, "target"],
        ],
      },
    );
  });

  test("undo in the editor brings the text's own baseline back", () => {
    fc.assert(
      fc.property(pair, fc.array(typing, { maxLength: 4 }), ([base, target], edits) => {
        const start = open(base, target);
        const [first] = start.hunks;
        if (!first) {
          return;
        }
        const rejected = rejectHunks(start, [first.id]);
        let typed = rejected;
        let isBackByTyping = false;
        for (const each of edits) {
          typed = editSide(typed, "target", spliceFor(typed.target ?? "", each));
          isBackByTyping ||= typed.target === target;
        }
        const undone = followTarget(typed, target, "undo");
        expectSound(undone);
        if (!isBackByTyping) {
          expect(undone).toMatchObject({ base, target, hunks: start.hunks });
        }
      }),
      runs,
    );
  });

  test("a new proposal keeps the sides, and state survives being stored", () => {
    fc.assert(
      fc.property(pair, text, ([base, target], next) => {
        const review = proposeTarget(open(base, target), next);
        expectSound(review);
        expect([review.base, review.target]).toEqual([base, next]);
        expect(FileReview.parse(JSON.parse(JSON.stringify(review)))).toEqual(review);
        expect(pendingChange(review).hunks.map((hunk) => hunk.id)).toEqual(review.hunks.map((hunk) => hunk.id));
      }),
      runs,
    );
  });
});

describe("a three-way merge", () => {
  test("one side's changes alone are that side, equal changes are taken once", () => {
    fc.assert(
      fc.property(pair, ([base, other]) => {
        expect(merge3(base, other, base)).toEqual({ text: other, conflicts: [] });
        expect(merge3(base, base, other)).toEqual({ text: other, conflicts: [] });
        expect(merge3(base, other, other)).toEqual({ text: other, conflicts: [] });
      }),
      runs,
    );
  });

  test("whatever was ours is in the result, and what was theirs is there or in a conflict", () => {
    fc.assert(
      fc.property(text, text, text, (base, ours, theirs) => {
        const merged = merge3(base, ours, theirs);
        const swapped = merge3(base, theirs, ours);
        expect(swapped.conflicts.length).toBe(merged.conflicts.length);
        for (const conflict of merged.conflicts) {
          expect(merged.text.slice(conflict.start, conflict.end)).toBe(conflict.ours);
        }
        if (merged.conflicts.length === 0) {
          expect(swapped.text).toBe(merged.text);
        }
      }),
      runs,
    );
  });
});
