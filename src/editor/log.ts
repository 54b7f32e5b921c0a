/** What this room needs of a `LogOutputChannel`. Ids and sizes go in, never file contents. */
export interface Log {
  info(message: string): void;
  warn(message: string): void;
  error(error: Error, ...details: string[]): void;
}

export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
