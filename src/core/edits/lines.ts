/** Lines with their ends (`\r\n`, `\n` or `\r`); joined they are the text again. Empty text has no lines. */
export function splitLines(text: string): string[] {
  const lines: string[] = [];
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code !== 10 && code !== 13) {
      continue;
    }
    if (code === 13 && text.charCodeAt(at + 1) === 10) {
      at++;
    }
    lines.push(text.slice(start, at + 1));
    start = at + 1;
  }
  if (start < text.length) {
    lines.push(text.slice(start));
  }
  return lines;
}

/** The end of a line from `splitLines`; empty for a last line without one. */
export function lineEnd(line: string): string {
  if (line.endsWith("\r\n")) {
    return "\r\n";
  }
  const last = line.at(-1);
  return last === "\n" || last === "\r" ? last : "";
}

/** A line from `splitLines` without its end. */
export function withoutEnd(line: string): string {
  return line.slice(0, line.length - lineEnd(line).length);
}

/** The white space a line starts with. */
export function indentOf(line: string): string {
  return /^[ \t]*/.exec(line)?.[0] ?? "";
}

export function isBlank(line: string): boolean {
  return line.trim() === "";
}

/** The line end most lines have; `\n` when there is none. */
export function usualEnd(lines: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const line of lines) {
    const end = lineEnd(line);
    if (end !== "") {
      counts.set(end, (counts.get(end) ?? 0) + 1);
    }
  }
  let usual = "\n";
  let most = 0;
  for (const [end, count] of counts) {
    if (count > most) {
      usual = end;
      most = count;
    }
  }
  return usual;
}
