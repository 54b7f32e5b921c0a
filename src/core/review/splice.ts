import * as z from "zod";

/** At `start` of a text, in UTF-16 units, `removed` gave way to `inserted`. */
export const Splice = z.object({ start: z.int().nonnegative(), removed: z.string(), inserted: z.string() });
export type Splice = z.infer<typeof Splice>;

/** A part of a text in UTF-16 units, end excluded. */
export const Span = z.object({ start: z.int().nonnegative(), end: z.int().nonnegative() });
export type Span = z.infer<typeof Span>;

export function applySplice(text: string, { start, removed, inserted }: Splice): string {
  return text.slice(0, start) + inserted + text.slice(start + removed.length);
}

export function revertSplice(text: string, { start, removed, inserted }: Splice): string {
  return text.slice(0, start) + removed + text.slice(start + inserted.length);
}

/** The one splice that turns a text into another, as small as it can be; undefined when they are equal. */
export function spliceBetween(before: string, after: string): Splice | undefined {
  if (before === after) {
    return undefined;
  }
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) {
    start++;
  }
  let tail = 0;
  while (
    tail < shorter - start &&
    before.charCodeAt(before.length - 1 - tail) === after.charCodeAt(after.length - 1 - tail)
  ) {
    tail++;
  }
  return {
    start,
    removed: before.slice(start, before.length - tail),
    inserted: after.slice(start, after.length - tail),
  };
}

/** Where a span is after a splice; undefined when the splice changed something in it, or may have. */
export function moveSpan(span: Span, { start, removed, inserted }: Splice): Span | undefined {
  const end = start + removed.length;
  if (start === end && span.start === span.end && start === span.start) {
    return undefined;
  }
  if (end <= span.start) {
    const by = inserted.length - removed.length;
    return { start: span.start + by, end: span.end + by };
  }
  return start >= span.end ? span : undefined;
}

/** Where the line that holds `offset` starts. */
export function lineStart(text: string, offset: number): number {
  return offset === 0 ? 0 : text.lastIndexOf("\n", offset - 1) + 1;
}

/** Where the line after the one that holds `offset` starts, or the end of the text. */
export function nextLineStart(text: string, offset: number): number {
  const end = text.indexOf("\n", offset);
  return end < 0 ? text.length : end + 1;
}
