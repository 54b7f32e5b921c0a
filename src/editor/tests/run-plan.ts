import type { FoundTest, RunnerName } from "./found-test";

/** `lines`: our own reporters. The others are what the runners write themselves. */
export type ReportFormat = "lines" | "jest" | "mocha";

/** One run of one test, made concrete. `file`, `args`, `cwd`, `env` and `timeoutMs` are all a process runner needs. */
export interface RunPlan {
  /** The program: absolute, or a name that is looked up on the PATH. */
  file: string;
  args: string[];
  /** Absolute. */
  cwd: string;
  /** Added to the scrubbed environment. */
  env: Record<string, string>;
  timeoutMs: number;
  /** Where the runner writes what it found: ours alone, absent before the run. */
  reportPath: string;
  format: ReportFormat;
  /** The command as a person reads it. Only our own report is shortened. */
  shown: string;
  /** What a permission to run this holds for: the same command again, wherever the test has moved in its file. */
  grant: string;
  runner: RunnerName;
  test: FoundTest;
  /** Absolute path of the file the test stands in. */
  testFile: string;
}

/** What came of running a plan. */
export interface RunResult {
  ended: "exited" | "timed_out" | "stopped" | "not_started";
  exitCode: number | null;
  /** Bounded, head and tail kept. */
  output: string;
  /** The text of the report, or undefined when the run left none. */
  report: string | undefined;
  durationMs: number;
}
