import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ProcessRunner } from "../../../machine/process/process-runner";
import { ReportFiles } from "../../../machine/reports/report-files";
import { detectRunner } from "../detect-runner";
import { executePlan } from "../execute-plan";
import { findTests } from "../find-tests";
import type { FoundTest, RunnerName } from "../found-test";
import { findNode, type NodeProgram } from "../node-program";
import { planTestRun } from "../plan-test-run";
import { readIfThere } from "../read-if-there";
import { readReport, type TestReport } from "../read-report";
import type { RunPlan, RunResult } from "../run-plan";

const fixtures = fileURLToPath(new URL("../../../../test/fixtures/tests/", import.meta.url));

/** One of the small projects under test/fixtures, run with the real parts. */
export class FixtureProject {
  private runs = 0;

  private constructor(
    readonly root: string,
    readonly node: NodeProgram,
    private readonly programs: ProcessRunner,
    private readonly reports: ReportFiles,
  ) {}

  static async open(folder: string, nodeFile = process.execPath): Promise<FixtureProject> {
    const root = join(fixtures, folder);
    const programs = new ProcessRunner(root);
    const found = await findNode(
      { runProgram: (call, ...rest) => programs.runProgram({ ...call, file: nodeFile }, ...rest) },
      root,
      AbortSignal.timeout(20_000),
    );
    const reports = new ReportFiles(await mkdtemp(join(tmpdir(), "hearth-reports-")));
    return new FixtureProject(root, { ...found, file: nodeFile }, programs, reports);
  }

  async tests(file: string, globals?: RunnerName): Promise<FoundTest[]> {
    const text = await readFile(join(this.root, file), "utf8");
    return findTests(text, file, { globals });
  }

  async plan(file: string, test: FoundTest, timeoutMs = 60_000): Promise<RunPlan> {
    const path = join(this.root, file);
    const runner = await detectRunner(test.runner, path, {
      top: this.root,
      read: readIfThere,
      node: async () => this.node,
    });
    this.runs += 1;
    const runId = String(this.runs);
    return planTestRun(test, runner, { file: path, reportFolder: this.reports.folder, runId, timeoutMs });
  }

  async execute(plan: RunPlan): Promise<RunResult> {
    const ports = { programs: this.programs, reports: this.reports };
    return executePlan(plan, ports, () => undefined, new AbortController().signal);
  }

  /** Runs the test with these titles; `which` tells several of one name apart. */
  async run(file: string, titles: readonly string[], which = 0): Promise<TestReport & { result: RunResult }> {
    const same = (await this.tests(file)).filter(({ path }) => JSON.stringify(path) === JSON.stringify(titles));
    const test = same[which];
    if (test === undefined) {
      throw new Error(`No test ${titles.join(" > ")} in ${file}`);
    }
    return this.judge(test, await this.plan(file, test));
  }

  /** Runs a whole file once, without a name filter, and answers for each of its tests. */
  async runAll(file: string): Promise<(titles: readonly string[]) => TestReport> {
    const tests = await this.tests(file);
    const plan = await this.plan(file, tests[0] as FoundTest);
    const args = plan.args.filter((arg) => !/^--test-?name-?pattern=/i.test(arg));
    const { report } = await this.execute({ ...plan, args });
    return (titles) => {
      const test = tests.find(({ path }) => JSON.stringify(path) === JSON.stringify(titles));
      if (test === undefined) {
        throw new Error(`No test ${titles.join(" > ")} in ${file}`);
      }
      return readReport(plan.format, report, { test, file: plan.testFile, root: plan.cwd });
    };
  }

  async judge(test: FoundTest, plan: RunPlan): Promise<TestReport & { result: RunResult }> {
    const result = await this.execute(plan);
    const report = readReport(plan.format, result.report, { test, file: plan.testFile, root: plan.cwd });
    return { ...report, result };
  }
}

/** The nodes on this machine, one of each major version; the one that runs the tests first. */
export async function nodesHere(): Promise<{ major: number; file: string }[]> {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder.startsWith("/"));
  const found = new Map<number, string>();
  for (const file of [process.execPath, ...folders.map((folder) => join(folder, "node"))]) {
    const programs = new ProcessRunner(fixtures);
    const call = { file, args: ["--version"], cwd: fixtures, timeoutMs: 20_000 };
    const { output } = await programs.runProgram(call, () => undefined, AbortSignal.timeout(20_000));
    const major = Number(/v(\d+)\./.exec(output)?.[1] ?? 0);
    if (major >= 20 && !found.has(major)) {
      found.set(major, file);
    }
  }
  return [...found].map(([major, file]) => ({ major, file }));
}
