import { runCalls } from "./calls";
import { circle } from "./circles";
import type { AgentEvent, FinishReason, NewEvent, Trouble } from "./events";
import { nudgeFor } from "./nudges";
import type { ModelHabits, Reply } from "./ports";
import type { Ports } from "./task-ports";
import { takeTurn } from "./turn";

export { requestOf } from "./messages";

/** How a run of the loop ended. */
export interface Ending {
  reason: FinishReason;
  text: string;
  trouble?: Trouble;
}

/** What the user, or the harness, says while the model works: taken up before the next turn. */
export type Said = Omit<Extract<NewEvent, { type: "user_said" }>, "type">;

const stopped: Ending = { reason: "stopped", text: "Stopped. The next message continues from here." };

export interface LoopOptions {
  /** End as soon as edits of one reply were carried out, for a caller that checks each of them. */
  untilEdited?: boolean;
}

export interface LoopState {
  /** The task so far. Whoever drives the generator appends each event here before asking for the next. */
  readonly events: readonly AgentEvent[];
  /** What the user said while the model worked; taken up before the next turn. */
  readonly waiting: Said[];
  /** Text of each file as this task last read or wrote it; not kept over a reload. */
  seen: Map<string, string>;
  /** What is known of the model that gave the newest reply; not kept over a reload. */
  habits?: ModelHabits | undefined;
}

/**
 * The whole agent: ask the model, run its calls, until it has nothing more to call. Yields every event before its
 * effect, so that a driver which makes events durable before it continues has a record of everything.
 */
export async function* runLoop(
  state: LoopState,
  ports: Ports,
  signal: AbortSignal,
  options: LoopOptions = {},
): AsyncGenerator<NewEvent, Ending> {
  let nudged = false;
  for (let step = 0; step < ports.maxSteps; step++) {
    const before = state.events.length;
    yield* runCalls(state, ports, signal);
    if (options.untilEdited && !signal.aborted && hasEdited(state.events.slice(before))) {
      return { reason: "answered", text: "" };
    }
    for (let said = state.waiting.shift(); said !== undefined; said = state.waiting.shift()) {
      yield { type: "user_said", ...said };
    }
    if (signal.aborted) {
      return stopped;
    }
    const goingRound = circle(state.events);
    if (goingRound !== undefined) {
      return stuck(goingRound);
    }
    if (step === 0) {
      await ports.model().refresh?.(signal);
    }
    const reply = yield* takeTurn(state, ports, signal);
    if (reply.stop === "aborted") {
      return stopped;
    }
    if (reply.stop === "error") {
      return modelFailed(reply);
    }
    if (reply.calls.length > 0 || state.waiting.length > 0) {
      nudged = false;
      continue;
    }
    const nudge = nudgeFor(reply, ports.tools.length > 0 && !state.habits?.answersOnly);
    if (nudge === undefined) {
      return { reason: "answered", text: reply.text };
    }
    if (nudged) {
      return stuck(nudge.trouble);
    }
    nudged = true;
    yield { type: "user_said", text: nudge.text, attachments: [], by: "hearth" };
  }
  return { reason: "step_limit", text: `Stopped after ${ports.maxSteps} turns without an end. Say how to go on.` };
}

function hasEdited(events: readonly AgentEvent[]): boolean {
  return events.some((event) => event.type === "action_finished" && (event.changed?.length ?? 0) > 0);
}

function stuck(trouble: Trouble): Ending {
  return { reason: "stuck", text: trouble.message, trouble };
}

function modelFailed(reply: Reply): Ending {
  const trouble = reply.trouble ?? { code: "unknown", message: "The model's reply failed.", remedy: "Try again." };
  return { reason: "model_failed", text: trouble.message, trouble };
}
