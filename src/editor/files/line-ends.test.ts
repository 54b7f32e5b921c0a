import { expect, test } from "vitest";
import { lineEndsOf, withLineEnds } from "./line-ends";

test.each([
  ["", "none"],
  ["one line", "none"],
  ["a\nb\n", "\n"],
  ["a\r\nb\r\n", "\r\n"],
  ["a\r\nb\n", "mixed"],
  ["a\nb\r\n", "mixed"],
  ["a\rb", "mixed"],
  ["a\r\r\n", "mixed"],
  ["\r", "mixed"],
] as const)("R-23: %j ends its lines with %j", (text, ends) => {
  expect(lineEndsOf(text)).toBe(ends);
});

test("every line end becomes the one asked for", () => {
  expect(withLineEnds("a\r\nb\nc\rd", "\r\n")).toBe("a\r\nb\r\nc\r\nd");
});
