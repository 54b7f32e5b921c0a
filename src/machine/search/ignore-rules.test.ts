import { expect, test } from "vitest";
import { IgnoreRules } from "./ignore-rules";

const rules = new IgnoreRules(
  [
    "# a comment",
    "*.log",
    "!keep.log",
    "build/",
    "/top.txt",
    "docs/*.md",
    "a/**/z",
    "**/deep",
    "out/**",
    "file[0-9].txt",
    "not[!a].txt",
    "\\#hash",
    "trailing   ",
    "q?.c",
  ].join("\n"),
);

test.each([
  ["x.log", false, true],
  ["sub/x.log", false, true],
  ["sub/keep.log", false, false],
  ["build", true, true],
  ["sub/build", true, true],
  ["build", false, undefined],
  ["top.txt", false, true],
  ["sub/top.txt", false, undefined],
  ["docs/a.md", false, true],
  ["docs/sub/a.md", false, undefined],
  ["x/docs/a.md", false, undefined],
  ["a/z", false, true],
  ["a/b/c/z", false, true],
  ["sub/deep", true, true],
  ["deep", false, true],
  ["out/x/y", false, true],
  ["out", true, undefined],
  ["file7.txt", false, true],
  ["filex.txt", false, undefined],
  ["notb.txt", false, true],
  ["nota.txt", false, undefined],
  ["#hash", false, true],
  ["trailing", false, true],
  ["q1.c", false, true],
  ["q/.c", false, undefined],
] as const)("%s (folder: %s) gives %s", (path, isFolder, verdict) => {
  expect(rules.verdict(path, isFolder)).toBe(verdict);
});
