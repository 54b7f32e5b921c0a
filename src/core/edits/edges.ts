import type { Place } from "./find";
import { isBlank } from "./lines";
import type { TextEdit } from "./place";
import type { Source } from "./source";

/** What of the first line stands before a place. */
function before(source: Source, { start }: Place): string {
  return source.text.slice(source.startOf(source.lineAt(start)), start);
}

/** The old text gives some, but not all of its first line's white space: it only looks exact. */
export function isMisindented(source: Source, oldText: string, place: Place): boolean {
  const missing = before(source, place);
  const [first = ""] = oldText.split("\n", 1);
  const isWholeLine = missing + first === source.lines[source.lineAt(place.start)];
  return missing !== "" && isBlank(missing) && /^(?:[ \t]+\S|\s*$)/.test(first) && isWholeLine;
}

/** The old text's last line is blank, and the file's goes on behind those blanks. */
export function endsInIndent(source: Source, oldText: string, { end }: Place): boolean {
  const last = oldText.slice(oldText.lastIndexOf("\n") + 1);
  return last !== "" && isBlank(last) && oldText !== last && last !== source.lines[source.lineAt(end)];
}

/** Blanks behind the last old line would end up behind another one, which the new text puts last. */
export function movesTrailing(source: Source, { oldText, newText }: TextEdit, place: Place): boolean {
  const line = source.lineAt(place.end);
  const rest = (source.lines[line] as string).slice(place.end - source.startOf(line));
  const lastOf = (text: string) => text.slice(text.lastIndexOf("\n") + 1);
  const isOneLine = !oldText.includes("\n") && !newText.includes("\n");
  return rest !== "" && isBlank(rest) && !isOneLine && newText !== "" && lastOf(oldText) !== lastOf(newText);
}

/** The line break that the old text starts with is only the end of a line that is not part of it. */
export function endsLineBefore(source: Source, oldText: string, place: Place): boolean {
  return oldText.startsWith("\n") && oldText.trim() !== "" && before(source, place) !== "";
}

/** Without the line break at its edge the new text would run into a line that the edit is not about. */
export function joinsLines(source: Source, oldText: string, newText: string, place: Place): boolean {
  const above = before(source, place);
  const isUnfinished = place.end - place.start < oldText.length;
  const losesEnd = oldText.endsWith("\n") && !newText.endsWith("\n") && !isUnfinished && isBlank(above);
  const losesStart = oldText.startsWith("\n") && !newText.startsWith("\n") && above !== "";
  return newText !== "" && (losesEnd || losesStart);
}

/** The new text, old text included, stands around the place already. A few characters more prove nothing. */
export function isApplied(source: Source, oldText: string, newText: string, place: Place): boolean {
  const added = newText.replace(oldText, () => "").replace(/\s/g, "");
  if (newText.length <= oldText.length || added.length < 4) {
    return false;
  }
  for (let at = newText.indexOf(oldText); at >= 0; at = newText.indexOf(oldText, at + 1)) {
    if (place.start >= at && source.text.startsWith(newText, place.start - at)) {
      return true;
    }
  }
  return false;
}
