/** A text of at most about `most` characters: its head, its tail, and between them how much was left out. */
export function keepEnds(text: string, most: number): string {
  if (text.length <= most) {
    return text;
  }
  const half = Math.floor(most / 2);
  const head = wholeLines(text.slice(0, half), "head");
  const tail = wholeLines(text.slice(text.length - half), "tail");
  return `${head}\n[… ${text.length - head.length - tail.length} characters left out …]\n${tail}`;
}

/** Cut at a line's end where that costs less than half of it. */
function wholeLines(part: string, end: "head" | "tail"): string {
  const at = end === "head" ? part.lastIndexOf("\n") : part.indexOf("\n");
  if (at < 0) {
    return part;
  }
  const whole = end === "head" ? part.slice(0, at) : part.slice(at + 1);
  return whole.length * 2 >= part.length ? whole : part;
}
