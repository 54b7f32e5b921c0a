import type { AgentEvent, Call, EventOf } from "../events";

/** A reply and what came of its calls. */
export interface Turn {
  /** Number of the event that began it. */
  seq: number;
  text: string;
  calls: { call: Call; result: EventOf<"action_finished"> | undefined }[];
}

/** The turns that are part of the conversation: those in which the model said or called something. */
export function turnsOf(events: readonly AgentEvent[]): Turn[] {
  const turns: Turn[] = [];
  let started = 0;
  for (const event of events) {
    if (event.type === "turn_started") {
      started = event.seq;
    } else if (event.type === "reply_finished" && (event.text !== "" || event.calls.length > 0)) {
      const calls = event.calls.map((call) => ({ call, result: undefined }));
      turns.push({ seq: started, text: event.text, calls });
    } else if (event.type === "action_finished") {
      const own = turns.at(-1)?.calls.find(({ call }) => call.id === event.callId);
      if (own) {
        own.result = event;
      }
    }
  }
  return turns;
}
