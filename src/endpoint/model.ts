import type { EndpointView, Trouble } from "../core/events";
import type { Model, ModelHabits, ModelRequest, Reply, ReplyPiece } from "../core/ports";
import type { ReasoningField } from "./chat/render";
import { type ChatRequest, chatRequest } from "./chat/request";
import { withoutTools } from "./chat/tools-as-text";
import { KnownServer, type KnownServerOptions } from "./known-server";
import { Lanes, laneOf } from "./lanes";
import { type LearnedFacts, type LearnedStore, MemoryLearned } from "./learned";
import { Measurements } from "./measurements";
import { noToolsTrouble } from "./no-tools";
import { parserHint } from "./servers";
import { otherFormTrouble, overflowTrouble } from "./troubles";
import { runTurn, type TurnResult } from "./turn";
import { type ModelStatus, Watch } from "./watch";
import { cutFrom, cutPromptTrouble, isTooLong } from "./window/judge-prompt";
import { readLimits } from "./window/read-limits";

export interface OpenAiModelOptions extends KnownServerOptions {
  /** Recorded in the ledger with every request. */
  taskId?: string;
  /** Why its requests are made, as the ledger says it; absent: chat. */
  purpose?: string;
  learned?: LearnedStore;
  /** What a check-up of this model found, for the loop. */
  habits?: (endpoint: EndpointView) => ModelHabits | undefined;
  /** Hears what the server does while nothing else can be seen of it. */
  onStatus?: (status: ModelStatus) => void;
  /** The user is shown a request before it is sent: none is sent in another form instead. */
  isShown?: boolean;
  /** Milliseconds, monotonic. */
  now?: () => number;
  timing?: Partial<Timing>;
}

interface Timing {
  tickMs: number;
  silentMs: number;
  /** Between questions whether a server has loaded its model, or has room again. */
  retryMs: number;
  /** How long a server that was stopped gets to finish its step. */
  idleMs: number;
}

type Form = Pick<LearnedFacts, "toolsAsText" | "plainSchemas" | "plainRoles" | "demandsReasoning">;

/** What is done differently when the same is asked once more. */
interface Attempt {
  /** Of the reply, when the usual number did not fit. */
  maxTokens?: number;
  /** Another form of the request. */
  facts?: Form;
  /** The same was sent once more, for the model to write something else. */
  isSecond?: boolean;
}

const usualTiming: Timing = { tickMs: 1_000, silentMs: 20_000, retryMs: 1_000, idleMs: 5_000 };
const longestLoadMs = 15 * 60_000;
const mostRepeats = 3;
/** Tokens. With less than this the conversation is shortened instead. */
const shortestReply = 256;

/** A model behind an OpenAI-compatible server. What goes wrong becomes part of the reply. */
export class OpenAiModel implements Model {
  private readonly server: KnownServer;
  private readonly measured: Measurements;
  private readonly lanes: Lanes;
  private readonly now: () => number;
  private readonly timing: Timing;
  private hasToldOfRescue = false;
  /** What the server refused in earlier tasks is tried again once in this one: at worst that is one short refusal. */
  private hasForgotten = false;

  constructor(private readonly options: OpenAiModelOptions) {
    this.server = new KnownServer(options);
    this.measured = new Measurements(options.learned ?? new MemoryLearned(), () => this.endpoint);
    this.lanes = Lanes.of(options.gateway);
    this.now = options.now ?? (() => performance.now());
    this.timing = { ...usualTiming, ...options.timing };
  }

  get endpoint(): EndpointView {
    return this.server.endpoint;
  }

  get habits(): ModelHabits {
    return { ...this.options.habits?.(this.endpoint), tokensPerCharacter: this.measured.facts.tokensPerCharacter };
  }

  /** Notices a restarted server and a swapped model, and has Ollama load the model, so that its window is known. */
  async refresh(signal: AbortSignal): Promise<void> {
    let leave: (() => void) | undefined;
    try {
      leave = await this.enter(signal);
      const isOther = await this.server.refresh(signal);
      if (isOther || !this.hasForgotten) {
        this.hasForgotten = true;
        this.measured.forgetForms();
      }
      if (await this.server.mustLoad(signal)) {
        await this.telling("loading", () => this.server.load(signal));
      }
    } catch (error) {
      if (!signal.aborted) {
        throw error;
      }
    } finally {
      leave?.();
    }
  }

  async *reply(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ReplyPiece, Reply> {
    const started = this.now();
    let leave: () => void;
    try {
      leave = await this.enter(signal);
    } catch (error) {
      if (signal.aborted) {
        return this.nothing(started, "aborted");
      }
      throw error;
    }
    let isStopped = false;
    try {
      await this.server.describe(signal);
      const reply = yield* this.turns(this.habits.answersOnly ? withoutTools(request) : request, signal);
      isStopped = reply.stop === "aborted" || reply.trouble?.code === "repeats";
      return reply;
    } catch (error) {
      if (!signal.aborted) {
        throw error;
      }
      return this.nothing(started, "aborted");
    } finally {
      void (isStopped ? this.untilIdle().finally(leave) : leave());
    }
  }

  /** One request at a time to a server on this machine or on the network. */
  private async enter(signal: AbortSignal): Promise<() => void> {
    const { locality, practice } = this.endpoint;
    if (locality === "internet" || practice) {
      return () => undefined;
    }
    const lane = laneOf(this.endpoint);
    const state = this.lanes.state(lane);
    if (state !== "free") {
      this.tell({ phase: state });
    }
    return this.lanes.enter(lane, signal);
  }

  private async *turns(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ReplyPiece, Reply> {
    let attempt: Attempt = {};
    for (let repeats = 0; ; repeats++) {
      const chat = this.chat(request, attempt);
      const refusal = this.refusal(chat);
      if (refusal !== undefined) {
        return { ...this.nothing(this.now(), "error"), trouble: refusal };
      }
      const result = yield* this.turn(request, chat, signal);
      const again =
        repeats < mostRepeats && !signal.aborted ? await this.adapt(result, chat, attempt, signal) : undefined;
      if (again === undefined) {
        return await this.settle(result, chat, attempt, signal);
      }
      if (again.facts !== undefined && this.options.isShown) {
        this.measured.learn(again.facts);
        return await this.settle(withTrouble(result, otherFormTrouble(this.server.place)), chat, attempt, signal);
      }
      attempt = { ...attempt, ...again };
    }
  }

  /** Why nothing should be sent. */
  private refusal(chat: ChatRequest): Trouble | undefined {
    const { server } = this;
    const isOver = isTooLong(chat.leastCharacters, this.measured.facts.tokensPerCharacter, server.window);
    return server.refusal ?? (isOver ? overflowTrouble(server.place, server.window) : undefined);
  }

  private chat(request: ModelRequest, { maxTokens, facts }: Attempt): ChatRequest {
    const known = { ...this.measured.facts, ...facts };
    const { tokensPerCharacter, toolsAsText = false, plainSchemas = false } = known;
    const { plainRoles = false, demandsReasoning = false } = known;
    const { contextTokens = Number.POSITIVE_INFINITY, callsPerReply } = this.habits;
    const window = Math.min(this.server.window ?? Number.POSITIVE_INFINITY, contextTokens);
    return chatRequest(request, {
      model: this.endpoint.model,
      kind: this.server.kind,
      reasoningField: this.reasoningField,
      contextWindow: Number.isFinite(window) ? window : undefined,
      tokensPerCharacter,
      toolsAsText,
      plainSchemas,
      plainRoles,
      demandsReasoning,
      oneCall: callsPerReply === 1,
      maxTokens,
    });
  }

  private async *turn(
    request: ModelRequest,
    chat: ChatRequest,
    signal: AbortSignal,
  ): AsyncGenerator<ReplyPiece, TurnResult> {
    const { gateway, keys, taskId } = this.options;
    const { name, model, baseUrl, practice } = this.endpoint;
    const { place, forwardedTo } = this.server;
    const { now } = this;
    const key = practice ? undefined : await keys.get(name, baseUrl);
    const usual = this.options.purpose ?? (practice ? "practice chat" : "chat");
    const purpose = { purpose: request.purpose ?? usual, endpoint: name, model, taskId, forwardedTo };
    const { tickMs, silentMs } = this.timing;
    const watch = new Watch({
      now,
      tell: (status) => this.tell(status),
      isAlive: () => this.server.isAlive(),
      expectedMs: this.measured.expectedMs(chat),
      tickMs,
      silentMs,
    });
    try {
      return yield* runTurn(request, chat, watch, { gateway, baseUrl, key, purpose, place, now }, signal);
    } finally {
      watch.end();
    }
  }

  /** What to do differently before the same is asked once more; undefined when another try would not help. */
  private async adapt(
    { failure, reply }: TurnResult,
    chat: ChatRequest,
    { isSecond }: Attempt,
    signal: AbortSignal,
  ): Promise<Attempt | undefined> {
    if (failure === undefined || reply.text !== "" || reply.reasoning !== "") {
      return undefined;
    }
    const { toolsAsText, plainSchemas } = this.measured.facts;
    switch (failure.kind) {
      case "no_tools":
        return toolsAsText ? undefined : this.learn({ toolsAsText: true });
      case "grammar":
        return plainSchemas ? undefined : this.learn({ plainSchemas: true });
      case "bad_order":
        return chat.isPlain ? this.dropShown({ plainRoles: undefined }) : { facts: { plainRoles: true } };
      case "poisoned_history":
        return chat.hasReasoning
          ? this.dropShown({ demandsReasoning: undefined })
          : { facts: { demandsReasoning: true } };
      case "bad_call":
        return isSecond ? undefined : { isSecond: true };
      case "loading":
        return (await this.untilLoaded(signal)) ? {} : undefined;
      case "busy":
        return (await this.pause(signal)) ? {} : undefined;
      case "overflow":
        return this.shrink(failure.body, chat);
      default:
        return undefined;
    }
  }

  /**
   * The server has told its window: it counts from now on. The prompt alone may fit with a shorter reply: with what it
   * leaves, or with a much shorter one where the server did not count to the prompt's end.
   */
  private shrink(body: string, chat: ChatRequest): Attempt | undefined {
    const { window, prompt, isExact } = readLimits(body);
    if (prompt !== undefined && isExact) {
      this.measured.learnCount(prompt, chat);
    }
    if (window === undefined) {
      return undefined;
    }
    this.server.window = window;
    const { max_tokens } = chat.body;
    const left = window - (prompt ?? window) - 64;
    const maxTokens = isExact ? left : Math.min(left, Math.floor(max_tokens / 4));
    return maxTokens < shortestReply || maxTokens >= max_tokens ? undefined : { maxTokens };
  }

  private async settle(
    { reply, reader }: TurnResult,
    chat: ChatRequest,
    attempt: Attempt,
    signal: AbortSignal,
  ): Promise<Reply> {
    if (reply.stop === "error") {
      this.server.doubt();
      return reply;
    }
    const expected = signal.aborted ? undefined : await this.cutFrom(reply, chat, signal);
    const trouble = await this.afterwards(reply, attempt, reader.rescuedFormat, expected);
    const told = trouble === undefined ? reply : { ...reply, trouble };
    if (reply.stop !== "aborted") {
      this.measured.remember(told, reader, chat);
      if (attempt.facts !== undefined) {
        this.measured.learn(attempt.facts);
      }
    }
    return told;
  }

  /** How many tokens a prompt had that was cut. A server that may have done so is asked for its window as it is now. */
  private async cutFrom({ usage }: Reply, chat: ChatRequest, signal: AbortSignal): Promise<number | undefined> {
    const expected = cutFrom({
      characters: chat.leastCharacters,
      fixedCharacters: chat.fixedCharacters,
      promptTokens: usage?.promptTokens ?? 0,
      tokensPerCharacter: this.measured.facts.tokensPerCharacter,
      window: this.server.window,
    });
    if (expected === undefined) {
      return undefined;
    }
    this.server.doubt();
    await this.server.describe(signal).catch((error: unknown) => {
      if (!signal.aborted) {
        throw error; // who stops now keeps the reply
      }
    });
    return this.server.hasRoomFor(expected) ? undefined : expected;
  }

  /** What the person should know although the reply is good. `cutFrom`: tokens of a prompt that was cut. */
  private async afterwards(
    reply: Reply,
    { facts }: Attempt,
    rescuedFormat?: string,
    cutFrom?: number,
  ): Promise<Trouble | undefined> {
    const { toolsAsText, plainRoles, rescued } = this.measured.facts;
    const { title, kind } = this.server;
    if (cutFrom !== undefined) {
      return cutPromptTrouble(title, reply.usage?.promptTokens ?? 0, cutFrom);
    }
    if (facts?.toolsAsText) {
      return noToolsTrouble(kind, this.endpoint.model);
    }
    const isKnown = this.hasToldOfRescue || (this.options.taskId !== undefined && rescued !== undefined);
    if (rescuedFormat === undefined || toolsAsText || plainRoles || isKnown) {
      return undefined;
    }
    this.hasToldOfRescue = true;
    return {
      code: "calls_in_text",
      message: `${title} does not recognise the way in which ${this.endpoint.model} calls tools. Hearth reads the calls from its text.`,
      remedy: parserHint(kind, rescuedFormat),
    };
  }

  private async untilLoaded(signal: AbortSignal): Promise<boolean> {
    const started = this.now();
    while (!signal.aborted && this.now() - started < longestLoadMs) {
      this.tell({ phase: "loading", elapsedMs: this.now() - started });
      if (!(await this.pause(signal))) {
        return false;
      }
      if (await this.server.isLoaded(signal)) {
        return !signal.aborted;
      }
    }
    return false;
  }

  /** After a stop, some servers finish the step they are at. The next request waits for that, but not for long. */
  private async untilIdle(): Promise<void> {
    const end = this.now() + this.timing.idleMs;
    const finished = this.lanes.finishing(laneOf(this.endpoint));
    try {
      while (this.now() < end && (await this.server.isBusy())) {
        await this.pause(new AbortController().signal);
      }
    } finally {
      finished();
    }
  }

  private async telling(phase: "loading", work: () => Promise<void>): Promise<void> {
    const started = this.now();
    const tell = () => this.tell({ phase, elapsedMs: this.now() - started });
    tell();
    const timer = setInterval(tell, this.timing.tickMs);
    try {
      await work();
    } finally {
      clearInterval(timer);
      this.tell({ phase: "done" });
    }
  }

  /** False when it was stopped meanwhile. */
  private pause(signal: AbortSignal): Promise<boolean> {
    return new Promise((done) => {
      const stop = () => {
        clearTimeout(timer);
        done(false);
      };
      const timer = setTimeout(() => {
        signal.removeEventListener("abort", stop);
        done(!signal.aborted);
      }, this.timing.retryMs);
      signal.addEventListener("abort", stop, { once: true });
    });
  }

  private nothing(started: number, stop: "aborted" | "error"): Reply {
    return { text: "", reasoning: "", calls: [], timings: { totalMs: this.now() - started }, stop };
  }

  private tell(status: ModelStatus): void {
    this.options.onStatus?.(status);
  }

  private learn(facts: Form): Attempt {
    this.measured.learn(facts);
    return { facts };
  }

  /** What a preview is to show is learnt before it has helped, so it goes again when it does not. */
  private dropShown(facts: Form): undefined {
    if (this.options.isShown) {
      this.measured.learn(facts);
    }
  }

  /** Ollama and newer vLLM read earlier reasoning from `reasoning`; an unknown server from where it sends it itself. */
  private get reasoningField(): ReasoningField {
    const { kind } = this.server;
    if (kind === "ollama" || kind === "vllm") {
      return "reasoning";
    }
    return kind === "generic" ? (this.measured.facts.reasoningField ?? "reasoning_content") : "reasoning_content";
  }
}

function withTrouble(result: TurnResult, trouble: Trouble): TurnResult {
  return { ...result, reply: { ...result.reply, trouble } };
}
