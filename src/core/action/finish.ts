import type { Action, EventOf, NewEvent } from "../events";

export type Outcome = Omit<EventOf<"action_finished">, "type" | "actionId" | "callId" | "v" | "seq" | "at" | "taskId">;

/** What became of an action, for the model and the record. */
export function* finish(action: Action, outcome: Outcome): Generator<NewEvent, void> {
  yield { type: "action_finished", actionId: action.id, callId: action.callId, ...outcome };
}
