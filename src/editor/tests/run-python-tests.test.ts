import { describe, expect, test, vi } from "vitest";
import { ProcessRunner } from "../../machine/process/process-runner";
import { FixtureProject } from "./testing/fixture-project";

vi.setConfig({ testTimeout: 120_000 });

const project = await FixtureProject.open("python");

async function works(file: string, code: string): Promise<boolean> {
  const call = { file, args: ["-c", code], cwd: project.root, timeoutMs: 20_000 };
  const result = await new ProcessRunner(project.root).runProgram(call, () => undefined, AbortSignal.timeout(20_000));
  return result.ended === "exited" && result.exitCode === 0;
}

const outcome = async (...[name, titles, which]: Parameters<FixtureProject["run"]>) =>
  (await project.run(name, titles, which)).outcome;

describe.skipIf(!(await works("python3", "import pytest")))("with the pytest of this machine", () => {
  test("a failing test is told with its assertion and the place of it", async () => {
    const report = await project.run("test_basic.py", ["test_total"]);
    expect(report).toMatchObject({
      outcome: "failed",
      executed: 1,
      complete: true,
      failures: [{ path: ["test_total"], line: 11 }],
    });
    expect(report.failures[0]?.message).toContain("assert 1 == 3");
    expect(report.failures[0]?.stack).toContain("test_basic.py:13");
  });

  test("methods, inner classes and cases of unittest are run alone", async () => {
    expect(await outcome("test_basic.py", ["TestSuite", "test_total"])).toBe("passed");
    expect(await outcome("test_basic.py", ["TestSuite", "TestInner", "test_deep"])).toBe("failed");
    expect(await outcome("test_basic.py", ["Cases", "test_equal"])).toBe("failed");
    expect(await outcome("test_basic.py", ["Cases", "test_ok"])).toBe("passed");
    expect(await project.run("test_basic.py", ["TestSuite"])).toMatchObject({ outcome: "failed", executed: 3 });
  });

  test("all rows of a test count, whatever their names hold", async () => {
    const rows = await project.run("test_pytest_only.py", ["test_rows"]);
    expect(rows).toMatchObject({ outcome: "failed", executed: 2, failures: [{ path: ["test_rows[2-a [b] :: c]"] }] });
  });

  test("what is skipped or expected to fail has not passed", async () => {
    expect(await outcome("test_pytest_only.py", ["test_skipped"])).toBe("skipped");
    expect(await outcome("test_pytest_only.py", ["test_expected_failure"])).toBe("skipped");
    expect(await outcome("test_basic.py", ["Cases", "test_skipped"])).toBe("skipped");
    expect(await outcome("test_basic.py", ["Cases", "test_skips_itself"])).toBe("skipped");
  });

  test("a fixture that fails before or after the test fails it", async () => {
    const before = await project.run("test_pytest_only.py", ["test_fixture"]);
    expect(before).toMatchObject({ outcome: "failed", failures: [{ message: "RuntimeError: no database" }] });
    expect(await outcome("test_pytest_only.py", ["test_teardown"])).toBe("failed");
  });

  test("a file that cannot be loaded is told with its error, and an exit code of 0 proves nothing", async () => {
    const syntax = await project.run("test_syntax.py", ["test_cannot_be_read"]);
    expect(syntax.outcome).toBe("broken");
    expect(syntax.failures[0]?.output).toContain("SyntaxError");
    expect((await project.run("test_import.py", ["test_needs_a_name"])).failures[0]?.output).toContain("missing");
    const ended = await project.run("test_exit.py", ["test_ends_the_process"]);
    expect([ended.outcome, ended.complete, ended.result.exitCode]).toEqual(["missing", false, 0]);
  });
});

const bare = "/usr/bin/python3";
const hasBare = (await works(bare, "import unittest")) && !(await works(bare, "import pytest"));

describe.skipIf(!hasBare)("with a python that has no pytest", () => {
  const run = async (file: string, titles: string[]) => {
    const [found] = (await project.tests(file)).filter(({ path }) => path.join() === titles.join());
    if (found === undefined) {
      throw new Error(`no test ${titles.join()}`);
    }
    return project.judge(found, { ...(await project.plan(file, found)), file: bare });
  };

  test("cases of unittest are run by unittest", async () => {
    const failed = await run("test_basic.py", ["Cases", "test_equal"]);
    expect(failed).toMatchObject({
      outcome: "failed",
      executed: 1,
      failures: [{ name: "AssertionError", message: "1 != 2" }],
    });
    expect(failed.failures[0]?.stack).toContain("test_basic.py:48");
    expect((await run("test_basic.py", ["Cases", "test_ok"])).outcome).toBe("passed");
    expect((await run("test_basic.py", ["Cases", "test_skipped"])).outcome).toBe("skipped");
    expect((await run("test_basic.py", ["Cases"])).outcome).toBe("failed");
  });

  test("a test that only pytest can run is not run, and the reason is printed", async () => {
    const alone = await run("test_import.py", ["test_needs_a_name"]);
    expect([alone.outcome, alone.executed]).toEqual(["no_report", 0]);
    expect(alone.result.output).toContain("pytest is not installed for /usr/bin/python3");
  });
});
