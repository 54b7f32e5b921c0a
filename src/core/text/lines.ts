/** The lines of a text without their ends; a final line end does not add an empty line. */
export function linesOf(text: string): string[] {
  if (text === "") {
    return [];
  }
  const lines = text.split(/\r\n|\n|\r/);
  if (lines.at(-1) === "") {
    lines.pop();
  }
  return lines;
}

/** The first lines that have at most this many characters together, but one at least. */
export function fitting(lines: readonly string[], most: number): string[] {
  let left = most;
  const end = lines.findIndex((line) => {
    left -= line.length + 1;
    return left < 0;
  });
  return end < 0 ? lines.slice() : lines.slice(0, Math.max(1, end));
}
