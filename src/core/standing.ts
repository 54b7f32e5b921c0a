import type { AgentEvent, Call, Mode } from "./events";

/** Calls of the newest reply without a result. A user message after it closes them: they were given up. */
export function openCalls(events: readonly AgentEvent[]): Call[] {
  const index = events.findLastIndex((event) => event.type === "reply_finished");
  const reply = events[index];
  const later = events.slice(index + 1);
  if (reply?.type !== "reply_finished" || later.some((event) => event.type === "user_said")) {
    return [];
  }
  const finished = new Set(later.flatMap((event) => (event.type === "action_finished" ? [event.callId] : [])));
  return reply.calls.filter((call) => !finished.has(call.id));
}

const beside = new Set<AgentEvent["type"]>([
  "mode_changed",
  "plan_changed",
  "proposal_changed",
  "restored",
  "recovered",
  "committed",
  "not_committed",
  "commits_squashed",
  "grant_requested",
  "grant_given",
  "grant_ended",
]);

/** Whether an event tells if a task works, waits or rests. What is done beside the work, also after its end, does not. */
export function tellsStanding({ type }: AgentEvent): boolean {
  return !beside.has(type);
}

export function modeOf(events: readonly AgentEvent[]): Mode {
  const last = events.findLast((event) => event.type === "task_started" || event.type === "mode_changed");
  return last && "mode" in last ? last.mode : "act";
}

/** The window of the model that made the newest calls. */
export function windowOf(events: readonly AgentEvent[]): number | undefined {
  const turn = events.findLast((event) => event.type === "turn_started");
  return turn?.type === "turn_started" ? turn.endpoint.contextWindow : undefined;
}

/** The user said yes to an edit of this task. */
export function hasAcceptedEdit(events: readonly AgentEvent[]): boolean {
  const accepted = new Set(
    events.flatMap((event) => (event.type === "action_answered" && event.allow ? [event.actionId] : [])),
  );
  return events.some(
    (event) => event.type === "action_proposed" && event.action.effect.kind === "edit" && accepted.has(event.action.id),
  );
}
