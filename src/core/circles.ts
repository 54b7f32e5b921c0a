import { canonical } from "./arguments";
import { notYetRun } from "./calls-per-reply";
import { describeCall } from "./compaction/describe-call";
import type { AgentEvent, Call, EventOf, Trouble } from "./events";

type Answer = EventOf<"action_finished">;

const mostAlike = 3;
const sameAgain =
  "\n[You made this very call before and nothing has changed since: the result is the same. Use it, or do something else.]";
const notDoneAgain =
  "\n[You made this very call before, so it was not carried out again: this is its earlier result. Do something else; a command that may end otherwise by now has to say so, for example with sleep.]";

/**
 * Answers to the same call since anything happened that could change them: a word or an act of the user, another mode, an
 * edit, a shorter conversation. Oldest first.
 */
export function earlierAnswers(call: Call, events: readonly AgentEvent[]): Answer[] {
  const wanted = keyOf(call);
  const recent = events.slice(events.findLastIndex((event) => changesThings(event, events)) + 1);
  const same = new Set(
    recent.flatMap((event) =>
      event.type === "reply_finished" ? event.calls.filter((one) => keyOf(one) === wanted).map(({ id }) => id) : [],
    ),
  );
  return recent.filter(
    (event): event is Answer =>
      event.type === "action_finished" &&
      same.has(event.callId) &&
      event.outcome !== "cancelled" &&
      event.text !== notYetRun,
  );
}

/** The earlier answer to a call that need not be carried out again: nothing was done since that could make it another. */
export function knownAnswer(call: Call, events: readonly AgentEvent[]): Answer | undefined {
  const last = earlierAnswers(call, events).at(-1);
  const since = last === undefined ? [] : events.slice(events.indexOf(last) + 1);
  return since.some((event) => event.type === "checkpoint_made" || isStartedCommand(event, since)) ? undefined : last;
}

/** The result of a call that was not carried out a second time. */
export function toldAgain(known: Answer): string {
  return withoutNote(known.text) + notDoneAgain;
}

/** The result of a call that was carried out, with a note when it is the same as before. */
export function withRepeatNote(result: string, call: Call, events: readonly AgentEvent[]): string {
  const last = earlierAnswers(call, events).at(-1);
  return last !== undefined && withoutNote(last.text) === result ? result + sameAgain : result;
}

function withoutNote(result: string): string {
  const note = [sameAgain, notDoneAgain].find((one) => result.endsWith(one)) ?? "";
  return result.slice(0, result.length - note.length);
}

/** Set when a call of the newest reply had the same answer too often: the user decides how to go on. */
export function circle(events: readonly AgentEvent[]): Trouble | undefined {
  const reply = events.findLast((event) => event.type === "reply_finished");
  const repeated =
    reply?.type === "reply_finished" ? reply.calls.find((call) => timesAlike(call, events) >= mostAlike) : undefined;
  return (
    repeated && {
      code: "same_call",
      message: `The model made the same call ${mostAlike} times and got the same answer: ${describeCall(repeated)}.`,
      remedy: "Say what it should do differently, press Continue to let it try again, or choose another model.",
    }
  );
}

function timesAlike(call: Call, events: readonly AgentEvent[]): number {
  const texts = earlierAnswers(call, events).map(({ text }) => withoutNote(text));
  const other = texts.findLastIndex((text) => text !== texts.at(-1));
  return texts.length - 1 - other;
}

function changesThings(event: AgentEvent, events: readonly AgentEvent[]): boolean {
  switch (event.type) {
    case "user_said":
      return event.by === "user";
    case "action_answered":
      return (event.remark ?? "") !== "" || (event.allow && isQuestion(event.actionId, events));
    case "action_finished":
      return (event.changed?.length ?? 0) > 0;
    case "resumed":
    case "restored":
    case "mode_changed":
    case "plan_changed":
    case "context_compacted":
      return true;
    default:
      return false;
  }
}

function isQuestion(actionId: string, events: readonly AgentEvent[]): boolean {
  return events.some(
    (event) =>
      event.type === "action_proposed" && event.action.id === actionId && event.action.effect.kind === "question",
  );
}

/** Reads are started without a checkpoint and change nothing. */
function isStartedCommand(event: AgentEvent, events: readonly AgentEvent[]): boolean {
  return (
    event.type === "action_proposed" &&
    event.action.effect.kind === "command" &&
    events.some((later) => later.type === "action_started" && later.actionId === event.action.id)
  );
}

function keyOf({ name, arguments: text }: Call): string {
  return `${name} ${canonical(text)}`;
}
