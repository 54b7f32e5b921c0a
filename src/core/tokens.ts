/** A cautious guess of how many tokens a text costs, until the server's own counts say better. */
export function estimateTokens(text: string): number {
  return Math.ceil(text.length / 3.6);
}
