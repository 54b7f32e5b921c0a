import { expect, test } from "vitest";
import { splitParts } from "./code-block";

test("a long block is cut at line ends, and joined again it is the same text", () => {
  const text = Array.from({ length: 205 }, (_, index) => `line ${index}`).join("\n");
  const parts = splitParts(text);
  expect(parts).toHaveLength(4);
  expect(parts.join("\n")).toBe(text);
  expect(splitParts("short")).toEqual(["short"]);
});

test("growing text leaves all parts but the last as they were", () => {
  const text = Array.from({ length: 130 }, (_, index) => `line ${index}`).join("\n");
  expect(splitParts(`${text} and more`).slice(0, -1)).toEqual(splitParts(text).slice(0, -1));
});
