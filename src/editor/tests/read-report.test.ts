import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import type { FoundTest } from "./found-test";
import { escapePattern } from "./javascript/title";
import { readReport } from "./read-report";
import type { ReportFormat } from "./run-plan";

/** Recorded from real runs of jest 30, mocha 12 and vitest 2; paths are under /project. */
const recorded = (name: string) =>
  readFile(new URL(`../../../test/fixtures/tests/reports/${name}.json`, import.meta.url), "utf8");

function target(path: string[], more: Partial<FoundTest> = {}): FoundTest {
  return {
    name: path.at(-1) ?? "",
    path,
    patterns: path.map(escapePattern),
    line: 0,
    endLine: 0,
    callLine: 0,
    kind: "test",
    dynamic: false,
    runner: "jest",
    marks: [],
    floating: false,
    suites: path.length - 1,
    ...more,
  };
}

function read(format: ReportFormat, text: string | undefined, test: FoundTest, file = "basic.test.js") {
  return readReport(format, text, { test, file: `/project/${file}`, root: "/project" });
}

const line = (entry: object) => JSON.stringify(entry);
const start = line({ kind: "start", runner: "node:test", version: "v24" });
const entry = { kind: "test", path: ["a"], file: "/project/basic.test.js", line: 1, status: "passed", errors: [] };

test("jest's report is read by titles and lines", async () => {
  const jest = await recorded("jest");
  const failed = read("jest", jest, target(["outer", "inner (x)", "adds"], { callLine: 4 }));
  expect(failed).toMatchObject({ outcome: "failed", executed: 1 });
  expect(failed.failures[0]?.message).toContain("-     4,\n+     3,");
  expect(failed.failures[0]?.stack).toContain("/project/basic.test.js:5:41");
  expect(read("jest", jest, target(["outer", "adds"])).outcome).toBe("passed");
  expect(read("jest", jest, target(["twice"], { callLine: 13 })).outcome).toBe("failed");
  expect(read("jest", jest, target(["twice"], { callLine: 14 })).outcome).toBe("passed");
  expect(read("jest", jest, target(["twice"], { callLine: 99 })).outcome).toBe("failed");
  expect(read("jest", jest, target(["skipped"])).outcome).toBe("skipped");
  expect(read("jest", jest, target(["to do"])).outcome).toBe("skipped");
  expect(read("jest", jest, target(["not there"])).outcome).toBe("missing");
  expect(read("jest", jest, target(["cannot be read"]), "syntax.test.js")).toMatchObject({ outcome: "broken" });
  expect(read("jest", jest, target(["after fails", "is fine"]), "hooks.test.js").outcome).toBe("passed");
  expect(read("jest", jest, target(["suite that passes"], { kind: "suite", suites: 1 }))).toMatchObject({
    outcome: "passed",
    executed: 1,
    skipped: 1,
  });
});

test("mocha's report is read by whole names, and its failed hooks are the reason", async () => {
  const mocha = await recorded("mocha");
  const failed = read("mocha", mocha, target(["outer", "inner (x)", "adds"]));
  expect(failed).toMatchObject({ outcome: "failed", failures: [{ path: ["outer inner (x) adds"] }] });
  expect(failed.failures[0]?.stack).toContain("/project/basic.test.js:4");
  expect(read("mocha", mocha, target(["twice"])).outcome).toBe("failed");
  expect(read("mocha", mocha, target(["skipped"])).outcome).toBe("skipped");
  expect(read("mocha", mocha, target(["never starts"]), "hooks.test.js")).toMatchObject({
    outcome: "broken",
    failures: [{ message: "no database" }, {}],
  });
  expect(read("mocha", mocha, target(["outer"], { kind: "suite", suites: 1 }))).toMatchObject({
    outcome: "failed",
    executed: 3,
  });
});

test("the report of an old vitest is read like that of jest", async () => {
  const old = await recorded("vitest2");
  expect(read("jest", old, target(["outer", "inner (x)", "adds"]), "basic.test.ts").outcome).toBe("failed");
  expect(read("jest", old, target(["outer", "adds"]), "basic.test.ts").outcome).toBe("passed");
  expect(read("jest", old, target(["needs a module"]), "import.test.ts").outcome).toBe("broken");
});

test("a report that is absent, empty, cut off or of another kind proves nothing", () => {
  const test = target(["a"]);
  for (const text of [undefined, "", "{}", "[]", "not json", line(entry), `${start.slice(0, 20)}\n${line(entry)}`]) {
    expect(read("lines", text, test).outcome).toBe("no_report");
  }
  expect(read("lines", `${start}\n${line(entry).slice(0, -5)}`, test)).toMatchObject({
    outcome: "missing",
    complete: false,
  });
  expect(read("jest", start, test).outcome).toBe("no_report");
  expect(read("mocha", start, test).outcome).toBe("no_report");
});

test("a test of another file, or one that only begins like it, is not the target", () => {
  const report = (...entries: object[]) => [start, ...entries.map(line), line({ kind: "end" })].join("\n");
  const test = target(["a"]);
  expect(read("lines", report(entry), test)).toMatchObject({ outcome: "passed", complete: true });
  expect(read("lines", report({ ...entry, file: "/project/other.test.js" }), test).outcome).toBe("missing");
  expect(read("lines", report({ ...entry, file: "/real/project/basic.test.js" }), test).outcome).toBe("passed");
  expect(
    read("lines", report(entry, { ...entry, file: "/project/sub/basic.test.js", status: "failed" }), test).outcome,
  ).toBe("passed");
  expect(read("lines", report({ ...entry, path: ["a", "b"] }), test).outcome).toBe("missing");
  expect(read("lines", report({ ...entry, path: ["ab"] }), test).outcome).toBe("missing");
  expect(read("lines", report({ ...entry, kind: "suite" }), test).outcome).toBe("missing");
});

test("a test that a run lets pass although it is marked as skipped has not passed", () => {
  const report = `${start}\n${line(entry)}`;
  expect(read("lines", report, target(["a"], { marks: ["todo"] })).outcome).toBe("skipped");
});
