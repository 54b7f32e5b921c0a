import type { AgentEvent, EventOf } from "../events";
import { keepEnds } from "../text/keep-ends";
import { noteFor } from "./describe-call";
import { type Turn, turnsOf } from "./turns";

export type Shortened = EventOf<"context_compacted">["shortened"];

/** Shorter ones cost less than the line that would stand for them. */
const worthANote = 300;
/** With less room than this, the ends of a result say nothing. */
const worthEnds = 2_000;

/** One line for each result older than the last `kept` turns. */
export function notesFor(events: readonly AgentEvent[], kept: number): Shortened {
  const sent = sentInstead(events);
  const turns = turnsOf(events);
  return turns
    .slice(0, Math.max(0, turns.length - kept))
    .flatMap((turn) => turn.calls)
    .flatMap(({ call, result }) =>
      result === undefined || (sent.get(call.id) ?? result.text).length <= worthANote
        ? []
        : [{ callId: call.id, text: noteFor(call, result) }],
    );
}

/**
 * The results that the model has not read yet, when they are longer together than `most` characters: the last ones stay,
 * the one that no longer fits keeps its ends, those before it become notes.
 */
export function capNewest(events: readonly AgentEvent[], most: number): Shortened {
  const sent = sentInstead(events);
  const newest = turnsOf(events).at(-1)?.calls ?? [];
  let left = most;
  const shortened: Shortened = [];
  for (const { call, result } of newest.toReversed()) {
    const text = sent.get(call.id) ?? result?.text ?? "";
    if (result === undefined || text.length <= left) {
      left -= text.length;
      continue;
    }
    const isLast = call === newest.at(-1)?.call;
    const kept = isLast || left > worthEnds ? keepEnds(text, Math.max(left, worthANote)) : noteFor(call, result);
    if (kept.length < text.length) {
      shortened.push({ callId: call.id, text: kept });
    }
    left = Math.max(0, left - kept.length);
  }
  return shortened.toReversed();
}

/** Number of the event from which on the conversation stays as it is: the one that began the last `kept` turns. */
export function tailStart(events: readonly AgentEvent[], turns: readonly Turn[], kept: number): number {
  const first = kept === 0 ? undefined : (turns.at(-kept) ?? turns[0]);
  return first?.seq ?? (events.at(-1)?.seq ?? 0) + 1;
}

/** What earlier compactions send in place of results. */
function sentInstead(events: readonly AgentEvent[]): ReadonlyMap<string, string> {
  const all = events.flatMap((event) => (event.type === "context_compacted" ? event.shortened : []));
  return new Map(all.map(({ callId, text }) => [callId, text]));
}
