import * as z from "zod";
import { keepEnds } from "../../text/keep-ends";
import { defineTool } from "../tool";
import description from "./description.md";

export const runCommand = defineTool({
  name: "run_command",
  description,
  input: z.object({
    command: z.string().min(1),
    cwd: z.string().default("."),
    timeout_seconds: z.coerce.number().int().positive().max(3_600).default(120),
  }),
  effect: ({ command, cwd }) => ({ kind: "command", command, cwd }),
  title: ({ command }) => `Run ${command}`,
  async prepare({ command, cwd, timeout_seconds }, { shell }) {
    const script = await shell.script(command, cwd);
    const preview = { kind: "command" as const, command, cwd, timeoutMs: timeout_seconds * 1_000 };
    return { preview: script === undefined ? preview : { ...preview, script }, edits: [] };
  },
  async run({ command, cwd, timeout_seconds }, { context, show }) {
    const result = await context.shell.run({ command, cwd, timeoutMs: timeout_seconds * 1_000 }, show, context.signal);
    const output = result.output === "" ? "[no output]" : keepEnds(result.output, context.longestResult);
    return {
      text: `${output}\n[${howItEnded(result.ended, result.exitCode, timeout_seconds)}]`,
      exitCode: result.exitCode,
      failed: result.ended !== "exited",
    };
  },
});

function howItEnded(
  ended: "exited" | "timed_out" | "stopped" | "not_started",
  exitCode: number | null,
  seconds: number,
): string {
  switch (ended) {
    case "exited":
      return exitCode === null ? "ended by a signal" : `exit code ${exitCode}`;
    case "timed_out":
      return `stopped after ${seconds} s: it was still running`;
    case "stopped":
      return "stopped by the user";
    case "not_started":
      return "it could not be started";
  }
}
