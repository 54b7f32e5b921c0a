import type { EndpointView } from "../core/events";
import type { Reply } from "../core/ports";
import { fallenTo, leastRatio, usualRatio } from "../core/tokens";
import type { ChatRequest } from "./chat/request";
import { blend, factsKey, type LearnedFacts, type LearnedStore } from "./learned";
import type { ReplyReader } from "./stream/reply";

/** Shorter requests are mostly the template's own tokens. */
const shortestCounted = 1_000;
/** With fewer new tokens than this, the time to the first word says nothing about reading speed. */
const fewestTimed = 200;

/** What was measured about one model, from reply to reply. */
export class Measurements {
  private lastCharacters = 0;

  constructor(
    private readonly store: LearnedStore,
    private readonly endpoint: () => EndpointView,
  ) {}

  get facts(): LearnedFacts {
    return this.store.get(this.key) ?? {};
  }

  learn(more: LearnedFacts): void {
    this.store.set(this.key, { ...this.facts, ...more });
  }

  /** The server may have been started otherwise since: what it refused before is tried again. */
  forgetForms(): void {
    const forms = { toolsAsText: undefined, plainSchemas: undefined, plainRoles: undefined };
    this.learn({ ...forms, demandsReasoning: undefined });
  }

  /** A server that refused a prompt has counted it. */
  learnCount(promptTokens: number, chat: ChatRequest): void {
    const { tokensPerCharacter = 0 } = this.facts;
    this.learn({ tokensPerCharacter: Math.max(tokensPerCharacter, promptTokens / chat.characters) });
  }

  remember(reply: Reply, reader: ReplyReader, chat: ChatRequest): void {
    const { facts } = this;
    const promptTokens = reply.usage?.promptTokens;
    const speed = reader.promptSpeed ?? this.measuredSpeed(reply, chat);
    const field = reader.reasoningField;
    const format = reader.rescuedFormat;
    this.lastCharacters = chat.characters;
    this.learn({
      ...ratioIn(promptTokens, chat, facts.tokensPerCharacter),
      ...(speed === undefined ? {} : { promptSpeed: blend(facts.promptSpeed, speed) }),
      ...(field === "reasoning" || field === "reasoning_content"
        ? { reasoningField: facts.reasoningField ?? field }
        : {}),
      ...(format === undefined ? {} : { rescued: { format, times: (facts.rescued?.times ?? 0) + 1 } }),
    });
  }

  /** Milliseconds that the server should take for the prompt; undefined until its speed was measured. */
  expectedMs(chat: ChatRequest): number | undefined {
    const { promptSpeed, tokensPerCharacter = usualRatio } = this.facts;
    const fresh = this.freshShare(chat) * chat.characters * tokensPerCharacter;
    return promptSpeed === undefined ? undefined : Math.round((fresh / promptSpeed) * 1_000);
  }

  private measuredSpeed(reply: Reply, chat: ChatRequest): number | undefined {
    const { firstTokenMs } = reply.timings;
    const prompt = reply.usage?.promptTokens;
    if (firstTokenMs === undefined || prompt === undefined) {
      return undefined;
    }
    const fresh =
      reply.usage?.cachedTokens === undefined ? this.freshShare(chat) * prompt : prompt - reply.usage.cachedTokens;
    return fresh < fewestTimed ? undefined : fresh / (firstTokenMs / 1_000);
  }

  /** The part of a request that the server has not read before, when it keeps what it read last. */
  private freshShare(chat: ChatRequest): number {
    const known = this.lastCharacters <= chat.characters ? this.lastCharacters : 0;
    return (chat.characters - known) / chat.characters;
  }

  private get key(): string {
    const { baseUrl, model } = this.endpoint();
    return factsKey(baseUrl, model);
  }
}

/** Tokens per character, with one more count. One that is far below what was learnt before shows that this text is another. */
function ratioIn(promptTokens = 0, { characters, leastCharacters }: ChatRequest, known?: number): LearnedFacts {
  if (promptTokens === 0 || characters < shortestCounted || promptTokens < leastCharacters * leastRatio(known)) {
    return {};
  }
  const ratio = promptTokens / leastCharacters;
  return { tokensPerCharacter: ratio < (known ?? 0) * fallenTo ? ratio : blend(known, ratio) };
}
