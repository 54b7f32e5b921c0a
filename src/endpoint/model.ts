import type { EndpointView, Trouble } from "../core/events";
import type { Model, ModelRequest, Reply, ReplyPiece } from "../core/ports";
import type { Gateway } from "../net/gateway";
import type { ReasoningField } from "./chat/render";
import { type ChatRequest, chatRequest } from "./chat/request";
import { describeEndpoint } from "./find/describe";
import { Probe } from "./find/probe";
import { Lanes } from "./lanes";
import { blend, factsKey, type LearnedFacts, type LearnedStore, MemoryLearned } from "./learned";
import type { KeyStore } from "./profile";
import { parserHint, type ServerKind, serverFacts } from "./servers";
import { fieldOf, listOf } from "./stream/json";
import { overflowTrouble, type Place } from "./troubles";
import { runTurn, type TurnResult } from "./turn";
import { type ModelStatus, Watch } from "./watch";
import { cutFrom, cutPromptTrouble, isTooLong } from "./window/judge-prompt";
import { readLimits } from "./window/read-limits";

export interface OpenAiModelOptions {
  endpoint: EndpointView;
  kind: ServerKind;
  gateway: Gateway;
  keys: KeyStore;
  /** Recorded in the ledger with every request. */
  taskId?: string;
  /** The host that the server passes this model's requests on to, where it says so. */
  forwardedTo?: string | undefined;
  /** `endpoint`, `kind` and `forwardedTo` were read from the server just now. Otherwise it is asked before the first turn. */
  described?: boolean;
  learned?: LearnedStore;
  /** Hears what the server does while nothing else can be seen of it. */
  onStatus?: (status: ModelStatus) => void;
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

const usualTiming: Timing = { tickMs: 1_000, silentMs: 20_000, retryMs: 1_000, idleMs: 5_000 };
const longestLoadMs = 15 * 60_000;
const mostRepeats = 3;

/** A model behind an OpenAI-compatible server. What goes wrong becomes part of the reply. */
export class OpenAiModel implements Model {
  private view: EndpointView;
  private kind: ServerKind;
  private forwardedTo: string | undefined;
  private isDescribed: boolean;
  private lastCharacters = 0;
  private hasToldOfRescue = false;
  private readonly learned: LearnedStore;
  private readonly now: () => number;
  private readonly timing: Timing;

  constructor(private readonly options: OpenAiModelOptions) {
    this.view = options.endpoint;
    this.kind = options.kind;
    this.forwardedTo = options.forwardedTo;
    this.isDescribed = options.described ?? options.endpoint.practice;
    this.learned = options.learned ?? new MemoryLearned();
    this.now = options.now ?? (() => performance.now());
    this.timing = { ...usualTiming, ...options.timing };
  }

  get endpoint(): EndpointView {
    return this.view;
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
      const reply = yield* this.turns(request, signal);
      isStopped = reply.stop === "aborted";
      return reply;
    } finally {
      void (isStopped ? this.untilIdle().finally(leave) : leave());
    }
  }

  /** One request at a time to a server on this machine, and none before it was asked what it is. */
  private async enter(signal: AbortSignal): Promise<() => void> {
    const lanes = Lanes.of(this.options.gateway);
    const { origin } = new URL(this.view.baseUrl);
    const isQueued = this.view.locality === "machine" && !this.view.practice;
    if (isQueued && lanes.isBusy(origin)) {
      this.tell({ phase: "queued" });
    }
    const leave = isQueued ? await lanes.enter(origin, signal) : () => undefined;
    try {
      await this.describe(signal);
      return leave;
    } catch (error) {
      leave();
      throw error;
    }
  }

  private async describe(signal: AbortSignal): Promise<void> {
    if (this.isDescribed) {
      return;
    }
    const { name, baseUrl, model } = this.view;
    const found = await describeEndpoint(this.options.gateway, { name, baseUrl, model }, this.options.keys, signal);
    if (found.server !== undefined) {
      this.kind = found.kind;
      this.isDescribed = found.view.contextWindow !== undefined || found.model?.loaded !== false;
    }
    this.forwardedTo = found.forwardedTo ?? this.forwardedTo;
    const { contextWindow, locality } = found.view;
    this.view = { ...this.view, locality, ...(contextWindow === undefined ? {} : { contextWindow }) };
  }

  private async *turns(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ReplyPiece, Reply> {
    let maxTokens: number | undefined;
    for (let repeats = 0; ; repeats++) {
      const chat = this.chat(request, maxTokens);
      const { tokensPerCharacter } = this.facts;
      if (isTooLong(chat.leastCharacters, tokensPerCharacter, this.view.contextWindow)) {
        return { ...this.nothing(this.now(), "error"), trouble: overflowTrouble(this.place, this.view.contextWindow) };
      }
      const result = yield* this.turn(request, chat, signal);
      const again = repeats < mostRepeats && !signal.aborted ? await this.adapt(result, signal) : undefined;
      if (again === undefined) {
        return this.settle(result, chat);
      }
      maxTokens = again.maxTokens;
    }
  }

  private chat(request: ModelRequest, maxTokens: number | undefined): ChatRequest {
    const { tokensPerCharacter, toolsAsText = false, plainSchemas = false } = this.facts;
    const { model, contextWindow } = this.view;
    const reasoningField = this.reasoningField;
    const { kind } = this;
    return chatRequest(request, {
      model,
      kind,
      reasoningField,
      contextWindow,
      tokensPerCharacter,
      toolsAsText,
      plainSchemas,
      maxTokens,
    });
  }

  private async *turn(
    request: ModelRequest,
    chat: ChatRequest,
    signal: AbortSignal,
  ): AsyncGenerator<ReplyPiece, TurnResult> {
    const { gateway, keys, taskId } = this.options;
    const { name, model, baseUrl, practice } = this.view;
    const { forwardedTo, now, place } = this;
    const key = practice ? undefined : await keys.get(name);
    const purpose = { purpose: practice ? "practice chat" : "chat", endpoint: name, model, taskId, forwardedTo };
    const expectedMs = this.expectedMs(chat);
    const isAlive = async () => (await this.probe().get("/v1/models")) !== undefined;
    const { tickMs, silentMs } = this.timing;
    const watch = new Watch({ now, tell: (status) => this.tell(status), isAlive, expectedMs, tickMs, silentMs });
    try {
      return yield* runTurn(request, chat, watch, { gateway, baseUrl, key, purpose, place, now }, signal);
    } finally {
      watch.end();
    }
  }

  /** What to do differently before the same is asked once more; undefined when another try would not help. */
  private async adapt(result: TurnResult, signal: AbortSignal): Promise<{ maxTokens?: number } | undefined> {
    const { failure, reply } = result;
    if (failure === undefined || reply.text !== "" || reply.reasoning !== "") {
      return undefined;
    }
    switch (failure.kind) {
      case "no_tools":
        return this.facts.toolsAsText ? undefined : this.learn({ toolsAsText: true });
      case "grammar":
        return this.facts.plainSchemas ? undefined : this.learn({ plainSchemas: true });
      case "loading":
        return (await this.untilLoaded(signal)) ? {} : undefined;
      case "busy":
        return (await this.pause(signal)) ? {} : undefined;
      case "overflow":
        return this.shrink(failure.body);
      default:
        return undefined;
    }
  }

  /** The server has told its window: it counts from now on. The prompt alone may fit with a shorter reply. */
  private shrink(body: string): { maxTokens: number } | undefined {
    const { window, prompt } = readLimits(body);
    if (window === undefined) {
      return undefined;
    }
    const wasKnown = this.view.contextWindow === window;
    this.view = { ...this.view, contextWindow: window };
    const left = prompt === undefined ? 0 : window - prompt - 64;
    return wasKnown || left < 256 ? undefined : { maxTokens: left };
  }

  private settle({ reply, reader }: TurnResult, chat: ChatRequest): Reply {
    if (reply.stop === "error") {
      this.isDescribed = this.view.practice;
      return reply;
    }
    const trouble = this.afterwards(reply, reader.rescuedFormat, chat);
    if (reply.stop !== "aborted") {
      this.remember(reply, reader, chat);
    }
    return trouble === undefined ? reply : { ...reply, trouble };
  }

  /** What the person should know although the reply is good. */
  private afterwards(reply: Reply, rescuedFormat: string | undefined, chat: ChatRequest): Trouble | undefined {
    const promptTokens = reply.usage?.promptTokens ?? 0;
    const { tokensPerCharacter } = this.facts;
    const window = this.view.contextWindow;
    const expected = cutFrom({ characters: chat.leastCharacters, promptTokens, tokensPerCharacter, window });
    if (expected !== undefined) {
      this.isDescribed = false;
      return cutPromptTrouble(serverFacts[this.kind].title, promptTokens, expected);
    }
    if (rescuedFormat === undefined || this.facts.toolsAsText || this.hasToldOfRescue) {
      return undefined;
    }
    this.hasToldOfRescue = true;
    return {
      code: "calls_in_text",
      message: `${serverFacts[this.kind].title} does not recognise the way in which ${this.view.model} calls tools. Hearth reads the calls from its text.`,
      remedy: parserHint(this.kind, rescuedFormat),
    };
  }

  private remember(reply: Reply, reader: TurnResult["reader"], chat: ChatRequest): void {
    const facts = this.facts;
    const promptTokens = reply.usage?.promptTokens;
    const isCut = reply.trouble?.code === "prompt_cut";
    const speed = reader.promptSpeed ?? this.measuredPromptSpeed(reply, chat);
    const field = reader.reasoningField;
    const format = reader.rescuedFormat;
    this.lastCharacters = chat.characters;
    this.learn({
      ...(promptTokens === undefined || isCut || chat.characters < 1_000
        ? {}
        : { tokensPerCharacter: blend(facts.tokensPerCharacter, promptTokens / chat.leastCharacters) }),
      ...(speed === undefined ? {} : { promptSpeed: blend(facts.promptSpeed, speed) }),
      ...(field === "reasoning" || field === "reasoning_content"
        ? { reasoningField: facts.reasoningField ?? field }
        : {}),
      ...(format === undefined ? {} : { rescued: { format, times: (facts.rescued?.times ?? 0) + 1 } }),
    });
  }

  private measuredPromptSpeed(reply: Reply, chat: ChatRequest): number | undefined {
    const { firstTokenMs } = reply.timings;
    const prompt = reply.usage?.promptTokens;
    if (firstTokenMs === undefined || prompt === undefined) {
      return undefined;
    }
    const fresh =
      reply.usage?.cachedTokens === undefined ? this.freshShare(chat) * prompt : prompt - reply.usage.cachedTokens;
    return fresh < 200 ? undefined : fresh / (firstTokenMs / 1_000);
  }

  private expectedMs(chat: ChatRequest): number | undefined {
    const { promptSpeed, tokensPerCharacter = 1 / 3.6 } = this.facts;
    const fresh = this.freshShare(chat) * chat.characters * tokensPerCharacter;
    return promptSpeed === undefined ? undefined : Math.round((fresh / promptSpeed) * 1_000);
  }

  /** The part of a request that the server has not read before, when it keeps what it read last. */
  private freshShare(chat: ChatRequest): number {
    const known = this.lastCharacters <= chat.characters ? this.lastCharacters : 0;
    return (chat.characters - known) / chat.characters;
  }

  private async untilLoaded(signal: AbortSignal): Promise<boolean> {
    const started = this.now();
    while (!signal.aborted && this.now() - started < longestLoadMs) {
      this.tell({ phase: "loading", elapsedMs: this.now() - started });
      if (!(await this.pause(signal))) {
        return false;
      }
      const health = await this.probe(signal)
        .get("/health")
        .catch(() => undefined);
      if (health === undefined || health.status !== 503) {
        return !signal.aborted;
      }
    }
    return false;
  }

  /** After a stop, some servers finish the step they are at. The next request waits for that, but not for long. */
  private async untilIdle(): Promise<void> {
    const end = this.now() + this.timing.idleMs;
    while (this.kind === "llamacpp" && this.now() < end) {
      const slots = await this.probe().get("/slots");
      if (slots?.status !== 200 || !listOf(slots.json).some((slot) => fieldOf(slot, "is_processing") === true)) {
        return;
      }
      await this.pause(new AbortController().signal);
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

  private probe(signal: AbortSignal = new AbortController().signal): Probe {
    const root = this.view.baseUrl.replace(/\/v1$/, "");
    return new Probe(this.options.gateway, root, signal, undefined, { purpose: "ask whether it is alive" });
  }

  private nothing(started: number, stop: "aborted" | "error"): Reply {
    return { text: "", reasoning: "", calls: [], timings: { totalMs: this.now() - started }, stop };
  }

  private tell(status: ModelStatus): void {
    this.options.onStatus?.(status);
  }

  private get facts(): LearnedFacts {
    return this.learned.get(factsKey(this.view.baseUrl, this.view.model)) ?? {};
  }

  private learn(more: LearnedFacts): Record<never, never> {
    this.learned.set(factsKey(this.view.baseUrl, this.view.model), { ...this.facts, ...more });
    return {};
  }

  private get place(): Place {
    const { baseUrl, model } = this.view;
    return { kind: this.kind, origin: new URL(baseUrl).origin, model };
  }

  /** Ollama and newer vLLM read earlier reasoning from `reasoning`; an unknown server from where it sends it itself. */
  private get reasoningField(): ReasoningField {
    if (this.kind === "ollama" || this.kind === "vllm") {
      return "reasoning";
    }
    return this.kind === "generic" ? (this.facts.reasoningField ?? "reasoning_content") : "reasoning_content";
  }
}
