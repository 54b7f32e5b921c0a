/**
 * A reporter for `node --test`, as the text of a module: one JSON object a line, in the shape of `ReportLine`. Built-in
 * reporters leave out where a test stands, or what was expected. The paths of names are put together from `test:start`,
 * which comes in the order of the report. Runs on node 20 and newer.
 */
export const nodeTestReporter = `
import { resolve } from "node:path";
import { inspect } from "node:util";

const show = (value) =>
  inspect(value, { depth: 8, maxArrayLength: 100, maxStringLength: 3000, breakLength: 100 }).slice(0, 3000);
const line = (value) => JSON.stringify(value) + "\\n";

function causes(error, depth = 0) {
  const cause = error?.cause;
  if (cause === undefined || cause === null || depth > 3) return "";
  return "\\nCaused by: " + (cause.message ?? show(cause)) + causes(cause, depth + 1);
}

function readError(failure) {
  const thrown = failure.cause ?? failure;
  const type = failure.failureType;
  if (typeof thrown !== "object") return { type, message: typeof thrown === "string" ? thrown : show(thrown) };
  const compared = "expected" in thrown || "actual" in thrown;
  return {
    type,
    name: String(thrown.name ?? "Error"),
    message: String(thrown.message ?? show(thrown)) + causes(thrown),
    stack: String(thrown.stack ?? ""),
    ...(compared ? { expected: show(thrown.expected), actual: show(thrown.actual) } : {}),
  };
}

export default async function* report(events) {
  const open = [];
  let errorOutput = "";
  yield line({ kind: "start", runner: "node:test", version: process.version });
  for await (const { type, data } of events) {
    if (type === "test:stderr") errorOutput = (errorOutput + data.message).slice(-6000);
    if (type === "test:start") {
      open.length = data.nesting;
      open[data.nesting] = data.name;
    }
    if (type !== "test:pass" && type !== "test:fail") continue;
    if (data.skip === "test name does not match pattern") continue;
    const isFile = data.nesting === 0 && data.line === 1 && data.column === 1 && resolve(data.name) === data.file;
    const skipped = data.todo !== undefined && data.todo !== false ? "todo" : data.skip !== undefined && data.skip !== false ? "skipped" : undefined;
    const failure = data.details?.error;
    yield line({
      kind: isFile ? "file" : data.details?.type === "suite" ? "suite" : "test",
      path: isFile ? [] : [...open.slice(0, data.nesting), data.name],
      file: data.file,
      line: data.line,
      status: skipped ?? (type === "test:pass" ? "passed" : "failed"),
      errors: failure === undefined ? [] : [{ ...readError(failure), ...(isFile ? { output: errorOutput } : {}) }],
    });
  }
  yield line({ kind: "end" });
}
`;
