import type { Trouble } from "../../core/events";

export interface PromptCheck {
  /** Characters of the request without earlier reasoning, which many templates drop by themselves. */
  characters: number;
  /** What the server says that it read. */
  promptTokens: number;
  /** Tokens per character, learnt from earlier replies of this model. */
  tokensPerCharacter: number | undefined;
  /** Tokens the server has configured, where known. */
  window: number | undefined;
}

/** No text that people write takes fewer tokens than this. */
const fewestTokensPerCharacter = 1 / 9;
const shortestPrompt = 4_000;

/**
 * How many tokens the prompt must have had, when the server read far fewer: then it cut the conversation without a word.
 * Undefined when the count is plausible.
 */
export function cutFrom({ characters, promptTokens, tokensPerCharacter, window }: PromptCheck): number | undefined {
  if (characters < shortestPrompt || promptTokens === 0) {
    return undefined;
  }
  const expected = characters * (tokensPerCharacter ?? 1 / 4);
  const least = tokensPerCharacter === undefined ? characters * fewestTokensPerCharacter : expected * 0.7;
  const isNearWindow = window !== undefined && expected > window && promptTokens <= window;
  return promptTokens < least || (isNearWindow && promptTokens < expected * 0.85) ? Math.round(expected) : undefined;
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
  const tokens = characters * (tokensPerCharacter === undefined ? 1 / 6 : tokensPerCharacter * 0.9);
  return window !== undefined && tokens > window;
}
