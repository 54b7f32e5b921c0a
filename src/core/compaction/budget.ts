const largestReserve = 8_192;

/** What a window leaves for a prompt, in tokens. */
export interface Budget {
  /** The most that a prompt may have: the rest is for the reply, or for the question and answer that shorten the conversation. */
  limit: number;
  /** The most that a prompt and its reply may have together. */
  ceiling: number;
  /** Tokens per character. */
  ratio: number;
}

export function budgetOf(window: number, share?: number): Omit<Budget, "ratio"> {
  return { limit: promptLimit(window, share), ceiling: Math.floor(window * 0.97) };
}

/** The most tokens a prompt may have in this window. `share`: of the window, when this model forgets in long prompts. */
export function promptLimit(window: number, share = 1): number {
  const reserve = Math.min(largestReserve, Math.floor(window / 4)) + Math.ceil(window * 0.02);
  return Math.floor(Math.min(window - reserve, window * share));
}

const resultShare = 0.2;
const charactersPerToken = 3;
const longestResult = 48_000;
const shortestResult = 1_500;

/** Characters that the result of one call may have, so that a few of them fit into the window. */
export function roomForResult(window: number | undefined): number {
  const room = window === undefined ? longestResult : window * resultShare * charactersPerToken;
  return Math.floor(Math.max(shortestResult, Math.min(longestResult, room)));
}
