import { unpreparedAction } from "./action/action";
import { finish } from "./action/finish";
import { CallRun } from "./call-run";
import { isOneTooMany, leaveOut } from "./calls-per-reply";
import { knownAnswer, toldAgain, withRepeatNote } from "./circles";
import type { Action, Call, NewEvent } from "./events";
import { failedEditHint } from "./failed-edits";
import type { LoopState } from "./loop";
import { knownTool, readCall } from "./read-call";
import { openCalls } from "./standing";
import type { Ports } from "./task-ports";
import { linesOf } from "./text/lines";

type Events<Result = void> = AsyncGenerator<NewEvent, Result>;

/** Runs the calls of the last reply that have no result yet: all of them, or what a reload interrupted. */
export async function* runCalls(state: LoopState, ports: Ports, signal: AbortSignal): Events {
  for (const call of openCalls(state.events)) {
    if (signal.aborted) {
      return;
    }
    yield* isOneTooMany(call, state)
      ? leaveOut(unpreparedAction(ports.newId(), call, knownTool(call, ports)))
      : withHints(call, state, runCall(call, state, ports, signal));
  }
}

async function* runCall(call: Call, state: LoopState, ports: Ports, signal: AbortSignal): Events {
  const read = readCall(call, ports);
  if (!read.ok) {
    yield* failUnread(call, read.problem, ports);
    return;
  }
  const known = read.call.effect.kind === "read" ? undefined : knownAnswer(call, state.events);
  yield* known === undefined
    ? recorded(new CallRun(call, read.call, state, ports, signal))
    : answerAgain(unpreparedAction(ports.newId(), call, read.call), toldAgain(known));
}

async function* recorded(run: CallRun): Events {
  yield* run.run();
  yield* run.record();
}

/** The user is not asked the same again, and nothing is done twice. */
function* answerAgain(action: Action, text: string): Generator<NewEvent, void> {
  const reason = "The same call was answered a moment ago, and nothing has changed since.";
  yield { type: "action_proposed", action };
  yield { type: "action_judged", actionId: action.id, verdict: "refuse", rule: "same-call-again", reason };
  yield* finish(action, { outcome: "refused", text });
}

/** What the model should know about a result beyond the result: that it has seen it before, or that its edits keep failing. */
async function* withHints(call: Call, state: LoopState, events: Events): Events {
  const known = state.events.slice();
  for await (const event of events) {
    if (event.type !== "action_finished" || event.callId !== call.id) {
      yield event;
      continue;
    }
    const text = withRepeatNote(event.text, call, known);
    yield { ...event, text: text + failedEditHint(event, call, known, shortFiles(state)) };
  }
}

/** Files that this model had better write whole. */
function shortFiles({ seen, habits }: LoopState): (path: string) => boolean {
  const { wholeFileBelowLines = 0 } = habits ?? {};
  return (path) => {
    const text = seen.get(path);
    return text !== undefined && linesOf(text).length <= wholeFileBelowLines;
  };
}

async function* failUnread(call: Call, text: string, ports: Ports): Events {
  const action = unpreparedAction(ports.newId(), call, undefined);
  yield { type: "action_proposed", action };
  yield* finish(action, { outcome: "failed", text });
}
