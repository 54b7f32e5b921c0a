import { parseArguments } from "./arguments";
import type { AgentEvent, Call, EventOf, NewEvent } from "./events";

const readFirst = "\n[The second edit in a row that does not fit. Read the file anew before the next one.]";
const otherWay =
  "\n[Edits of this file keep failing. Read it anew; then replace a short piece of it that occurs once, or write the whole file with write_file.]";

const writeWhole = "\n[This file is short: write it whole with write_file instead.]";

/**
 * What to add to the result of an edit that failed, when edits of the same file failed right before it. `isShort`: whether
 * this model had better write such a file whole.
 */
export function failedEditHint(
  result: Extract<NewEvent, { type: "action_finished" }>,
  call: Call,
  before: readonly AgentEvent[],
  isShort: (path: string) => boolean,
): string {
  const path = editedPath(call);
  if (result.outcome !== "failed" || path === undefined) {
    return "";
  }
  if (isShort(path)) {
    return writeWhole;
  }
  const earlier = failuresInARow(path, before);
  return earlier === 0 ? "" : earlier === 1 ? readFirst : otherWay;
}

/** Edits of the file that failed since one was carried out, or since the user spoke. Refusals do not count: they fitted. */
function failuresInARow(path: string, events: readonly AgentEvent[]): number {
  const calls = new Map<string, Call>();
  let failures = 0;
  for (const event of events) {
    if (event.type === "reply_finished") {
      for (const call of event.calls) {
        calls.set(call.id, call);
      }
    } else if (event.type === "user_said" && event.by === "user") {
      failures = 0;
    } else if (event.type === "action_finished" && isEditOf(path, calls.get(event.callId))) {
      failures = countOn(failures, event);
    }
  }
  return failures;
}

function countOn(failures: number, { outcome }: EventOf<"action_finished">): number {
  return outcome === "failed" ? failures + 1 : outcome === "done" ? 0 : failures;
}

function isEditOf(path: string, call: Call | undefined): boolean {
  return call !== undefined && editedPath(call) === path;
}

function editedPath({ name, arguments: text }: Call): string | undefined {
  const input = name === "edit_file" ? parseArguments(text) : undefined;
  const path = typeof input === "object" && input !== null && "path" in input ? input.path : undefined;
  return typeof path === "string" ? path : undefined;
}
