import type { Trouble } from "../../core/events";
import { leastRatio, lowRatio, usualRatio } from "../../core/tokens";

export interface PromptCheck {
  /** Characters of the request without earlier reasoning, which many templates drop by themselves. */
  characters: number;
  /** Those of system text and tools, which every request has. */
  fixedCharacters: number;
  /** What the server says that it read. */
  promptTokens: number;
  /** Tokens per character, learnt from earlier replies of this model. */
  tokensPerCharacter: number | undefined;
  /** Tokens the server has configured, where known. */
  window: number | undefined;
}

const shortestPrompt = 4_000;

/**
 * How many tokens the prompt must have had, when the server read far fewer: then it cut the conversation without a word,
 * unless its window has room for them. Undefined when the count is plausible, and when not even system text and tools are in
 * it: then the server counts otherwise, for example only what it had not read before.
 */
export function cutFrom(check: PromptCheck): number | undefined {
  const { characters, fixedCharacters, promptTokens, tokensPerCharacter, window } = check;
  if (characters < shortestPrompt || promptTokens === 0) {
    return undefined;
  }
  const expected = characters * (tokensPerCharacter ?? 1 / 4);
  const isShort =
    promptTokens >= fixedCharacters * lowRatio && promptTokens < characters * leastRatio(tokensPerCharacter);
  return isShort || isHeldBy(window, expected, promptTokens) ? Math.round(expected) : undefined;
}

/** A server that cuts keeps what fills its window, or half of it. */
function isHeldBy(window: number | undefined, expected: number, promptTokens: number): boolean {
  const isKept = window !== undefined && promptTokens <= window && promptTokens >= Math.floor(window / 2);
  return isKept && expected > window && promptTokens < expected * 0.85;
}

export function cutPromptTrouble(server: string, promptTokens: number, expected: number): Trouble {
  const read = promptTokens.toLocaleString("en");
  return {
    code: "prompt_cut",
    message: `${server} dropped a part of the conversation without saying so: it read ${read} of about ${expected.toLocaleString("en")} tokens.`,
    remedy: "The model no longer knows the beginning of this task. Load it with a larger context, or start a new task.",
  };
}

/** Whether a request cannot fit: certain enough to be said before it is sent. */
export function isTooLong(
  characters: number,
  tokensPerCharacter: number | undefined,
  window: number | undefined,
): boolean {
  const ratio = tokensPerCharacter === undefined ? lowRatio : Math.min(tokensPerCharacter * 0.9, usualRatio);
  return window !== undefined && characters * ratio > window;
}
