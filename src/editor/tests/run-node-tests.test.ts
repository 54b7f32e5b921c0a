import { describe, expect, test, vi } from "vitest";
import type { FoundTest } from "./found-test";
import { readReport } from "./read-report";
import { FixtureProject, nodesHere } from "./testing/fixture-project";

vi.setConfig({ testTimeout: 120_000, maxConcurrency: 2 });

describe.concurrent.each(await nodesHere())("with node $major", async ({ file }) => {
  const project = await FixtureProject.open("node", file);
  const outcome = async (...[name, titles, which]: Parameters<FixtureProject["run"]>) =>
    (await project.run(name, titles, which)).outcome;

  test("a failing test in nested suites is told with what was expected", async () => {
    const report = await project.run("basic.test.js", ["outer", "inner (x)", "adds"]);
    expect(report).toMatchObject({ outcome: "failed", executed: 1, complete: true });
    expect(report.failures).toHaveLength(1);
    expect(report.failures[0]).toMatchObject({
      name: "AssertionError",
      path: ["outer", "inner (x)", "adds"],
      line: 6,
      expected: "{ a: 1, list: [ 1, 2, 4 ] }",
      actual: "{ a: 1, list: [ 1, 2, 3 ] }",
    });
    expect(report.failures[0]?.stack).toContain("basic.test.js:7");
  });

  test("the same title in another suite, or twice in one place, is told apart", async () => {
    expect(await outcome("basic.test.js", ["outer", "adds"])).toBe("passed");
    expect(await outcome("basic.test.js", ["adds"])).toBe("passed");
    expect(await outcome("basic.test.js", ["twice"], 0)).toBe("failed");
    expect(await outcome("basic.test.js", ["twice"], 1)).toBe("passed");
  });

  test("a subtest is run with its test and judged alone", async () => {
    expect(await outcome("basic.test.js", ["parent", "child passes"])).toBe("passed");
    const child = await project.run("basic.test.js", ["parent", "child fails"]);
    expect(child.failures).toMatchObject([{ name: "TypeError", message: "child broke\nCaused by: the reason" }]);
    const parent = await project.run("basic.test.js", ["parent"]);
    expect(parent.failures).toMatchObject([{ path: ["parent", "child fails"] }]);
  });

  test("what is skipped or to do has not passed", async () => {
    expect(await outcome("basic.test.js", ["skips itself"])).toBe("skipped");
    expect(await outcome("basic.test.js", ["suite that is skipped", "three"])).toBe("skipped");
    const judge = await project.runAll("basic.test.js");
    for (const title of ["skipped", "skips itself", "to do", "to do, and fails", "suite that is skipped"]) {
      expect([title, judge([title]).outcome]).toEqual([title, "skipped"]);
    }
  });

  test("a test in a loop stands for all its rows", async () => {
    const rows = await project.run("basic.test.js", [`row \${name}`]);
    expect(rows).toMatchObject({ outcome: "failed", executed: 2, failures: [{ path: ["row even"] }] });
    const judge = await project.runAll("basic.test.js");
    expect(judge([`size \${size}`])).toMatchObject({ outcome: "passed", executed: 2 });
  });

  test("a test declared in a shared function is judged wherever it is used", async () => {
    const shared = await project.run("basic.test.js", ["is shared"]);
    expect(shared).toMatchObject({
      outcome: "failed",
      executed: 2,
      failures: [{ path: ["second user", "is shared"] }],
    });
    const inner = await project.run("basic.test.js", ["shared suite", "is inside"]);
    expect(inner).toMatchObject({ outcome: "failed", executed: 2 });
    expect(await project.run("basic.test.js", ["shared suite"])).toMatchObject({ outcome: "failed", executed: 2 });
  });

  test("a suite passes when what ran in it passed", async () => {
    expect(await project.run("basic.test.js", ["suite that passes"])).toMatchObject({
      outcome: "passed",
      executed: 1,
      skipped: 1,
    });
    expect(await outcome("basic.test.js", ["outer"])).toBe("failed");
  });

  test("titles may hold anything", async () => {
    expect(await outcome("basic.test.js", ["quotes ' \" ` and $HOME"])).toBe("failed");
    for (const title of [`regex .*+?^\${}()|[]\\ /x/`, "line one\nline two", "emoji 🔥 é ü 漢字", "--version"]) {
      expect([title, await outcome("basic.test.js", [title])]).toEqual([title, "passed"]);
    }
    expect(await project.run("basic.test.js", ["throws text"])).toMatchObject({ failures: [{ message: "just text" }] });
  });

  test("a folder whose name means something in a pattern is found", async () => {
    expect(await outcome("(group) {a}/[id].test.js", ["in an odd folder"])).toBe("passed");
  });

  test("a hook that fails is the reason, and one that fails afterwards does not hide that the test passed", async () => {
    const before = await project.run("hooks.test.js", ["before fails", "never starts"]);
    expect(before).toMatchObject({ outcome: "failed", failures: [{ message: "no database" }] });
    const after = await project.run("hooks.test.js", ["after fails", "is fine"]);
    expect(after).toMatchObject({ outcome: "passed", beside: [{ message: "cannot clean up" }] });
    const body = await project.run("hooks.test.js", ["body fails", "never runs"]);
    expect(body).toMatchObject({ outcome: "failed", failures: [{ message: "while declaring" }] });
  });

  test("a file that cannot be loaded is told with what it printed", async () => {
    const syntax = await project.run("syntax.test.js", ["cannot be read"]);
    expect(syntax.outcome).toBe("broken");
    expect(syntax.failures[0]?.output).toContain("SyntaxError");
    const missing = await project.run("import.test.js", ["needs an export"]);
    expect(missing.outcome).toBe("broken");
    expect(missing.failures[0]?.output).toContain("does not provide an export named 'missing'");
  });

  test("an exit code of 0 without the test in the report proves nothing", async () => {
    const atImport = await project.run("exit-at-import.test.js", ["is never reached"]);
    expect([atImport.outcome, atImport.result.exitCode]).toEqual(["missing", 0]);
    const inTest = await project.run("exit-in-test.test.js", ["ends the process"]);
    expect([inTest.outcome, inTest.result.exitCode]).toEqual(["missing", 0]);
    const [first] = await project.tests("basic.test.js");
    const renamed = { ...(first as FoundTest), path: ["not there"], patterns: ["not there"] };
    const plan = await project.plan("basic.test.js", renamed);
    const result = await project.execute(plan);
    expect(result.exitCode).toBe(0);
    const target = { test: renamed, file: plan.testFile, root: plan.cwd };
    expect(readReport(plan.format, result.report, target)).toMatchObject({ outcome: "missing", executed: 0 });
  });

  test("a test that never ends is ended, and says so", async () => {
    const [, endless] = await project.tests("endless.test.js");
    const plan = await project.plan("endless.test.js", endless as FoundTest, 2_500);
    expect((await project.execute(plan)).ended).toBe("timed_out");
  });
});
