import { expect, test } from "vitest";
import { fileChange } from "../../core/edits/hunks";
import { changedLines, countText, hunkAt } from "./hunk-lines";

const base = Array.from({ length: 20 }, (_, index) => `${index}\n`).join("");
const hunksOf = (target: string | undefined, from: string | null = base) =>
  fileChange("a", from ?? undefined, target).hunks;

test("a changed, an inserted and a removed line stand where they are on each side", () => {
  const target = base.replace("2\n", "two\n").replace("9\n", "9\n9.5\n").replace("15\n", "");
  expect(hunksOf(target).map(changedLines)).toEqual([
    { oldStart: 2, oldEnd: 3, newStart: 2, newEnd: 3 },
    { oldStart: 10, oldEnd: 10, newStart: 10, newEnd: 11 },
    { oldStart: 15, oldEnd: 16, newStart: 16, newEnd: 16 },
  ]);
  expect(hunksOf(target).map(countText)).toEqual(["−1 +1", "−0 +1", "−1 +0"]);
});

test("a file that comes or goes stands at its start, without a final line end too", () => {
  expect(hunksOf("a\nb", null).map(changedLines)).toEqual([{ oldStart: 0, oldEnd: 0, newStart: 0, newEnd: 2 }]);
  expect(hunksOf(undefined).map(changedLines)).toEqual([{ oldStart: 0, oldEnd: 20, newStart: 0, newEnd: 0 }]);
});

test("the hunk at a line is the one that holds it, else the nearest", () => {
  const hunks = hunksOf(base.replace("2\n", "two\n2.5\n").replace("15\n", "fifteen\n"));
  const at = (line: number, side: "old" | "new" = "new") => hunks.indexOf(hunkAt(hunks, line, side) as never);
  expect([0, 2, 3, 8, 13, 16, 99].map((line) => at(line))).toEqual([0, 0, 0, 0, 1, 1, 1]);
  expect(at(15, "old")).toBe(1);
  expect(hunkAt([], 0, "new")).toBeUndefined();
});
