import { expect, test } from "vitest";
import { describeFailures } from "./describe-failure";
import type { Failure } from "./read-report";

const root = "/ws";
const folder = { root, prefix: "" };

function failure(more: Partial<Failure>): Failure {
  return { message: "broke", path: ["suite", "test"], file: "/ws/test/a.test.ts", line: 3, ...more };
}

test("a failure names the test, the place, what was expected and the frames of the workspace", () => {
  const stack = `AssertionError: nope
    at Object.assert (node:internal/assert:3:1)
    at total (file:///ws/src/my%20shop.js?t=17:7:25)
    at async run (/ws/node_modules/x/index.js:1:1)
    at /ws/test/a.test.ts:4:10
    at elsewhere (/home/other/b.js:1:2)`;
  const text = describeFailures(
    [failure({ name: "AssertionError", message: "nope", expected: "3", actual: "1", stack })],
    folder,
  );
  expect(text).toBe(`suite > test — test/a.test.ts:3
AssertionError: nope
expected: 3
received: 1
  at src/my shop.js:7:25 (total)
  at test/a.test.ts:4:10`);
});

test("a comparison that is in the message or in a diff is not told twice, and colours are taken out", () => {
  const both = { expected: "3", actual: "1" };
  expect(describeFailures([failure({ ...both, message: "not equal:\n\n1 !== 3\n" })], folder)).not.toContain(
    "expected",
  );
  const coloured = failure({ ...both, diff: "\u001b[32m- 3\u001b[39m\n\u001b[31m+ 1\u001b[39m" });
  expect(describeFailures([coloured], folder)).toContain("broke\n- 3\n+ 1");
  expect(describeFailures([coloured], folder)).not.toContain("expected");
});

test("however much fails, the text stays small and says what is left out", () => {
  const long = "x".repeat(100_000);
  const many = Array.from({ length: 50 }, () => failure({ message: long, output: `start${long}end`, diff: long }));
  const text = describeFailures(many, folder);
  expect(text.length).toBeLessThan(6_100);
  expect(describeFailures(many.slice(0, 1), folder)).toContain("end");
  const short = describeFailures(
    many.map((each) => ({ ...each, message: "m", output: undefined, diff: undefined })),
    folder,
  );
  expect(short).toContain("… and 47 more.");
});

test("paths of the workspace are told relative to it", () => {
  const output = "file:///ws/a.test.js:3\nSyntaxError in /ws/src/b.js and file:///ws/c.js";
  expect(describeFailures([failure({ path: [], file: undefined, output })], folder)).toBe(
    "broke\na.test.js:3\nSyntaxError in src/b.js and c.js",
  );
});
