import type { AgentEvent, EndpointView, Trouble } from "../events";
import { promptOf, requestOf } from "../messages";
import type { Model } from "../ports";
import { charactersOf, ratioFor } from "../tokens";
import { type Budget, budgetOf } from "./budget";

/** The size of the next request, as far as it can be known before the server counts it. */
export interface Size {
  characters: number;
  /** Tokens per character. */
  ratio: number;
  tokens: number;
}

export function sizeOfNext(events: readonly AgentEvent[], { endpoint, habits }: Model): Size {
  const characters = charactersOf(requestOf(events));
  const ratio = ratioFor(events, endpoint, habits?.tokensPerCharacter);
  return { characters, ratio, tokens: Math.ceil(characters * ratio) };
}

/** What a prompt may have: by the window that the server has now, or by what it did with earlier prompts. */
export function budgetFor(
  events: readonly AgentEvent[],
  { endpoint, habits }: Model,
): Omit<Budget, "ratio"> | undefined {
  const { contextWindow = Number.POSITIVE_INFINITY } = endpoint;
  const window = Math.min(habits?.contextTokens ?? Number.POSITIVE_INFINITY, contextWindow);
  const seen = limitSeen(events, endpoint);
  if (seen !== undefined && seen * 2 < window) {
    const least = charactersOf({ ...promptOf(events), messages: [] });
    if (seen > least * ratioFor(events, endpoint, habits?.tokensPerCharacter)) {
      return { limit: seen, ceiling: seen };
    }
  }
  return Number.isFinite(window) ? budgetOf(window, habits?.compactAtShare) : undefined;
}

/** A prompt that was cut, or refused by a server that does not name its window, tells where the window may end. */
function limitSeen(events: readonly AgentEvent[], endpoint: EndpointView): number | undefined {
  const since = events.findLastIndex((event) => event.type === "resumed" || isUsers(event));
  const seen = events.slice(since + 1).findLast((event) => isCut(event) || isRefused(event));
  if (seen?.type === "reply_finished") {
    return seen.usage?.promptTokens;
  }
  return seen?.type === "context_compacted" && endpoint.contextWindow === undefined
    ? Math.floor(seen.tokensBefore * 0.9)
    : undefined;
}

function isUsers(event: AgentEvent): boolean {
  return event.type === "user_said" && event.by === "user";
}

function isCut(event: AgentEvent): boolean {
  return event.type === "reply_finished" && event.trouble?.code === "prompt_cut";
}

function isRefused(event: AgentEvent): boolean {
  return event.type === "context_compacted" && event.why === "overflow";
}

/** What to say when nothing more can be left out. `trouble` is the server's own. */
export function tooLongTrouble(events: readonly AgentEvent[], model: Model, trouble: Trouble): Trouble {
  const said = events.findLast((event) => event.type === "user_said");
  const window = model.endpoint.contextWindow;
  const { ratio } = sizeOfNext(events, model);
  const own = said?.type === "user_said" ? JSON.stringify([said.text, said.attachments]).length * ratio : 0;
  if (window === undefined || own < window / 2) {
    return trouble;
  }
  const size = (tokens: number) => Math.round(tokens).toLocaleString("en");
  return {
    code: "message_too_long",
    message: `Your last message alone has about ${size(own)} tokens, and ${model.endpoint.model} is loaded with room for ${size(window)} in all, instructions and reply included.`,
    remedy:
      "Send less of it, or name the file so that Hearth reads what it needs; or load the model with a larger context.",
  };
}
