import { expect, test } from "vitest";
import type { Hunk } from "../../src/core/events";
import { numberLines } from "./diff-lines";

const hunk = (lines: string[]): Hunk => ({ id: "h", oldStart: 5, oldLines: 2, newStart: 7, newLines: 2, lines });

test("each line has the numbers of the sides on which it exists", () => {
  expect(numberLines(hunk([" a", "-b", "+c", "\\ No newline at end of file"]))).toEqual([
    { kind: "same", oldLine: 5, newLine: 7, text: "a" },
    { kind: "removed", oldLine: 6, newLine: undefined, text: "b" },
    { kind: "added", oldLine: undefined, newLine: 8, text: "c" },
    { kind: "remark", oldLine: undefined, newLine: undefined, text: "No newline at end of file" },
  ]);
});

test("carriage returns of a CRLF file are not shown, a single one is", () => {
  expect(numberLines(hunk([" a\r", "-b\r", "+c\r"])).map((line) => line.text)).toEqual(["a", "b", "c"]);
  expect(numberLines(hunk([" a\r", "-b\r", "+c"])).map((line) => line.text)).toEqual(["a\r", "b\r", "c"]);
});
