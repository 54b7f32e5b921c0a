import * as z from "zod";
import { parseJson } from "../../core/json";

const ReportError = z.object({
  type: z.string().optional(),
  name: z.string().optional(),
  message: z.string(),
  stack: z.string().optional(),
  expected: z.string().optional(),
  actual: z.string().optional(),
  diff: z.string().optional(),
  /** What the file wrote to its error output, when the file as a whole failed. */
  output: z.string().optional(),
});
export type ReportError = z.infer<typeof ReportError>;

const ReportEntry = z.object({
  /** `run`: what failed outside of every file. */
  kind: z.enum(["test", "suite", "file", "run"]),
  path: z.array(z.string()),
  /** Set where the runner tells only the whole name, its titles joined with spaces; `path` is empty then. */
  fullName: z.string().optional(),
  file: z.string().optional(),
  line: z.int().optional(),
  status: z.enum(["passed", "failed", "skipped", "todo"]),
  errors: z.array(ReportError),
});
export type ReportEntry = z.infer<typeof ReportEntry>;

const ReportLine = z.discriminatedUnion("kind", [
  ReportEntry,
  z.object({ kind: z.literal("start"), runner: z.string(), version: z.string() }),
  z.object({ kind: z.literal("end") }),
]);

/** What a run reported. `complete`: the runner came to its end by itself. */
export interface Report {
  entries: ReportEntry[];
  complete: boolean;
}

/** Reads what our own reporters write. Undefined when it is no such report; a line that was cut off is left out. */
export function parseReport(text: string): Report | undefined {
  const lines = text.split("\n").flatMap(parseLine);
  if (lines[0]?.kind !== "start") {
    return undefined;
  }
  const entries = lines.filter((line) => line.kind !== "start" && line.kind !== "end");
  return { entries, complete: lines.at(-1)?.kind === "end" };
}

function parseLine(line: string): z.infer<typeof ReportLine>[] {
  const parsed = ReportLine.safeParse(parseJson(line));
  return parsed.success ? [parsed.data] : [];
}
