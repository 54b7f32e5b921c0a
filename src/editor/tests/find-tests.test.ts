import { expect, test } from "vitest";
import { findTests, looksLikeTests } from "./find-tests";
import { findAgain, testAt } from "./found-test";

/** One line per test: where, what, and what is remarkable about it. */
async function found(text: string, fileName = "a.test.ts", globals?: "vitest" | "jest" | "mocha"): Promise<string[]> {
  const tests = await findTests(text, fileName, { globals });
  return tests.map(({ line, kind, path, marks, dynamic }) =>
    [`${line} ${kind} ${path.join(" > ")}`, ...marks, ...(dynamic ? ["dynamic"] : [])].join(" | "),
  );
}

test("tests and suites of node:test are found under every name they can be imported by", async () => {
  const text = `
import base, { describe as d, it, suite } from "node:test";
import * as runner from "node:test";
const { test: t2 } = require("node:test");
const again = base;
d("outer", () => {
  it("first", () => {});
  suite("inner", () => { again("second", () => {}); });
});
t2("third", () => {});
runner.test("fourth", () => {});
runner.describe("fifth", () => {});
base.describe("sixth", () => { base.it("seventh"); });
`;
  expect(await found(text, "a.test.js")).toEqual([
    "6 suite outer",
    "7 test outer > first",
    "8 suite outer > inner",
    "8 test outer > inner > second",
    "10 test third",
    "11 test fourth",
    "12 suite fifth",
    "13 suite sixth",
    "13 test sixth > seventh",
  ]);
});

test("chains, options and rows become marks", async () => {
  const text = `
import { test, describe } from "vitest";
test.only("only", () => {});
test.concurrent.skip("skipped", () => {});
test("by option", { todo: true }, () => {});
describe.skip("suite", () => { test("inherits", () => {}); });
test.skipIf(process.platform === "win32")("sometimes", () => {});
test.each([[1, 2]])("adds %i to %i", () => {});
test.for([1])("row $a", () => {});
describe.each\`a | b\${1} | \${2}\`("table $a", () => { test("in a row", () => {}); });
test.fails("expected to fail", () => {});
`;
  expect(await found(text)).toEqual([
    "3 test only | only",
    "4 test skipped | concurrent | skip",
    "5 test by option | todo",
    "6 suite suite | skip",
    "6 test suite > inherits | skip",
    "7 test sometimes | skipIf",
    "8 test adds %i to %i | each | dynamic",
    "9 test row $a | each | dynamic",
    "10 suite table $a | each | dynamic",
    "10 test table $a > in a row | each | dynamic",
    "11 test expected to fail | fails",
  ]);
});

test("fixtures made with test.extend declare tests too", async () => {
  const text = `
import { test as base } from "vitest";
export const myTest = base.extend({ page: async ({}, use) => use(1) });
const it = myTest;
it("uses a fixture", ({ page }) => {});
base.extend<{ n: number }>({ n: 1 }).only("at once", () => {});
`;
  expect(await found(text)).toEqual(["5 test uses a fixture", "6 test at once | only"]);
});

test("a helper called test from elsewhere, and a name that hides the real one, are not taken", async () => {
  const text = `
import { test } from "./helpers";
import { it } from "node:test";
test("not ours", () => {});
for (const it of [1]) { it("loop variable", () => {}); }
function run(it) { it("parameter", () => {}); }
{ const it = () => {}; it("block", () => {}); }
try {} catch (it) { it("caught", () => {}); }
/x/.test("not a test");
it("ours", () => {});
`;
  expect(await found(text)).toEqual(["10 test ours"]);
});

test("subtests of node:test stand inside their test", async () => {
  const text = `
import test, { describe } from "node:test";
describe("suite", () => {
  test("parent", async (t) => {
    await t.test("child", async ({ test: inner }) => { await inner("grandchild", () => {}); });
  });
});
test("other", async (t) => { const s = t; await s.test("alias"); t.assert.ok(1); });
`;
  expect(await found(text)).toEqual([
    "3 suite suite",
    "4 test suite > parent",
    "5 test suite > parent > child",
    "5 test suite > parent > child > grandchild",
    "8 test other",
    "8 test other > alias",
  ]);
  const tests = await findTests(text, "a.ts");
  expect(tests.map((each) => each.suites)).toEqual([1, 1, 1, 1, 0, 0]);
});

test("titles that only a run can tell keep their source, and a pattern for what is known", async () => {
  const text = `
import { test } from "vitest";
const noun = "apples";
for (const n of [1]) {
  test(\`counts \${n} \${noun}\`, () => {});
  test("plus " + n + "!", () => {});
  test(titleOf(n), () => {});
  test(noun, () => {});
}
`;
  const tests = await findTests(text, "a.ts");
  expect(tests.map((each) => [each.name, each.dynamic])).toEqual([
    [`counts \${n} apples`, true],
    ["plus n!", true],
    ["titleOf(n)", true],
    ["apples", false],
  ]);
  const matches = (index: number, name: string) => new RegExp(`^${tests[index]?.patterns.at(-1)}$`).test(name);
  expect(matches(0, "counts 12 apples")).toBe(true);
  expect(matches(0, "counts 12 pears")).toBe(false);
  expect(matches(1, "plus 12!")).toBe(true);
});

test("a pattern of a title with regular expression characters matches that title alone", async () => {
  const title = "a+b (c) [d] {e} ^$ | \\ . * ? 'q' \"z\" 🔥\nnext line";
  const text = `import test from "node:test";\ntest(${JSON.stringify(title)}, () => {});`;
  const [only] = await findTests(text, "a.mjs");
  expect(only?.name).toBe(title);
  expect(new RegExp(`^${only?.patterns[0]}$`).test(title)).toBe(true);
  expect(new RegExp(`^${only?.patterns[0]}$`).test(title.replace("a+b", "aab"))).toBe(false);
});

test("the line that a runner reports is that of the called name, or of the bracket after rows", async () => {
  const text = `
import { test, describe } from "vitest";
test.each([
  [1, 2],
])("row %i", () => {});
test
  .concurrent
  .only("chained", () => {});
`;
  const tests = await findTests(text, "a.ts");
  expect(tests.map(({ line, callLine, endLine }) => [line, callLine, endLine])).toEqual([
    [3, 5, 5],
    [6, 8, 8],
  ]);
});

test("names without an import count only when a runner is known to put them there", async () => {
  const text = `describe("suite", () => { it("test", () => {}); xit("off", () => {}); });`;
  expect(await found(text)).toEqual([]);
  expect(await found(text, "a.js", "jest")).toEqual([
    "1 suite suite",
    "1 test suite > test",
    "1 test suite > off | skip",
  ]);
  expect(await found(`const it = make();\nit("ours", () => {});`, "a.js", "jest")).toEqual([]);
});

test("tests in a function that is called from elsewhere may stand in suites that are not known", async () => {
  const text = `
import { test, describe } from "vitest";
function shared(name) { test("works", () => {}); }
const other = () => { describe("inner", () => test("works too", () => {})); };
describe("outer", () => {
  shared();
  [1, 2].forEach((n) => { test(\`row \${n}\`, () => {}); });
  (() => { test("at once", () => {}); })();
});
`;
  const tests = await findTests(text, "a.ts");
  expect(tests.map(({ path, floating }) => [path.join(" > "), floating])).toEqual([
    ["works", true],
    ["inner", true],
    ["inner > works too", true],
    ["outer", false],
    [`outer > row \${n}`, false],
    ["outer > at once", false],
  ]);
});

test("tests beside the code of a vitest project are found", async () => {
  const text = `
export const add = (a, b) => a + b;
if (import.meta.vitest) {
  const { it, expect } = import.meta.vitest;
  it("adds", () => expect(add(1, 2)).toBe(3));
}
`;
  expect(await found(text, "add.ts")).toEqual(["5 test adds"]);
});

test("types, JSX and decorators are read, also in plain scripts", async () => {
  const jsx = `import { test } from "vitest";\ntest("renders", () => { render(<App<string> a={1} />); });`;
  expect(await found(jsx, "a.test.tsx")).toEqual(["2 test renders"]);
  expect(await found(jsx.replace("<App<string> a", "<App a"), "a.test.js")).toEqual(["2 test renders"]);
  const cast = `import { test } from "vitest";\nconst x = <string>y;\n@dec class A {}\ntest("casts", () => {});`;
  expect(await found(cast, "a.test.mts")).toEqual(["4 test casts"]);
  expect(await found(`import { test } from "vitest";\nlet a: number = 1;\ntest("typed", () => {});`, "a.js")).toEqual([
    "3 test typed",
  ]);
});

test("a file that is broken in one place still gives its tests", async () => {
  const recovered = `import { test } from "vitest";\nconst a = 1;\nconst a = 2;\ntest("one", () => {});`;
  expect(await found(recovered)).toEqual(["4 test one"]);
  const broken = `
import { test, describe } from "vitest";
describe("suite", () => {
  test("one", () => { foo(((; });
  test.skip("two", () => {});
});
test("three", () => {
`;
  expect(await found(broken)).toEqual([
    "3 suite suite",
    "4 test suite > one",
    "5 test suite > two | skip",
    "7 test three",
  ]);
});

test("an await import and require destructuring of a runner are followed", async () => {
  const text = `
const { test, describe: d } = await import("vitest");
d("suite", function () { test("inner", () => {}); });
`;
  expect(await found(text, "a.mjs")).toEqual(["3 suite suite", "3 test suite > inner"]);
});

test("text without a runner is not parsed at all", async () => {
  expect(looksLikeTests(`import { test } from "./fixtures"; test("x")`, "a.ts")).toBe(false);
  expect(looksLikeTests(`import test from 'node:test'`, "a.py")).toBe(false);
  expect(looksLikeTests(`import test from 'node:test'`, "a.cts")).toBe(true);
  expect(looksLikeTests(`import test from 'node:test'${" ".repeat(1_000_001)}`, "a.ts")).toBe(false);
});

test("the test at a line is the innermost around it, then the innermost suite, then the nearest above", async () => {
  const text = `
import { test, describe } from "vitest";
describe("outer", () => {

  describe("inner", () => {
    test("one", () => {
      1;
    });

  });
});

test("two", () => {});

const x = 1;
`;
  const tests = await findTests(text, "a.ts");
  const nameAt = (line: number) => testAt(tests, line)?.name;
  expect([7, 9, 4, 13, 15, 1].map(nameAt)).toEqual(["one", "inner", "outer", "two", "two", undefined]);
});

test("after an edit the same test is found again, also the second of two with one name", async () => {
  const before = `import { test } from "vitest";\ntest("same", () => {});\ntest("same", () => {});\n`;
  const after = before.replace("\n", "\n// moved\n");
  const [old, now] = [await findTests(before, "a.ts"), await findTests(after, "a.ts")];
  const second = old[1];
  expect(second && findAgain(now, second, old)?.line).toBe(4);
  const renamed = await findTests(before.replaceAll("same", "other"), "a.ts");
  expect(second && findAgain(renamed, second, old)).toBeUndefined();
});
