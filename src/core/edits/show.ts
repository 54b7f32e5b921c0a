const shownWidth = 160;

/** Lines as `read_file` shows them: their number, counted from 1, a tab, the line. Very long ones are cut. */
export function showLines(lines: readonly string[], first: number, count: number): string {
  return lines
    .slice(first, first + count)
    .map((line, index) => `${first + index + 1}\t${cut(line)}`)
    .join("\n");
}

/** A line with its blanks visible: `·` for a space, `→` for a tab. Only the outer ones, or all of them. */
export function showBlanks(line: string, which: "outer" | "all"): string {
  const shown = (blanks: string) => blanks.replaceAll(" ", "·").replaceAll("\t", "→").replaceAll("\u00a0", "⍽");
  const text = cut(line);
  return which === "all" ? shown(text) : text.replace(/^\s+|\s+$/g, shown);
}

export function cut(line: string): string {
  return line.length <= shownWidth ? line : `${line.slice(0, shownWidth)}… [${line.length} characters]`;
}

/** `line 3`, `lines 3-5`; from 0, counted from 1 in the text. */
export function nameLines(first: number, count: number): string {
  return count === 1 ? `line ${first + 1}` : `lines ${first + 1}-${first + count}`;
}

/** `lines 3, 8, 12 and 4 more`, at most six named; from 0, counted from 1 in the text. */
export function listLines(places: readonly number[]): string {
  const lines = [...new Set(places)];
  const named = lines.slice(0, 6).map((line) => `${line + 1}`);
  const more = lines.length > named.length ? ` and ${lines.length - named.length} more` : "";
  return `${lines.length === 1 ? "line" : "lines"} ${named.join(", ")}${more}`;
}
