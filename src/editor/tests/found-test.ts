export type RunnerName = "node:test" | "vitest" | "jest" | "mocha" | "pytest";

/** A test or suite as it stands in the text of a file. */
export interface FoundTest {
  /** Its own title; for a title that is not known before the run, the title's source. */
  name: string;
  /** Titles of the suites (and of tests around a subtest) from outside in, its own last. */
  path: string[];
  /** For each title of `path` the source of a regular expression that matches it whole. */
  patterns: string[];
  /** 1-based line on which the call starts. */
  line: number;
  /** 1-based line on which the call ends. */
  endLine: number;
  /** 1-based line that the runner reports: where the called name stands in a call written over several lines. */
  callLine: number;
  kind: "test" | "suite";
  /** One of the titles is not known before the run, or one declaration makes several tests. */
  dynamic: boolean;
  runner: RunnerName;
  /** What is written on it or on a suite around it: `only`, `skip`, `todo`, `fails`, `each`, … */
  marks: string[];
  /** Declared in a function that is called from elsewhere: other titles may stand before those of `path`. */
  floating: boolean;
  /** How many titles of `path` are suites. A subtest stands inside a test, which is not one. */
  suites: number;
}

/** Marks that keep a test from running whatever its code does. */
const neverRuns = new Set(["skip", "todo"]);

/** The mark that keeps this test from running, if it has one. */
export function skipMark(test: FoundTest): string | undefined {
  return test.marks.find((mark) => neverRuns.has(mark));
}

/** The innermost test around the line; else the innermost suite; else the nearest test that starts above. */
export function testAt(tests: readonly FoundTest[], line: number): FoundTest | undefined {
  const around = tests.filter((test) => test.line <= line && line <= test.endLine);
  const innermost = (kind: FoundTest["kind"]) =>
    around.filter((test) => test.kind === kind).reduce<FoundTest | undefined>(inner, undefined);
  const above = tests.filter((test) => test.kind === "test" && test.line <= line);
  return innermost("test") ?? innermost("suite") ?? above.reduce<FoundTest | undefined>(inner, undefined);
}

function inner(best: FoundTest | undefined, test: FoundTest): FoundTest {
  return best === undefined || test.line >= best.line ? test : best;
}

/** The same test after the file changed: same titles, and among several of those the same place in their order. */
export function findAgain(
  tests: readonly FoundTest[],
  test: FoundTest,
  before: readonly FoundTest[],
): FoundTest | undefined {
  const same = (other: FoundTest) => other.kind === test.kind && sameTitles(other.path, test.path);
  const place = before.filter(same).findIndex((other) => other.line === test.line);
  const now = tests.filter(same);
  return now.length === 1 ? now[0] : now[Math.max(0, place)];
}

function sameTitles(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((title, index) => title === b[index]);
}
