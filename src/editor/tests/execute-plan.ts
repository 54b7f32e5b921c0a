import type { ProgramRunner } from "./node-program";
import type { RunPlan, RunResult } from "./run-plan";

/** Where runs leave their reports; what `ReportFiles` of `machine` offers. */
export interface Reports {
  clear(path: string): Promise<void>;
  read(path: string): Promise<string | undefined>;
  remove(path: string): Promise<void>;
}

/** Runs a plan. What happens to the program is data; throws only when the report's folder cannot be used. */
export async function executePlan(
  plan: RunPlan,
  { programs, reports }: { programs: ProgramRunner; reports: Reports },
  onOutput: (text: string) => void,
  signal: AbortSignal,
): Promise<RunResult> {
  await reports.clear(plan.reportPath);
  try {
    const result = await programs.runProgram(plan, onOutput, signal);
    return { ...result, report: await reports.read(plan.reportPath) };
  } finally {
    await reports.remove(plan.reportPath);
  }
}
