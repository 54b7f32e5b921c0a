/**
 * A reporter for vitest 3 and newer, as the text of a module: one JSON object a line, in the shape of `ReportLine`, into
 * the file named by `--outputFile`. The built-in JSON holds neither expected and actual values nor mapped stacks.
 */
export const vitestReporter = `
import { writeFileSync } from "node:fs";

const failed = (errors) => (errors.length > 0 ? "failed" : "passed");
const cut = (text) => (text === undefined || text === null ? undefined : String(text).slice(0, 3000));

function frame({ method, file, line, column }) {
  const place = file + ":" + line + ":" + column;
  return method ? "    at " + method + " (" + place + ")" : "    at " + place;
}

function causes(error, depth = 0) {
  const cause = error?.cause;
  if (cause === undefined || cause === null || depth > 3) return "";
  return "\\nCaused by: " + (cause.message ?? String(cause)) + causes(cause, depth + 1);
}

function readError(error) {
  const frames = error.stacks?.length > 0 ? error.stacks.map(frame).join("\\n") : cut(error.stack);
  return {
    name: cut(error.name),
    message: cut((error.message ?? String(error)) + causes(error)),
    stack: frames,
    expected: cut(error.expected),
    actual: cut(error.actual),
    diff: cut(error.diff),
  };
}

function pathOf(task) {
  const path = [task.name];
  for (let outer = task.parent; outer !== undefined && outer.type === "suite"; outer = outer.parent) path.unshift(outer.name);
  return path;
}

export default class {
  onInit(vitest) {
    this.vitest = vitest;
  }

  onTestRunEnd(modules, unhandled) {
    const lines = [{ kind: "start", runner: "vitest", version: this.vitest.version }];
    for (const module of modules) {
      const file = module.moduleId;
      const own = module.errors();
      lines.push({ kind: "file", path: [], file, status: failed(own), errors: own.map(readError) });
      for (const suite of module.children.allSuites()) {
        const errors = suite.errors();
        lines.push({ kind: "suite", path: pathOf(suite), file, line: suite.location?.line, status: failed(errors), errors: errors.map(readError) });
      }
      for (const test of module.children.allTests()) {
        const { state, errors } = test.result();
        const status = test.options.mode === "todo" ? "todo" : state === "pending" ? "skipped" : state;
        lines.push({ kind: "test", path: pathOf(test), file, line: test.location?.line, status, errors: (errors ?? []).map(readError) });
      }
    }
    lines.push({ kind: "run", path: [], status: failed(unhandled), errors: unhandled.map(readError) }, { kind: "end" });
    writeFileSync(this.vitest.config.outputFile, lines.map((each) => JSON.stringify(each) + "\\n").join(""));
  }
}
`;
