import type { Action, Call, NewEvent } from "./events";
import type { LoopState } from "./loop";

/** The result of a call that came behind others in one reply. It is no answer: the same call may be made again. */
export const notYetRun =
  "Not run: only the first call of a reply is run. Look at its result; then make this call again, alone, if it is still needed.";

/** Whether a call stands behind as many others as are run of one reply of this model. */
export function isOneTooMany({ id }: Call, { events, habits }: LoopState): boolean {
  const reply = events.findLast((event) => event.type === "reply_finished");
  const place = reply?.type === "reply_finished" ? reply.calls.findIndex((call) => call.id === id) : 0;
  return place >= (habits?.callsPerReply ?? Number.POSITIVE_INFINITY);
}

/** A model that muddles several calls gets them done one after the other. */
export function* leaveOut(action: Action): Generator<NewEvent, void> {
  const { id: actionId, callId } = action;
  const reason = "At its check-up this model did not manage several calls in one reply, so only the first is run.";
  yield { type: "action_proposed", action };
  yield { type: "action_judged", actionId, verdict: "refuse", rule: "one-call-per-reply", reason };
  yield { type: "action_finished", actionId, callId, outcome: "refused", text: notYetRun };
}
