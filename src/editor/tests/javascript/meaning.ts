import type { RunnerName } from "../found-test";

/** A function that declares tests or suites. `waitsFor`: it must be called once more before it does. */
export interface Declares {
  is: "declares";
  kind: "test" | "suite";
  runner: RunnerName;
  marks: readonly string[];
  waitsFor?: "rows" | "condition" | "fixtures";
}

/** What a name or an expression stands for, as far as tests are concerned. */
export type Meaning =
  | Declares
  /** A module of a test runner: its members are looked up by name. */
  | { is: "module"; runner: RunnerName }
  /** The first parameter of a node:test test, whose `test` declares subtests. */
  | { is: "context"; runner: RunnerName }
  | { is: "text"; text: string };

const modules: Readonly<Record<string, RunnerName>> = {
  "node:test": "node:test",
  vitest: "vitest",
  "@jest/globals": "jest",
  mocha: "mocha",
};

export function runnerModule(name: unknown): Meaning | undefined {
  const runner = typeof name === "string" && Object.hasOwn(modules, name) ? modules[name] : undefined;
  return runner === undefined ? undefined : { is: "module", runner };
}

interface Names {
  tests: readonly string[];
  suites: readonly string[];
}

const exported: Readonly<Partial<Record<RunnerName, Names>>> = {
  "node:test": { tests: ["test", "it", "default"], suites: ["describe", "suite"] },
  vitest: { tests: ["test", "it"], suites: ["describe", "suite"] },
  jest: { tests: ["test", "it", "fit", "xit", "xtest"], suites: ["describe", "fdescribe", "xdescribe"] },
  mocha: {
    tests: ["it", "specify", "test", "xit", "xspecify"],
    suites: ["describe", "context", "suite", "xdescribe", "xcontext"],
  },
};

const marksOfNames: Readonly<Record<string, string>> = {
  fit: "only",
  fdescribe: "only",
  xit: "skip",
  xtest: "skip",
  xspecify: "skip",
  xdescribe: "skip",
  xcontext: "skip",
};

const plainMarks = new Set([
  "only",
  "skip",
  "todo",
  "fails",
  "failing",
  "expectFailure",
  "concurrent",
  "sequential",
  "shuffle",
]);

/** What `object.name` is when `object` is known. */
export function memberOf(object: Meaning | undefined, name: string): Meaning | undefined {
  if (object === undefined || object.is === "text") {
    return undefined;
  }
  if (object.is === "context") {
    return name === "test" ? { is: "declares", kind: "test", runner: object.runner, marks: [] } : undefined;
  }
  return object.is === "module" ? exportOf(object.runner, name) : refine(object, name);
}

function exportOf(runner: RunnerName, name: string): Meaning | undefined {
  const names = exported[runner];
  const kind = names?.tests.includes(name) ? "test" : names?.suites.includes(name) ? "suite" : undefined;
  if (kind !== undefined) {
    const mark = marksOfNames[name];
    return { is: "declares", kind, runner, marks: mark === undefined ? [] : [mark] };
  }
  if (runner === "node:test" && plainMarks.has(name)) {
    return { is: "declares", kind: "test", runner, marks: [name] };
  }
  return undefined;
}

function refine(call: Declares, name: string): Meaning | undefined {
  if (plainMarks.has(name)) {
    return { ...call, marks: [...call.marks, name] };
  }
  if (name === "each" || name === "for") {
    return { ...call, marks: [...call.marks, "each"], waitsFor: "rows" };
  }
  if (name === "skipIf" || name === "runIf") {
    return { ...call, marks: [...call.marks, name], waitsFor: "condition" };
  }
  if (name === "extend" || name === "override" || name === "scoped") {
    return { ...call, waitsFor: "fixtures" };
  }
  return call.runner === "node:test" && call.kind === "test" && call.marks.length === 0
    ? exportOf("node:test", name)
    : undefined;
}

/** What calling it gives back. A call that declares a test gives back nothing of interest. */
export function resultOf(callee: Meaning | undefined): Meaning | undefined {
  if (callee?.is !== "declares" || callee.waitsFor === undefined) {
    return undefined;
  }
  const { waitsFor: _done, ...ready } = callee;
  return ready;
}
