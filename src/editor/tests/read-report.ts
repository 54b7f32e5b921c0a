import * as nodePath from "node:path";
import { type FoundTest, skipMark } from "./found-test";
import { parseReport, type ReportEntry, type ReportError } from "./report";
import { parseJestReport } from "./reporters/jest";
import { parseMochaReport } from "./reporters/mocha";
import type { ReportFormat } from "./run-plan";

export interface Failure extends ReportError {
  /** What failed: titles from outside in; empty for a file. Where the runner tells only the whole name, that alone. */
  path: string[];
  file: string | undefined;
  line: number | undefined;
}

export interface TestReport {
  /**
   * `passed`: this very test is in the report, ran and passed. `broken`: it did not run because its file, its suite or
   * the run failed. `missing`: the report does not contain it. `no_report`: the run left no report that can be read.
   */
  outcome: "passed" | "failed" | "skipped" | "broken" | "missing" | "no_report";
  /** How many tests that are the target, or its rows, ran. */
  executed: number;
  skipped: number;
  failures: Failure[];
  /** What failed beside the target: a hook after it, an error nobody caught. */
  beside: Failure[];
  /** The runner came to its end by itself. */
  complete: boolean;
}

/** `file` and `root`, the folder the runner was started in, are absolute. */
export interface Target {
  test: FoundTest;
  file: string;
  root: string;
}

/** Finds the target in what a run reported. Nothing else, no exit code and no summary, says that a test passed. */
export function readReport(format: ReportFormat, text: string | undefined, target: Target): TestReport {
  const report = text === undefined ? undefined : parsers[format](text);
  if (report === undefined) {
    return { outcome: "no_report", executed: 0, skipped: 0, failures: [], beside: [], complete: false };
  }
  const ofFile = entriesOf(report.entries, target);
  const targets = targetsOf(ofFile, target.test);
  const executed = targets.filter(({ status }) => status === "passed" || status === "failed").length;
  const skipped = targets.length - executed;
  const failed = targets.filter(({ status }) => status === "failed");
  const outer = [...new Set([...ofFile, ...report.entries.filter(({ kind }) => kind === "run")])];
  const around = outer.filter((entry) => entry.status === "failed" && isAround(entry, target.test));
  const found = { executed, skipped, complete: report.complete };
  if (failed.length > 0) {
    return { ...found, outcome: "failed", failures: causesOf(failed, ofFile, around), beside: [] };
  }
  const broken = around.flatMap(failuresOf);
  if (executed > 0 && !skipsTarget(target.test, skipped)) {
    return { ...found, outcome: "passed", failures: [], beside: broken };
  }
  if (broken.length > 0 && executed === 0) {
    return { ...found, outcome: "broken", failures: broken, beside: [] };
  }
  const isOff = targets.length > 0 || skipMark(target.test) !== undefined || hasSkippedSuite(ofFile, target.test);
  return { ...found, outcome: isOff ? "skipped" : "missing", failures: [], beside: broken };
}

const parsers: Readonly<Record<ReportFormat, typeof parseReport>> = {
  lines: parseReport,
  jest: parseJestReport,
  mocha: parseMochaReport,
};

/** Rows and suites may have parts that are skipped; a test that is skipped anywhere has not passed. */
function skipsTarget(test: FoundTest, skipped: number): boolean {
  return skipMark(test) !== undefined || (skipped > 0 && test.kind === "test" && !test.dynamic);
}

function targetsOf(entries: readonly ReportEntry[], test: FoundTest): ReportEntry[] {
  const tests = entries.filter((entry) => entry.kind === "test");
  if (test.kind === "suite") {
    return tests.filter((entry) => isInSuite(entry, test));
  }
  const named = tests.filter((entry) => hasName(entry, test));
  const onLine = named.filter((entry) => entry.line === test.callLine);
  return onLine.length > 0 ? onLine : named;
}

function hasName({ path, fullName }: ReportEntry, test: FoundTest): boolean {
  const { patterns, floating } = test;
  if (fullName !== undefined) {
    return matchesWhole(`${before(test)}${patterns.join(" ")}`, fullName);
  }
  const from = path.length - patterns.length;
  return (from === 0 || (from > 0 && floating)) && hasTitles(path.slice(from), patterns);
}

function isInSuite({ path, fullName }: ReportEntry, test: FoundTest): boolean {
  const { patterns, floating } = test;
  if (fullName !== undefined) {
    return matchesWhole(`${before(test)}${patterns.join(" ")} [\\s\\S]*`, fullName);
  }
  const last = floating ? path.length - patterns.length - 1 : Math.min(0, path.length - patterns.length - 1);
  return path.some((_title, from) => from <= last && hasTitles(path.slice(from), patterns));
}

function before({ floating }: FoundTest): string {
  return floating ? "(?:[\\s\\S]* )?" : "";
}

/** Whether a list of titles begins with those. */
function hasTitles(path: readonly string[], patterns: readonly string[]): boolean {
  return patterns.every((pattern, index) => matchesWhole(pattern, path[index] ?? ""));
}

function matchesWhole(pattern: string, text: string): boolean {
  return new RegExp(`^${pattern}$`).test(text);
}

/** What can keep the target from running: the run, its file, the suites around it or, for a suite, itself. */
function isAround({ kind, path }: ReportEntry, { patterns }: FoundTest): boolean {
  const isOuter = kind !== "test" && path.length <= patterns.length;
  return isOuter && hasTitles(path, patterns.slice(0, path.length));
}

/** A suite that is skipped may leave its tests out of the report. */
function hasSkippedSuite(entries: readonly ReportEntry[], test: FoundTest): boolean {
  return entries.some((entry) => entry.status !== "passed" && entry.status !== "failed" && isAround(entry, test));
}

/** The failures themselves: a test that failed because of its subtests, or of a hook around it, is told by those. */
function causesOf(
  failed: readonly ReportEntry[],
  entries: readonly ReportEntry[],
  around: readonly ReportEntry[],
): Failure[] {
  const own = failed.flatMap(failuresOf);
  const inner = entries.filter(
    (entry) => entry.status === "failed" && failed.some(({ path }) => isInside(entry.path, path)),
  );
  const hooks = own.length > 0 ? [] : around.flatMap(failuresOf);
  const causes = [...own, ...inner.flatMap(failuresOf), ...hooks];
  return causes.length > 0 ? causes : failed.flatMap((entry) => entry.errors.map((error) => asFailure(entry, error)));
}

function isInside(path: readonly string[], outer: readonly string[]): boolean {
  return path.length > outer.length && outer.every((title, index) => path[index] === title);
}

/** What node says of a test when the reason is elsewhere. */
const saysNothing = new Set(["subtestsFailed", "cancelledByParent"]);

function failuresOf(entry: ReportEntry): Failure[] {
  return entry.errors.filter(({ type }) => !saysNothing.has(type ?? "")).map((error) => asFailure(entry, error));
}

function asFailure(entry: ReportEntry, error: ReportError): Failure {
  const path = entry.fullName === undefined ? entry.path : [entry.fullName];
  return { ...error, path, file: entry.file, line: entry.line };
}

/** Links and the case of a drive letter make two spellings of one path: then what follows the started folder decides. */
function entriesOf(entries: readonly ReportEntry[], { file, root }: Target): ReportEntry[] {
  const exact = entries.filter((entry) => entry.file !== undefined && spell(entry.file) === spell(file));
  const fromRoot = `/${spell(nodePath.relative(root, file))}`;
  return exact.length > 0 ? exact : entries.filter((entry) => spell(entry.file ?? "").endsWith(fromRoot));
}

function spell(path: string): string {
  return path.replaceAll("\\", "/").normalize("NFC");
}
