export type LineEnd = "\n" | "\r\n";

/**
 * The one kind of line end in a text, `none` when it has no line end, `mixed` when there are several or a lone carriage
 * return: an editor would change lines of such a file that nobody meant to change.
 */
export function lineEndsOf(text: string): LineEnd | "none" | "mixed" {
  let pairs = 0;
  let feeds = 0;
  for (let at = text.search(/[\r\n]/); at !== -1 && at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 10) {
      feeds++;
    } else if (code === 13) {
      if (text.charCodeAt(at + 1) !== 10) {
        return "mixed";
      }
      pairs++;
      at++;
    }
  }
  if (pairs > 0 && feeds > 0) {
    return "mixed";
  }
  return pairs > 0 ? "\r\n" : feeds > 0 ? "\n" : "none";
}

export function withLineEnds(text: string, end: LineEnd): string {
  return text.replace(/\r\n|\r|\n/g, end);
}
