import { parseArguments } from "../arguments";
import type { Call, EventOf } from "../events";
import { linesOf } from "../text/lines";

const longest = 120;

/** A call in a few words: `read_file src/a.ts`. */
export function describeCall({ name, arguments: text }: Call): string {
  const subject = subjectOf(parseArguments(text));
  return subject === "" ? name : `${name} ${subject}`;
}

/** One line for a result that is no longer sent. */
export function noteFor(call: Call, result: EventOf<"action_finished">): string {
  const lines = linesOf(result.text);
  const size = `${lines.length} ${lines.length === 1 ? "line" : "lines"}`;
  const failed = result.outcome === "done" ? "" : `, ${result.outcome}`;
  const last = result.exitCode === undefined ? "" : `, ${(lines.at(-1) ?? "").replace(/^\[|\]$/g, "")}`;
  return `[${describeCall(call)}: ${size}${failed}${last}. Left out to make room; call it again if you need it.]`;
}

/** What became of a call, in a line. */
export function outcomeOf(call: Call, result: EventOf<"action_finished"> | undefined): string {
  if (result === undefined) {
    return `${describeCall(call)}: not run`;
  }
  const lines = linesOf(result.text);
  const said = (result.exitCode === undefined ? lines[0] : lines.at(-1)) ?? "";
  const isRead = result.outcome === "done" && result.changed === undefined && result.exitCode === undefined;
  const text = isRead && lines.length > 1 ? `${lines.length} lines` : oneLine(said);
  return `${describeCall(call)}: ${result.outcome === "done" ? "" : `${result.outcome}, `}${text}`;
}

/** The beginning of a text on one line. */
export function oneLine(text: string, most = longest): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= most ? line : `${line.slice(0, most - 1)}…`;
}

function subjectOf(input: unknown): string {
  if (typeof input !== "object" || input === null) {
    return "";
  }
  const { path, command, pattern, question } = input as Record<string, unknown>;
  const parts = [pattern, command, path, question].filter((part) => typeof part === "string" && part !== "");
  return parts.length === 0 ? "" : oneLine(parts.join(" in "), 80);
}
