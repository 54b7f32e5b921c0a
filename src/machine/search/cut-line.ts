const shownLength = 300;
const before = 80;

/** A line as a hit shows it: no line end, and of a long line the part around the match. Positions in characters. */
export function cutLine(line: string, matchStart: number): string {
  const text = line.replace(/\r?\n[\s\S]*$/, "");
  if (text.length <= shownLength) {
    return text;
  }
  const start = Math.max(0, Math.min(matchStart - before, text.length - shownLength));
  const end = start + shownLength;
  return `${start > 0 ? "…" : ""}${text.slice(start, end)}${end < text.length ? "…" : ""}`;
}
