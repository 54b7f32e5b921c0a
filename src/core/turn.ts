import { callIds, withOwnIds } from "./call-ids";
import type { Budget } from "./compaction/budget";
import { budgetFor, sizeOfNext, tooLongTrouble } from "./compaction/limits";
import { makeRoom } from "./compaction/make-room";
import type { NewEvent } from "./events";
import type { LoopState } from "./loop";
import { requestOf } from "./messages";
import type { Model, ModelRequest, Reply, ReplyPiece } from "./ports";
import type { Ports } from "./task-ports";
import { withTextEditsAsCall } from "./text-edits";

type Events<Result> = AsyncGenerator<NewEvent, Result>;

/** What a prompt that the server found too long is brought down to: the estimate was wrong by an unknown part. */
const overflowShare = 0.6;
/**
 * Of the window, or of what small servers have: an empty answer to a prompt longer than that, by the estimate or by the
 * server's own count, is an overflow.
 */
const suspicious = { share: 0.5, counted: 0.95, usualWindow: 8_192 };

/** One turn: room is made when the request would not fit, then the model is asked; once more when it still did not fit. */
export async function* takeTurn(state: LoopState, ports: Ports, signal: AbortSignal): Events<Reply> {
  const model = ports.model();
  state.habits = model.habits;
  const budget = budgetFor(state.events, model);
  const { tokens } = sizeOfNext(state.events, model);
  if (budget !== undefined && tokens > budget.limit) {
    yield* shorten(state, model, budget, "window", signal);
  }
  const reply = yield* ask(state, ports, signal);
  if (reply.trouble?.code === "grant_limit") {
    return yield* takeTurn(state, ports, signal); // nothing was sent, and the task is local again
  }
  return isTooLong(reply, tokens, model) ? yield* askShorter(state, ports, reply, signal) : reply;
}

/** The server has said that the request is too long, and perhaps what would fit. */
async function* askShorter(state: LoopState, ports: Ports, refused: Reply, signal: AbortSignal): Events<Reply> {
  const model = ports.model();
  const { tokens } = sizeOfNext(state.events, model);
  const limit = Math.floor(Math.min(budgetFor(state.events, model)?.limit ?? tokens, tokens) * overflowShare);
  const hasRoom = yield* shorten(state, model, { limit, ceiling: limit }, "overflow", signal);
  const reply = hasRoom ? yield* ask(state, ports, signal) : refused;
  return reply.trouble?.code === "overflow" && reply.stop === "error"
    ? { ...reply, trouble: tooLongTrouble(state.events, model, reply.trouble) }
    : reply;
}

async function* shorten(
  state: LoopState,
  model: Model,
  budget: Omit<Budget, "ratio">,
  why: "window" | "overflow",
  signal: AbortSignal,
): Events<boolean> {
  const { ratio } = sizeOfNext(state.events, model);
  return model.historyIsFixed ? false : yield* makeRoom(state.events, model, { ...budget, ratio }, why, signal);
}

/** Some servers say nothing at all when a prompt is too long for them, or end an empty reply as if it were a good one. */
function isTooLong(reply: Reply, tokens: number, { endpoint }: Model): boolean {
  const window = endpoint.contextWindow;
  const { stop, trouble, usage } = reply;
  const isLong = tokens > (window ?? suspicious.usualWindow) * suspicious.share;
  if (stop === "error") {
    return trouble?.code === "overflow" || (trouble?.code === "empty_answer" && isLong);
  }
  const isEmpty = stop === "stop" && reply.text + reply.reasoning === "" && reply.calls.length === 0;
  const fills =
    usage === undefined ? isLong : window !== undefined && usage.promptTokens >= window * suspicious.counted;
  return isEmpty && fills;
}

async function* ask(state: LoopState, ports: Ports, signal: AbortSignal): Events<Reply> {
  const { events } = state;
  const model = ports.model();
  const turn = events.filter((event) => event.type === "turn_started").length + 1;
  const request = requestOf(events);
  const { characters, tokens } = sizeOfNext(events, model);
  yield { type: "turn_started", turn, estimatedTokens: tokens, characters, endpoint: model.endpoint };
  const said = yield* pieces(model, request, turn, signal);
  const read = await withTextEditsAsCall(said, state, ports, signal);
  const reply = { ...read, calls: withOwnIds(read.calls, callIds(events)) };
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

async function* pieces(model: Model, request: ModelRequest, turn: number, signal: AbortSignal): Events<Reply> {
  const stream = model.reply(request, signal);
  for (;;) {
    const next: IteratorResult<ReplyPiece, Reply> = await stream.next();
    if (next.done) {
      return next.value;
    }
    yield { type: "reply_delta", turn, ...next.value };
  }
}
