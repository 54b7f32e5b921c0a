import type { AgentEvent, EventOf } from "../../core/events";

/** What a task, or one turn of it, did towards its test. */
export interface WorkDone {
  /** Workspace-relative paths whose accepted edits were carried out, without those that the user took back. */
  changedFiles: readonly string[];
  /** A command was carried out; it may have changed anything. */
  ranCommands: boolean;
}

export function workIn(events: readonly AgentEvent[]): WorkDone {
  const commands = new Set(
    events.flatMap((event) =>
      event.type === "action_proposed" && event.action.effect.kind === "command" ? [event.action.id] : [],
    ),
  );
  const ranCommands = events.some((event) => event.type === "action_started" && commands.has(event.actionId));
  return { changedFiles: changedIn(events), ranCommands };
}

/** The round in which a task was left. One that ended as not fixed gets all its rounds anew when it is taken up again. */
export function roundOf(events: readonly AgentEvent[]): number {
  const over = events.findLastIndex((event) => event.type === "finished" && event.reason === "not_fixed");
  const run = events.slice(over + 1).findLast((event) => event.type === "verify_started");
  return run?.type === "verify_started" ? run.round : 0;
}

interface Change {
  path: string;
  /** Position among the events. */
  at: number;
}

function changedIn(events: readonly AgentEvent[]): string[] {
  let changes: Change[] = [];
  for (const [at, event] of events.entries()) {
    if (event.type === "action_finished") {
      changes.push(...(event.changed ?? []).map((path) => ({ path, at })));
    } else if (event.type === "restored") {
      changes = event.redo
        ? [...changes, ...event.files.map((path) => ({ path, at }))]
        : changes.filter((change) => !isTakenBack(change, event, events));
    }
  }
  return [...new Set(changes.map(({ path }) => path))];
}

function isTakenBack(
  { path, at }: Change,
  { actionId, files }: EventOf<"restored">,
  events: readonly AgentEvent[],
): boolean {
  const from = events.findIndex((event) => event.type === "action_finished" && event.actionId === actionId);
  return files.includes(path) && at >= from;
}
