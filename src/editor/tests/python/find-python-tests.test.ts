import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { findTests } from "../find-tests";
import { logicalLines } from "./logical-lines";

async function found(text: string, fileName = "test_a.py"): Promise<string[]> {
  const tests = await findTests(text, fileName);
  return tests.map(({ line, endLine, kind, path, marks }) =>
    [`${line}-${endLine} ${kind} ${path.join(" > ")}`, ...marks].join(" | "),
  );
}

test("functions and classes that pytest or unittest collect are found, and nothing in strings or functions", async () => {
  const text = await readFile(new URL("../../../../test/fixtures/tests/python/test_basic.py", import.meta.url), "utf8");
  expect(await found(text)).toEqual([
    "11-13 test test_total",
    "16-16 test test_passes",
    "19-35 suite TestSuite",
    "20-21 test TestSuite > test_total",
    "23-27 test TestSuite > test_text",
    "29-31 suite TestSuite > TestInner",
    "30-31 test TestSuite > TestInner > test_deep",
    "43-62 suite Cases",
    "47-48 test Cases > test_equal",
    "50-51 test Cases > test_ok",
    "53-55 test Cases > test_skipped | skip",
    "57-58 test Cases > test_skips_itself",
    "60-62 test Cases > test_expected_failure | fails",
    "65-66 test test_needs_a_plugin",
  ]);
});

test("decorators belong to their test, over as many lines as they take", async () => {
  const text = `
@pytest.mark.parametrize(
    "a",  # (not a bracket
    [1, 2],
)
@pytest.mark.skip
def test_rows(
    a,
):
    assert a

@pytest.mark.skip
class TestOff:
\tdef test_tabbed(self) -> None:
\t\tpass
`;
  expect(await found(text)).toEqual([
    "2-10 test test_rows | each | skip",
    "12-15 suite TestOff | skip",
    "14-15 test TestOff > test_tabbed | skip",
  ]);
});

test("only names that are collected count, and a broken file gives what it can", async () => {
  expect(await found("def test_a(): pass", "helpers.py")).toEqual([]);
  expect(await found("def test_a(): pass", "a_test.py")).toEqual(["1-1 test test_a"]);
  expect(await found("class Testing:\n    x = 1\n")).toEqual([]);
  expect(await found("def test_a():\n    x = (\n\ndef test_b():\n    pass\n")).toEqual([
    "1-3 test test_a",
    "4-5 test test_b",
  ]);
  expect(await found('def test_a():\n    x = "open\n\ndef test_b():\n    pass\n')).toEqual([
    "1-2 test test_a",
    "4-5 test test_b",
  ]);
});

test("lines that go on are one line, in strings, brackets and after a backslash", () => {
  const text = `a = """x\n'''\n""" + 'it''s'\nb = [1,\n  2]  # ]\nc = 1 + \\\n  2\r\nd = 'x\\\ny'\n`;
  expect(logicalLines(text).map(({ first, last }) => [first, last])).toEqual([
    [1, 3],
    [4, 5],
    [6, 7],
    [8, 9],
  ]);
});
