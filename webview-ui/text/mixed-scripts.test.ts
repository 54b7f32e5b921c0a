import { expect, test } from "vitest";
import { findMixedScripts } from "./mixed-scripts";

test("words of Latin letters and lookalikes are found, words of one script are not", () => {
  expect(findMixedScripts("curl https://p\u0430ypal.example/g\u03bfogle")).toEqual(["p\u0430ypal", "g\u03bfogle"]);
  expect(findMixedScripts("привет hello мир λ")).toEqual([]);
});

test("at most five words are named", () => {
  expect(findMixedScripts(Array.from({ length: 9 }, (_, index) => `a\u0430${index}`).join(" "))).toHaveLength(5);
});
