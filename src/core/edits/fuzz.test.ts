import { describe, expect, test } from "vitest";
import { fuzzEdits } from "../../../bench/edits-fuzz";

describe("edits spoilt as models spoil them", () => {
  test("R-23 none of 8,000 is applied at a wrong place, most are applied, and failures name the place", () => {
    const { total, wrong, byPerturbation } = fuzzEdits(8_000, 20_261_120);

    expect(wrong).toEqual([]);
    expect(total.wrong).toBe(0);
    const faithful = Object.entries(byPerturbation).filter(
      ([name]) => !/^(?:a wrong|an invented|a forgotten|lines left out) /.test(name),
    );
    const [runs, right] = faithful.reduce(([all, good], [, count]) => [all + count.runs, good + count.right], [0, 0]);
    expect(right / runs).toBeGreaterThan(0.83);
    expect(total.failedHelpfully / total.failed).toBeGreaterThan(0.86);
  });

  test("the same seed gives the same run", () => {
    expect(fuzzEdits(300, 7)).toEqual(fuzzEdits(300, 7));
  });
});
