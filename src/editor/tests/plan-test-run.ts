import * as nodePath from "node:path";
import type { Runner } from "./detect-runner";
import type { FoundTest } from "./found-test";
import { quoteCommand } from "./quote-command";
import { nodeTestReporter } from "./reporters/node-test";
import { pythonReporter } from "./reporters/python";
import { vitestReporter } from "./reporters/vitest";
import type { ReportFormat, RunPlan } from "./run-plan";

export interface PlanOptions {
  /** Absolute path of the test's file. */
  file: string;
  /** Absolute folder outside the workspace that is ours alone. */
  reportFolder: string;
  /** Names the report; a new one for each run. */
  runId: string;
  /** Default two minutes. */
  timeoutMs?: number;
}

/** The arguments of a runner. `shown` replaces what would not help a person to read. */
interface Line {
  args: { text: string; shown?: string }[];
  env: Record<string, string>;
  format: ReportFormat;
}

/** How one test is run and its result written down. Starts nothing. */
export function planTestRun(test: FoundTest, runner: Runner, options: PlanOptions): RunPlan {
  const reportPath = nodePath.join(options.reportFolder, `report-${options.runId}`);
  const line = lines[runner.name](test, runner, options.file, reportPath);
  const program = [...runner.programFlags, ...(runner.entry === undefined ? [] : [runner.entry])].map((text) => ({
    text,
    ...(text === runner.entry ? { shown: fromRoot(text, runner.root) } : {}),
  }));
  const args = [...program, ...line.args];
  const env = { ...runner.env, ...line.env };
  const shown = quoteCommand([
    ...Object.entries(env).map(([name, value]) => `${name}=${value}`),
    nodePath.basename(runner.program).replace(/\.exe$/i, ""),
    ...args.map(({ text, shown }) => shown ?? text),
  ]);
  return {
    file: runner.program,
    args: args.map(({ text }) => text),
    cwd: runner.root,
    env,
    timeoutMs: options.timeoutMs ?? 120_000,
    reportPath,
    format: line.format,
    shown,
    grant: JSON.stringify([runner.program, shown, runner.root]),
    runner: runner.name,
    test,
    testFile: options.file,
  };
}

type PlanLine = (test: FoundTest, runner: Runner, file: string, reportPath: string) => Line;

const ours = "hearth:report";

const lines: Readonly<Record<Runner["name"], PlanLine>> = {
  "node:test": (test, runner, file, reportPath) => ({
    args: [
      { text: "--test" },
      { text: `--test-reporter=${moduleUrl(nodeTestReporter)}`, shown: `--test-reporter=${ours}` },
      { text: `--test-reporter-destination=${reportPath}`, shown: `--test-reporter-destination=${ours}` },
      { text: "--test-reporter=spec" },
      { text: "--test-reporter-destination=stdout" },
      { text: `--test-name-pattern=${nodePattern(test, runner.major)}` },
      { text: runner.major >= 21 ? escapeGlob(fromRoot(file, runner.root)) : fromRoot(file, runner.root) },
    ],
    env: {},
    format: "lines",
  }),
  vitest: (test, runner, file, reportPath) => ({
    args: [
      { text: "run" },
      ...runner.flags.map((text) => ({ text })),
      ...vitestReport(runner, reportPath),
      { text: "--reporter=default" },
      ...(runner.major >= 3 ? [{ text: "--includeTaskLocation" }] : []),
      { text: "--retry=0" },
      { text: "--coverage.enabled=false" },
      ...(runner.major >= 4 ? [{ text: "--update=none" }] : [{ text: "--allowOnly" }]),
      { text: `--testNamePattern=${vitestPattern(test, runner.major)}` },
      { text: file, shown: fromRoot(file, runner.root) },
    ],
    // Before vitest 4 only CI keeps a missing snapshot from being written, and so from passing.
    env: runner.major >= 4 ? {} : { CI: "1" },
    format: runner.major >= 3 ? "lines" : "jest",
  }),
  jest: (test, runner, file, reportPath) => ({
    args: [
      ...runner.flags.map((text) => ({ text })),
      { text: "--runTestsByPath" },
      { text: file, shown: fromRoot(file, runner.root) },
      { text: "--json" },
      { text: `--outputFile=${reportPath}`, shown: `--outputFile=${ours}` },
      { text: "--testLocationInResults" },
      { text: "--watchAll=false" },
      { text: "--ci" },
      { text: "--coverage=false" },
      { text: `--testNamePattern=${spacedPattern(test)}` },
    ],
    env: {},
    format: "jest",
  }),
  mocha: (test, runner, file, reportPath) => ({
    args: [
      ...runner.flags.map((text) => ({ text })),
      { text: fromRoot(file, runner.root) },
      { text: "--reporter=json" },
      { text: `--reporter-option=output=${reportPath}`, shown: `--reporter-option=output=${ours}` },
      { text: "--retries=0" },
      { text: "--full-trace" },
      { text: `--grep=${spacedPattern(test)}` },
    ],
    env: {},
    format: "mocha",
  }),
  pytest: (test, runner, file, reportPath) => ({
    args: [
      { text: "-c" },
      { text: pythonReporter, shown: "hearth:pytest" },
      { text: reportPath, shown: ours },
      { text: fromRoot(file, runner.root) },
      ...test.path.map((text) => ({ text })),
    ],
    env: { PYTHONDONTWRITEBYTECODE: "1" },
    format: "lines",
  }),
};

/** Jest and mocha join titles with one space. */
function spacedPattern(test: FoundTest): string {
  return wholeName(test, " ");
}

/** Node's own name filter: the full name from node 22 on, before that single titles. The report decides which test counts. */
function nodePattern(test: FoundTest, major: number): string {
  const titles = test.patterns.slice(0, test.kind === "suite" ? test.path.length : test.suites + 1);
  return major >= 22 ? `^${before(test)}${titles.join(" ")}$` : `^${titles.at(-1) ?? ""}$`;
}

function vitestPattern(test: FoundTest, major: number): string {
  return wholeName(test, major >= 5 ? " > " : " ", " ?");
}

/** The tests of a suite begin with its name. */
function wholeName(test: FoundTest, separator: string, start = ""): string {
  const name = `^${start}${before(test)}${test.patterns.join(separator)}`;
  return test.kind === "suite" ? `${name} ` : `${name}$`;
}

function before({ floating }: FoundTest): string {
  return floating ? "(?:[\\s\\S]* )?" : "";
}

function vitestReport(runner: Runner, reportPath: string): Line["args"] {
  const destination = { text: `--outputFile=${reportPath}`, shown: `--outputFile=${ours}` };
  return runner.major >= 3
    ? [{ text: `--reporter=${moduleUrl(vitestReporter)}`, shown: `--reporter=${ours}` }, destination]
    : [{ text: "--reporter=json" }, destination];
}

/** A module that needs no file: what is approved is what runs. */
function moduleUrl(text: string): string {
  return `data:text/javascript;base64,${Buffer.from(text, "utf8").toString("base64")}`;
}

function fromRoot(path: string, root: string): string {
  return nodePath.relative(root, path).replaceAll("\\", "/");
}

/**
 * From node 21 on the file is a glob pattern, in which nothing can be quoted reliably: each character that would mean
 * something stands for any one character. What else it may match is told apart in the report.
 */
function escapeGlob(path: string): string {
  return /[[\]{}*?]|[!+@]\(/.test(path) ? path.replace(/[[\]{}()*?!+@]/g, "?") : path;
}
