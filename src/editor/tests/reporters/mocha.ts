import * as z from "zod";
import { parseJson } from "../../../core/json";
import type { Report, ReportEntry } from "../report";

const MochaTest = z.object({
  title: z.string(),
  fullTitle: z.string(),
  file: z.string().nullish(),
  err: z.object({
    message: z.string().optional(),
    stack: z.string().optional(),
    expected: z.unknown().optional(),
    actual: z.unknown().optional(),
  }),
});
type MochaTest = z.infer<typeof MochaTest>;

const MochaReport = z.object({
  pending: z.array(MochaTest),
  failures: z.array(MochaTest),
  passes: z.array(MochaTest),
});

/** Reads the JSON of mocha, which tells whole names only, and failed hooks as if they were tests. */
export function parseMochaReport(text: string): Report | undefined {
  const report = MochaReport.safeParse(parseJson(text));
  if (!report.success) {
    return undefined;
  }
  const { pending, failures, passes } = report.data;
  const entries = [
    ...passes.map((each) => readTest(each, "passed")),
    ...pending.map((each) => readTest(each, "skipped")),
    ...failures.map((each) => readTest(each, "failed")),
  ];
  return { entries, complete: true };
}

function readTest(test: MochaTest, status: ReportEntry["status"]): ReportEntry {
  const { err } = test;
  const isHook = status === "failed" && /^"(?:before|after) (?:all|each)" hook/.test(test.title);
  return {
    kind: isHook ? "file" : "test",
    path: [],
    fullName: test.fullTitle,
    file: test.file ?? undefined,
    status,
    errors: status === "failed" ? [{ ...readError(err), ...(isHook ? { name: test.title } : {}) }] : [],
  };
}

function readError(error: MochaTest["err"]): ReportEntry["errors"][number] {
  const compared = error.expected !== undefined || error.actual !== undefined;
  return {
    message: error.message ?? "It failed without a message.",
    stack: error.stack,
    ...(compared ? { expected: show(error.expected), actual: show(error.actual) } : {}),
  };
}

/** Mocha's report holds values as text already. */
function show(value: unknown): string {
  return (typeof value === "string" ? value : String(JSON.stringify(value))).slice(0, 3000);
}
