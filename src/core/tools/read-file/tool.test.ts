import { expect, test } from "vitest";
import { MemoryFiles } from "../../../../test/fakes/ports";
import { tryTool } from "../../../../test/fakes/tool-run";
import { readFile } from "./tool";

const files = new MemoryFiles({
  "a.txt": "one\r\ntwo\r\nthree\r\n",
  "long.txt": Array.from({ length: 500 }, (_, index) => `line ${index + 1}\n`).join(""),
  "wide.txt": "x".repeat(5_000),
  "empty.txt": "",
});

test("lines come numbered, whatever their ends are", async () => {
  expect((await tryTool(readFile, { path: "a.txt" }, { files })).text).toBe("1\tone\n2\ttwo\n3\tthree");
});

test("a long file ends with how to read on", async () => {
  const { text } = await tryTool(readFile, { path: "long.txt" }, { files });

  expect(text).toContain("400\tline 400\n[500 lines in all; continue with from=401]");
});

test("reading on gives the rest and no further hint", async () => {
  const { text } = await tryTool(readFile, { path: "long.txt", from: 401 }, { files });

  expect(text.startsWith("401\tline 401")).toBe(true);
  expect(text.endsWith("500\tline 500")).toBe(true);
});

test("a number written as text is taken as the number", async () => {
  expect((await tryTool(readFile, { path: "a.txt", from: "2", count: "1" }, { files })).text).toBe(
    "2\ttwo\n[3 lines in all; continue with from=3]",
  );
});

test("a very long line is cut and says so", async () => {
  expect((await tryTool(readFile, { path: "wide.txt" }, { files })).text).toContain(
    "[… 3000 more characters on this line]",
  );
});

test("an empty file says that it is empty, a missing one that it is missing, a line beyond the end how many there are", async () => {
  expect((await tryTool(readFile, { path: "empty.txt" }, { files })).text).toBe("[the file is empty]");
  expect((await tryTool(readFile, { path: "gone.txt" }, { files })).text).toContain("There is no file gone.txt");
  expect((await tryTool(readFile, { path: "a.txt", from: 9 }, { files })).text).toBe("a.txt has only 3 lines.");
});

test("a model with a small window gets fewer lines, and is told how to read on", async () => {
  const { text } = await tryTool(readFile, { path: "long.txt", count: 500 }, { files, longestResult: 200 });

  expect(text.length).toBeLessThan(300);
  expect(text).toMatch(/\[500 lines in all; continue with from=\d+\]$/);
  const next = Number(/from=(\d+)/.exec(text)?.[1]);
  expect((await tryTool(readFile, { path: "long.txt", from: next }, { files })).text).toMatch(
    new RegExp(`^${next}\tline ${next}\n`),
  );
});

test("one line at least is shown, however small the window is", async () => {
  expect((await tryTool(readFile, { path: "long.txt" }, { files, longestResult: 1 })).text).toMatch(/^1\tline 1\n/);
});
