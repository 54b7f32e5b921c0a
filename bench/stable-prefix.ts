/** The share of `earlier` that `later` begins with: 1 when a server can reuse all of it. */
export function sharedPrefix(earlier: string, later: string): number {
  let length = 0;
  while (length < earlier.length && earlier[length] === later[length]) {
    length += 1;
  }
  return length / earlier.length;
}

/**
 * What a server's prefix cache sees of a request: tools, then messages. The end of the list is left off, so that a
 * request which only adds messages begins with all of the one before it.
 */
export function cachedPart(body: unknown): string {
  const { tools, messages } = body as { tools: unknown; messages: unknown };
  return JSON.stringify({ tools, messages }).slice(0, -"]}".length);
}

/** The smallest share over consecutive requests. */
export function leastShared(bodies: readonly unknown[]): number {
  const parts = bodies.map(cachedPart);
  return Math.min(...parts.slice(1).map((part, index) => sharedPrefix(parts[index] ?? "", part)));
}
