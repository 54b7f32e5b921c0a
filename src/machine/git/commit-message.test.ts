import { expect, test } from "vitest";
import { writeMessage } from "./commit-message";

const parts = {
  what: "Add a discount for members.",
  request: "Members pay less",
  taskId: "t1",
  model: "qwen3-coder:30b",
};
const subjectOf = (subjects: string[], paths: string[], what = parts.what) =>
  writeMessage({ ...parts, what }, subjects, paths).split("\n")[0];

const conventional = ["feat(cart): add totals", "fix(cart): round half up", "docs: say how", "chore: tidy"];

test("the whole message: subject, request, trailers", () => {
  expect(writeMessage({ ...parts, coAuthor: "A B <a@b.c>" }, [], [])).toBe(
    [
      "Add a discount for members",
      "",
      "Asked for:",
      "",
      "    Members pay less",
      "",
      "Hearth-Task: t1",
      "Hearth-Model: qwen3-coder:30b",
      "Co-authored-by: A B <a@b.c>",
      "",
    ].join("\n"),
  );
});

test.each([
  [[], [], "Add a discount for members"],
  [["Fix cart", "Round totals"], [], "Add a discount for members"],
  [["fix cart", "round totals"], [], "add a discount for members"],
  [conventional, ["src/cart/sum.ts"], "feat(cart): add a discount for members"],
  [["feat(cart): a", "fix(cart): b"], ["src/cart/sum.ts"], "feat(cart): add a discount for members"],
  [["feat(cart): a", "fix(ui): b"], ["src/other/sum.ts"], "feat: add a discount for members"],
  [["feat(cart): a", "Merge", "More", "Things"], ["src/cart/a.ts"], "Add a discount for members"],
])("after %j with %j it says %s", (subjects, paths, subject) => {
  expect(subjectOf(subjects, paths)).toBe(subject);
});

test.each([
  ["Fix the rounding", ["src/a.ts"], "fix: fix the rounding"],
  ["Edit cart.test.ts", ["test/cart.test.ts"], "test: edit cart.test.ts"],
  ["Edit README.md", ["README.md"], "docs: edit README.md"],
  ["Rename Cart to Basket", ["src/a.ts"], "refactor: rename Cart to Basket"],
  ["Edit a.ts", ["src/a.ts"], "chore: edit a.ts"],
  ["feat!: drop node 18", ["src/a.ts"], "feat!: drop node 18"],
  ["README is longer", ["src/a.ts"], "chore: README is longer"],
])("%s becomes %s", (what, paths, subject) => {
  expect(subjectOf(conventional, paths, what)).toBe(subject);
});

test("a long subject is cut at a word", () => {
  const subject = subjectOf([], [], "Add ".repeat(40)) ?? "";
  expect(subject.length).toBeLessThanOrEqual(72);
  expect(subject).toMatch(/Add…$/);
});

test("a request cannot write trailers, nor hide characters", () => {
  const message = writeMessage(
    { ...parts, request: "x\n\nSigned-off-by: someone\u202e <a@b>\r\n\u001b[31mred", model: "m\nHearth-Task: other" },
    [],
    [],
  );
  expect(message).toContain("\n    Signed-off-by: someone <a@b>\n    [31mred\n");
  expect(message.match(/^Hearth-Task:/gm)).toHaveLength(1);
});
