/** A call as some format wrote it. Values of `parameters` are raw text, to be typed by the tool's schema. */
export type RawCall =
  | { name: string; json: unknown }
  | { name: string; parameters: readonly (readonly [name: string, value: string, isText?: boolean])[] };

/** A stretch of text that is calls. */
export interface Block {
  start: number;
  end: number;
  calls: RawCall[];
}

export interface Format {
  name: string;
  /** Text that can only be the beginning of calls in this format. Tried at every place where one of them stands. */
  openers: RegExp;
  /** The calls that begin at `start`, or undefined when it is something else. */
  read(text: string, start: number): Block | undefined;
}

/** Moves behind `pattern` (sticky) when the text goes on with it. */
export function skip(text: string, at: number, pattern: RegExp): number | undefined {
  pattern.lastIndex = at;
  const found = pattern.exec(text);
  return found === null ? undefined : at + found[0].length;
}

/** What a sticky pattern finds at a place. */
export function match(text: string, at: number, pattern: RegExp): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}

/**
 * A raw value up to its closing tag. Code may hold the same tag, so it closes only where the format goes on behind it.
 * Without any closing tag, the value ends where the format goes on.
 */
export function rawValue(
  text: string,
  at: number,
  close: RegExp,
  next: RegExp,
): { value: string; end: number } | undefined {
  const closing = new RegExp(close.source, "g");
  closing.lastIndex = at;
  for (let found = closing.exec(text); found !== null; found = closing.exec(text)) {
    const end = found.index + found[0].length;
    if (skip(text, end, next) !== undefined) {
      return { value: trimLines(text.slice(at, found.index)), end };
    }
  }
  const following = new RegExp(next.source.replace(/^\\s\*/, "").replace("|$", ""), "g");
  following.lastIndex = at;
  const open = following.exec(text);
  return open === null ? undefined : { value: trimLines(text.slice(at, open.index)), end: open.index };
}

/** A value that begins on a line of its own ends on one too: these two line ends belong to the format. */
function trimLines(value: string): string {
  return /^\r?\n/.test(value) ? value.replace(/^\r?\n/, "").replace(/\r?\n$/, "") : value;
}
