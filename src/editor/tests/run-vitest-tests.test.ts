import { access } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import type { FoundTest } from "./found-test";
import { readReport } from "./read-report";
import { FixtureProject } from "./testing/fixture-project";

vi.setConfig({ testTimeout: 120_000, maxConcurrency: 2 });

const project = await FixtureProject.open("vitest");
const outcome = async (...[name, titles, which]: Parameters<FixtureProject["run"]>) =>
  (await project.run(name, titles, which)).outcome;

describe.concurrent("with the vitest of this repository", () => {
  test("a failing vitest test in nested suites is told with what was expected", async () => {
    const report = await project.run("basic.test.ts", ["outer", "inner (x)", "adds"]);
    expect(report).toMatchObject({ outcome: "failed", executed: 1, complete: true });
    expect(report.failures).toHaveLength(1);
    expect(report.failures[0]).toMatchObject({ name: "AssertionError", path: ["outer", "inner (x)", "adds"], line: 5 });
    expect(report.failures[0]?.diff).toContain("-     4,\n+     3,");
    expect(report.failures[0]?.stack).toContain("basic.test.ts:6:41");
  });

  test("the same title in another suite, or twice in one place, is told apart", async () => {
    expect(await outcome("basic.test.ts", ["outer", "adds"])).toBe("passed");
    expect(await outcome("basic.test.ts", ["adds"])).toBe("passed");
    expect(await outcome("basic.test.ts", ["twice"], 0)).toBe("failed");
    expect(await outcome("basic.test.ts", ["twice"], 1)).toBe("passed");
  });

  test("a declaration that makes several tests stands for all of them", async () => {
    const failing = { outcome: "failed", executed: 2 };
    const rows = await project.run("basic.test.ts", ["row %i is %i"]);
    expect(rows).toMatchObject({ ...failing, failures: [{ path: ["row 1 is 2"] }] });
    expect(await project.run("basic.test.ts", [`dynamic \${name}`])).toMatchObject(failing);
    expect(await project.run("basic.test.ts", ["suite row %i", "is one"])).toMatchObject(failing);
    const judge = await project.runAll("basic.test.ts");
    expect(judge(["object $name"])).toMatchObject({ outcome: "passed", executed: 2 });
    expect(judge(["table $a"])).toMatchObject({ outcome: "failed", executed: 1 });
    expect(judge(["suite row %i"])).toMatchObject(failing);
  });

  test("what is skipped or to do has not passed", async () => {
    expect(await outcome("basic.test.ts", ["skips itself"])).toBe("skipped");
    expect(await outcome("only.test.ts", ["left out"])).toBe("skipped");
    expect(await outcome("only.test.ts", ["alone"])).toBe("passed");
    const judge = await project.runAll("basic.test.ts");
    for (const title of ["skipped", "to do", "skipped by a condition", "suite that is skipped"]) {
      expect([title, judge([title]).outcome]).toEqual([title, "skipped"]);
    }
    expect(judge(["suite that is skipped", "three"]).outcome).toBe("skipped");
  });

  test("a test declared in a shared function is judged wherever it is used", async () => {
    const shared = await project.run("basic.test.ts", ["is shared"]);
    expect(shared).toMatchObject({
      outcome: "failed",
      executed: 2,
      failures: [{ path: ["second user", "is shared"] }],
    });
    const inner = await project.run("basic.test.ts", ["shared suite", "is inside"]);
    expect(inner).toMatchObject({ outcome: "failed", executed: 2 });
    expect(await project.run("basic.test.ts", ["shared suite"])).toMatchObject({ outcome: "failed", executed: 2 });
  });

  test("a suite passes when what ran in it passed", async () => {
    const report = await project.run("basic.test.ts", ["suite that passes"]);
    expect(report).toMatchObject({ outcome: "passed", executed: 1, skipped: 1 });
  });

  test("fixtures, expected failures and names without an import are run as they are", async () => {
    expect(await outcome("basic.test.ts", ["uses a fixture"])).toBe("passed");
    expect(await outcome("basic.test.ts", ["expected to fail"])).toBe("passed");
    const [, found] = await project.tests("globals.test.ts", "vitest");
    const plan = await project.plan("globals.test.ts", found as FoundTest);
    const target = { test: found as FoundTest, file: plan.testFile, root: plan.cwd };
    expect(readReport(plan.format, (await project.execute(plan)).report, target).outcome).toBe("passed");
  });

  test("titles may hold anything", async () => {
    expect(await outcome("basic.test.ts", ["quotes ' \" ` and $HOME"])).toBe("failed");
    for (const title of [`regex .*+?^\${}()|[]\\ /x/`, "line one\nline two", "emoji 🔥 é ü 漢字", "--version"]) {
      expect([title, await outcome("basic.test.ts", [title])]).toEqual([title, "passed"]);
    }
  });

  test("a hook that fails is the reason, and one that fails afterwards does not hide that the test passed", async () => {
    const before = await project.run("hooks.test.ts", ["before fails", "never starts"]);
    expect(before).toMatchObject({ outcome: "broken", failures: [{ message: "no database" }] });
    const after = await project.run("hooks.test.ts", ["after fails", "is fine"]);
    expect(after).toMatchObject({ outcome: "passed", beside: [{ message: "cannot clean up" }] });
    const uncaught = await project.run("hooks.test.ts", ["leaves an error behind"]);
    expect(uncaught).toMatchObject({ outcome: "passed", beside: [{ message: "nobody caught this" }] });
  });

  test("the reason behind an error is told with it", async () => {
    const report = await project.run("basic.test.ts", ["fails with a cause"]);
    expect(report.failures).toMatchObject([{ message: "outside\nCaused by: inside" }]);
  });

  test("a snapshot that is not there is not written, and so does not pass", async () => {
    expect(await outcome("basic.test.ts", ["snapshot"])).toBe("failed");
    await expect(access(join(project.root, "__snapshots__"))).rejects.toThrow("ENOENT");
  });

  test("a file that cannot be loaded is told with its error", async () => {
    const syntax = await project.run("syntax.test.ts", ["cannot be read"]);
    expect(syntax.outcome).toBe("broken");
    expect(syntax.failures[0]?.message).toMatch(/unexpected|expected/i);
    const missing = await project.run("import.test.ts", ["needs a module"]);
    expect(missing.outcome).toBe("broken");
    expect(missing.failures[0]?.message).toContain("./not-there");
  });

  test("an exit code of 0 without the test in the report proves nothing", async () => {
    const atImport = await project.run("exit-at-import.test.ts", ["is never reached"]);
    expect(atImport.outcome).toBe("broken");
    expect(await outcome("excluded.test.ts", ["is left out by the configuration"])).toBe("missing");
    const [first] = await project.tests("basic.test.ts");
    const renamed = { ...(first as FoundTest), path: ["not there"], patterns: ["not there"] };
    const plan = await project.plan("basic.test.ts", renamed);
    const result = await project.execute(plan);
    expect(result.exitCode).toBe(0);
    const target = { test: renamed, file: plan.testFile, root: plan.cwd };
    expect(readReport(plan.format, result.report, target)).toMatchObject({ outcome: "missing", executed: 0 });
  });

  test("a test that never ends is ended, and says so", async () => {
    const [endless] = await project.tests("endless.test.ts");
    const plan = await project.plan("endless.test.ts", endless as FoundTest, 3_000);
    expect((await project.execute(plan)).ended).toBe("timed_out");
  });
});
