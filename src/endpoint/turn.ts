import { AgentError } from "../core/errors";
import type { Trouble } from "../core/events";
import type { ModelRequest, Reply, ReplyPiece } from "../core/ports";
import type { Gateway, Purpose } from "../net/gateway";
import type { ChatRequest } from "./chat/request";
import { postChat, ServerRefusal } from "./client";
import { readBody } from "./stream/body";
import { type Flaw, ReplyReader } from "./stream/reply";
import {
  classifyFailure,
  cutTrouble,
  emptyBodyTrouble,
  type FailureClass,
  networkTrouble,
  notAStreamTrouble,
  type Place,
  refusedTrouble,
  repeatsTrouble,
  streamErrorTrouble,
  tooLongTrouble,
} from "./troubles";
import type { Watch } from "./watch";

/** One request and what came of it. */
export interface TurnOptions {
  gateway: Gateway;
  baseUrl: string;
  key: string | undefined;
  purpose: Purpose;
  place: Place;
  now: () => number;
}

export interface TurnResult {
  reply: Reply;
  reader: ReplyReader;
  /** Set when the server refused, with what it said: the request may be worth another form. */
  failure: { kind: FailureClass; body: string } | undefined;
}

/** Sends one request and streams its reply. What goes wrong becomes part of the result; only our own bugs are thrown. */
export async function* runTurn(
  request: ModelRequest,
  { body }: ChatRequest,
  watch: Watch,
  options: TurnOptions,
  signal: AbortSignal,
): AsyncGenerator<ReplyPiece, TurnResult> {
  const { gateway, baseUrl, key, purpose, place, now } = options;
  const { tools, messages } = request;
  const reader = new ReplyReader({ now, usedIds: idsOf(request), maxTokens: body.max_tokens, tools, messages });
  let hadBegun = false;
  try {
    const response = await postChat({ gateway, baseUrl, key, body, signal, purpose });
    for await (const bytes of readBody(response, () => reader.over)) {
      hadBegun = true;
      const before = reader.received;
      const pieces = reader.push(bytes);
      tell(watch, reader, before);
      yield* pieces;
    }
    const { reply, flaw, pieces } = reader.end();
    yield* pieces;
    return flaw === undefined
      ? { reply, reader, failure: undefined }
      : { reply: { ...reply, trouble: explain(flaw, place) }, reader, failure: failureIn(flaw) };
  } catch (error) {
    if (signal.aborted) {
      return { reply: reader.interrupt("aborted"), reader, failure: undefined };
    }
    const reply = reader.interrupt("error", troubleOf(error, place, hadBegun));
    const refusal = error instanceof ServerRefusal ? error : undefined;
    const failure = refusal && { kind: classifyFailure(refusal.status, refusal.body), body: refusal.body };
    return { reply, reader, failure };
  }
}

function tell(watch: Watch, reader: ReplyReader, before: number): void {
  if (reader.received > before) {
    watch.wrote();
  } else if (reader.progress !== undefined) {
    watch.read(reader.progress);
  }
}

function failureIn(flaw: Flaw): TurnResult["failure"] {
  if (flaw.kind !== "error") {
    return undefined;
  }
  const body = JSON.stringify(flaw.error);
  return { kind: classifyFailure(0, body), body };
}

function explain(flaw: Flaw, place: Place): Trouble {
  switch (flaw.kind) {
    case "error":
      return streamErrorTrouble(flaw.error, place);
    case "not_a_stream":
      return notAStreamTrouble(flaw.text, place);
    case "empty_body":
      return emptyBodyTrouble(place);
    case "too_long":
      return tooLongTrouble(place);
    case "repeats":
      return repeatsTrouble(flaw.block, place);
    case "cut":
      return cutTrouble(place);
  }
}

/** Anything that is neither the server's nor the network's doing is our bug and is thrown on. */
function troubleOf(error: unknown, place: Place, hadBegun: boolean): Trouble {
  if (error instanceof ServerRefusal) {
    return refusedTrouble(error.status, error.body, place);
  }
  if (error instanceof AgentError) {
    return networkTrouble(error, place, hadBegun);
  }
  throw error;
}

function idsOf(request: ModelRequest): ReadonlySet<string> {
  return new Set(
    request.messages.flatMap((message) => (message.role === "assistant" ? message.calls.map((call) => call.id) : [])),
  );
}
