import { runCalls } from "./calls";
import type { AgentEvent, FinishReason, NewEvent, Trouble } from "./events";
import { messagesOf } from "./messages";
import type { Model, ModelRequest, Reply, ReplyPiece } from "./ports";
import type { Ports } from "./task-ports";
import { estimateTokens } from "./tokens";

/** How a run of the loop ended. */
export interface Ending {
  reason: FinishReason;
  text: string;
  trouble?: Trouble;
}

/** What the user, or the harness, says while the model works: taken up before the next turn. */
export type Said = Omit<Extract<NewEvent, { type: "user_said" }>, "type">;

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
}

const cutOff =
  "[Your reply was cut off at the server's output limit. Go on with one short step; write long files in parts.]";
const nothingSaid = "[Your reply was empty. Make the next tool call, or say in a sentence that you are done.]";

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
    for (const said of state.waiting.splice(0)) {
      yield { type: "user_said", ...said };
    }
    if (signal.aborted) {
      return { reason: "stopped", text: "Stopped." };
    }
    const reply = yield* readReply(state, ports, signal);
    if (reply.stop === "aborted") {
      return { reason: "stopped", text: "Stopped." };
    }
    if (reply.stop === "error") {
      return modelFailed(reply);
    }
    if (reply.calls.length > 0 || state.waiting.length > 0) {
      continue;
    }
    const nudge = nudged ? undefined : nudgeFor(reply);
    if (nudge === undefined) {
      return { reason: "answered", text: reply.text };
    }
    nudged = true;
    yield { type: "user_said", text: nudge, attachments: [], by: "hearth" };
  }
  return { reason: "step_limit", text: `Stopped after ${ports.maxSteps} turns without an end. Say how to go on.` };
}

function hasEdited(events: readonly AgentEvent[]): boolean {
  return events.some((event) => event.type === "action_finished" && (event.changed?.length ?? 0) > 0);
}

function nudgeFor(reply: Reply): string | undefined {
  if (reply.stop === "length") {
    return cutOff;
  }
  return reply.text.trim() === "" ? nothingSaid : undefined;
}

function modelFailed(reply: Reply): Ending {
  const trouble = reply.trouble ?? { code: "unknown", message: "The model's reply failed.", remedy: "Try again." };
  return { reason: "model_failed", text: trouble.message, trouble };
}

async function* readReply(state: LoopState, ports: Ports, signal: AbortSignal): AsyncGenerator<NewEvent, Reply> {
  const turn = state.events.filter((event) => event.type === "turn_started").length + 1;
  const request = requestOf(state.events);
  const model = ports.model();
  const estimatedTokens = estimateTokens(JSON.stringify(request));
  yield { type: "turn_started", turn, estimatedTokens, endpoint: model.endpoint };
  const reply = yield* pieces(model, request, turn, signal);
  const { text, reasoning, calls, timings, stop, usage, trouble } = reply;
  yield {
    type: "reply_finished",
    turn,
    text,
    reasoning,
    calls,
    timings,
    stop,
    ...(usage ? { usage } : {}),
    ...(trouble ? { trouble } : {}),
  };
  return reply;
}

async function* pieces(
  model: Model,
  request: ModelRequest,
  turn: number,
  signal: AbortSignal,
): AsyncGenerator<NewEvent, Reply> {
  const stream = model.reply(request, signal);
  for (;;) {
    const next: IteratorResult<ReplyPiece, Reply> = await stream.next();
    if (next.done) {
      return next.value;
    }
    yield { type: "reply_delta", turn, ...next.value };
  }
}

/** What the next request holds. System text and tools are those the task started with. */
export function requestOf(events: readonly AgentEvent[]): ModelRequest {
  const started = events.find((event) => event.type === "task_started");
  if (started?.type !== "task_started") {
    throw new Error("a task without its start has no prompt");
  }
  return { system: started.prompt.system, tools: started.prompt.tools, messages: messagesOf(events) };
}
