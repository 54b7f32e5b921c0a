import * as z from "zod";
import { parseJson } from "../../../core/json";
import type { Report, ReportEntry, ReportError } from "../report";

const Detail = z
  .object({
    matcherResult: z
      .object({ expected: z.unknown().optional(), actual: z.unknown().optional() })
      .optional()
      .catch(undefined),
  })
  .catch({});

const Assertion = z.object({
  ancestorTitles: z.array(z.string()),
  title: z.string(),
  status: z.string(),
  failureMessages: z.array(z.string()).nullish(),
  failureDetails: z.array(Detail).nullish(),
  location: z.object({ line: z.int() }).nullish(),
});

const JestReport = z.object({
  testResults: z.array(
    z.object({ name: z.string(), status: z.string(), message: z.string(), assertionResults: z.array(Assertion) }),
  ),
});

/** Reads the JSON of jest, and of vitest before version 3, which has the same shape. */
export function parseJestReport(text: string): Report | undefined {
  const report = JestReport.safeParse(parseJson(text));
  if (!report.success) {
    return undefined;
  }
  const entries = report.data.testResults.flatMap(({ name, status, message, assertionResults }): ReportEntry[] => {
    const broken = status === "failed" && !assertionResults.some((each) => each.status === "failed");
    const errors = broken ? [{ message }] : [];
    return [
      { kind: "file", path: [], file: name, status: broken ? "failed" : "passed", errors },
      ...assertionResults.map((each) => readAssertion(each, name)),
    ];
  });
  return { entries, complete: true };
}

function readAssertion(assertion: z.infer<typeof Assertion>, file: string): ReportEntry {
  const messages = assertion.failureMessages ?? [];
  return {
    kind: "test",
    path: [...assertion.ancestorTitles, assertion.title],
    file,
    line: assertion.location?.line,
    status: readStatus(assertion.status),
    errors: messages.map((message, index) => readError(message, assertion.failureDetails?.[index])),
  };
}

function readStatus(status: string): ReportEntry["status"] {
  return status === "passed" || status === "failed" || status === "todo" ? status : "skipped";
}

/** A failure message is the message with its stack below. */
function readError(text: string, detail: z.infer<typeof Detail> | undefined): ReportError {
  const stackAt = text.search(/\n\s+at /);
  const compared = detail?.matcherResult;
  return {
    message: stackAt === -1 ? text : text.slice(0, stackAt),
    stack: stackAt === -1 ? undefined : text.slice(stackAt + 1),
    ...(compared === undefined ? {} : { expected: show(compared.expected), actual: show(compared.actual) }),
  };
}

function show(value: unknown): string {
  return (JSON.stringify(value, null, 1) ?? "undefined").slice(0, 3000);
}
