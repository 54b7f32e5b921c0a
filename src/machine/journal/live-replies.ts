import type { AgentEvent, EventOf } from "../../core/events";

type Delta = EventOf<"reply_delta">;

/** Joins the pieces of a reply that is being written, so that few records are needed for them. */
export class DeltaBuffer {
  private parts: Delta[] = [];

  add(delta: Delta): void {
    const last = this.parts.at(-1);
    if (last && last.turn === delta.turn && last.kind === delta.kind && last.name === delta.name) {
      this.parts[this.parts.length - 1] = { ...delta, text: last.text + delta.text };
    } else {
      this.parts.push(delta);
    }
  }

  take(): Delta[] {
    const parts = this.parts;
    this.parts = [];
    return parts;
  }
}

/**
 * A reply whose writing was cut off by the end of the process, as the reply that it became: the text so far, no calls,
 * aborted. Undefined when the last reply was finished. `events` and `deltas` are in the order of the journal.
 */
export function interruptedReply(
  events: readonly AgentEvent[],
  deltas: readonly Delta[],
): EventOf<"reply_finished"> | undefined {
  const started = events.findLast((event) => event.type === "turn_started");
  const ended = events.findLast((event) => event.type === "reply_finished" || event.type === "finished");
  const parts = deltas.filter(({ turn }) => turn === started?.turn);
  const last = parts.at(-1);
  if (started === undefined || last === undefined || (ended !== undefined && ended.seq > started.seq)) {
    return undefined;
  }
  const textOf = (kind: Delta["kind"]) =>
    parts
      .filter((part) => part.kind === kind)
      .map(({ text }) => text)
      .join("");
  return {
    v: 1,
    seq: (events.at(-1)?.seq ?? -1) + 1,
    at: last.at,
    taskId: started.taskId,
    type: "reply_finished",
    turn: started.turn,
    text: textOf("text"),
    reasoning: textOf("reasoning"),
    calls: [],
    timings: { totalMs: Math.max(0, last.at - started.at) },
    stop: "aborted",
  };
}
