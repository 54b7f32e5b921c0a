import { stripVTControlCharacters } from "node:util";
import type { EventOf } from "../../core/events";
import { cutMiddle, describeFailures, type FolderNames } from "./describe-failure";
import { skipMark } from "./found-test";
import { readReport, type TestReport } from "./read-report";
import type { RunPlan, RunResult } from "./run-plan";

export interface Verdict {
  outcome: EventOf<"verdict_given">["outcome"];
  /** What happened, in a sentence or two. */
  summary: string;
  /** The failures, or what the program printed when there is nothing better. Empty when the test passed. */
  detail: string;
  durationMs: number;
}

/** Says what a run proved. */
export function judgeRun(plan: RunPlan, result: RunResult, folder: FolderNames): Verdict {
  const { durationMs } = result;
  if (result.ended === "timed_out") {
    const seconds = Math.round(plan.timeoutMs / 1000);
    const summary = `The run was ended because it took longer than ${seconds} seconds.`;
    return { outcome: "timed_out", summary, detail: printed(result), durationMs };
  }
  if (result.ended !== "exited") {
    const summary = result.ended === "stopped" ? "The run was stopped." : "The test could not be started.";
    return { outcome: "not_run", summary, detail: printed(result), durationMs };
  }
  const report = readReport(plan.format, result.report, { test: plan.test, file: plan.testFile, root: plan.cwd });
  return { ...judgeReport(plan, result, report, folder), durationMs };
}

type Judged = Omit<Verdict, "durationMs">;

function judgeReport(plan: RunPlan, result: RunResult, report: TestReport, folder: FolderNames): Judged {
  const failures = describeFailures(report.failures, folder);
  switch (report.outcome) {
    case "passed":
      return {
        outcome: "passed",
        summary: passedSummary(plan, report),
        detail: describeFailures(report.beside, folder),
      };
    case "failed":
      return { outcome: "failed", summary: failedSummary(report), detail: failures };
    case "broken":
      return {
        outcome: "failed",
        summary: "The test could not run, because its file or a hook around it failed.",
        detail: failures,
      };
    case "skipped":
      return { outcome: "not_run", summary: skippedSummary(plan), detail: describeFailures(report.beside, folder) };
    case "missing":
      return { outcome: "missing", summary: missingSummary(result), detail: printed(result) };
    case "no_report":
      return brokenRun(plan, result);
  }
}

function passedSummary(plan: RunPlan, { executed, skipped, beside }: TestReport): string {
  const many =
    executed === 1
      ? "The runner reports that this test ran and passed."
      : `The runner reports that all ${executed} of its tests ran and passed.`;
  const notes = [
    skipped > 0 ? `${skipped} more ${skipped === 1 ? "was" : "were"} skipped.` : "",
    plan.test.marks.some((mark) => expectsFailure.has(mark))
      ? "It is marked as expected to fail, so passing means that its code fails."
      : "",
    beside.length > 0 ? "Something beside the test failed; see below." : "",
  ];
  return [many, ...notes].filter((note) => note !== "").join(" ");
}

const expectsFailure = new Set(["fails", "failing", "expectFailure"]);

function failedSummary({ executed, failures }: TestReport): string {
  const failed = new Set(failures.map(({ path }) => path.join("\n"))).size;
  return executed <= 1 ? "The test failed." : `${failed} of ${executed} tests failed.`;
}

function skippedSummary({ test }: RunPlan): string {
  const mark = skipMark(test);
  const why =
    mark === undefined
      ? "a condition, or another test marked `only`, keeps it from running"
      : `it is marked \`${mark}\``;
  return `The test did not run: ${why}.`;
}

function missingSummary({ exitCode }: RunResult): string {
  const ended = exitCode === null ? "was ended by a signal" : `ended with exit code ${exitCode}`;
  return `The runner ${ended}, but its report does not contain this test, so nothing is proved.`;
}

/** Mocha writes no report when a file cannot be loaded; then what it printed is the failure. */
function brokenRun(plan: RunPlan, result: RunResult): Judged {
  if (plan.format === "mocha" && result.exitCode !== 0) {
    return {
      outcome: "failed",
      summary: "The test could not run, because its file failed to load.",
      detail: printed(result),
    };
  }
  const code = result.exitCode === null ? "was ended by a signal" : `ended with exit code ${result.exitCode}`;
  return { outcome: "not_run", summary: `The runner ${code} and left no report.`, detail: printed(result) };
}

function printed({ output }: RunResult): string {
  return cutMiddle(stripVTControlCharacters(output).trim(), 2_500);
}
