import type { AgentEvent, EndpointView } from "./events";
import type { ModelRequest } from "./ports";

/** Tokens per character of code and English: cautious, until the server's own counts say better. */
export const usualRatio = 1 / 3.6;
/** Little text that people write takes fewer tokens per character. */
export const lowRatio = 1 / 6;
/** A count below this part of what was known before is of another kind of text, or not of all of it. */
export const fallenTo = 0.7;
/** No tokenizer is outside of this. */
const plausible = { least: 1 / 9, most: 1.5 };
const shortestMeasured = 2_000;

/** A guess of how many tokens a text costs. `ratio`: tokens per character. */
export function estimateTokens(text: string, ratio = usualRatio): number {
  return Math.ceil(text.length * ratio);
}

/**
 * Tokens per character below which a server has not read, or not counted, the whole text. What was `known` may come from
 * denser text than this one: digits take three times the tokens of words.
 */
export function leastRatio(known = 0): number {
  return Math.max(plausible.least, Math.min(known * fallenTo, lowRatio));
}

/** Characters of a request as it is counted: without earlier thoughts, which most chat templates leave out. */
export function charactersOf({ system, tools, messages }: ModelRequest): number {
  const sent = messages.map((message) => (message.role === "assistant" ? { ...message, reasoning: "" } : message));
  return system.length + JSON.stringify(tools).length + JSON.stringify(sent).length;
}

/**
 * Tokens per character as this model counts: by its newest plausible count in this task, else as it was `known` from
 * earlier ones, else the usual.
 */
export function ratioFor(events: readonly AgentEvent[], endpoint: EndpointView, known?: number): number {
  let characters = 0;
  let newest: number | undefined;
  for (const event of events) {
    if (event.type === "turn_started") {
      characters = isSame(event.endpoint, endpoint) ? (event.characters ?? 0) : 0;
    } else if (event.type === "reply_finished" && characters >= shortestMeasured) {
      const ratio = (event.usage?.promptTokens ?? 0) / characters;
      const isPlausible = ratio >= leastRatio(newest) && ratio <= plausible.most;
      const counts = event.trouble?.code !== "prompt_cut" && isPlausible;
      newest = counts ? ratio : newest;
    }
  }
  return newest ?? known ?? usualRatio;
}

function isSame(a: EndpointView, b: EndpointView): boolean {
  return a.model === b.model && a.baseUrl === b.baseUrl;
}
