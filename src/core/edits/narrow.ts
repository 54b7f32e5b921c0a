import { keyOf } from "./find";
import type { TextEdit } from "./place";
import type { Searched } from "./searched";

/** A candidate: its first line, from 0, and where it ends in the text. */
interface Candidate {
  line: number;
  end: number;
}

/** Of several places those that the edit's other marks allow, where those marks decide anything. */
export function narrow<Place extends Candidate>(
  { source, keys }: Searched,
  { atEnd, below = [] }: TextEdit,
  places: readonly Place[],
): readonly Place[] {
  if (places.length <= 1) {
    return places;
  }
  const last = atEnd ? places.filter((place) => source.text.slice(place.end).trim() === "") : [];
  if (last.length > 0) {
    return last;
  }
  const mark = lineOfMarks(keys, below);
  const under = mark === undefined ? [] : places.filter((place) => place.line > mark);
  return under.length > 0 ? under : places;
}

/** The line of the last mark, each of them being on exactly one line below the one before; else undefined. */
function lineOfMarks(keys: readonly string[], marks: readonly string[]): number | undefined {
  let line: number | undefined;
  for (const mark of marks.map(keyOf)) {
    const from: number = (line ?? -1) + 1;
    const at = keys.findIndex((key, index) => index >= from && key.includes(mark));
    if (mark === "" || at < 0 || keys.some((key, index) => index > at && key.includes(mark))) {
      return undefined;
    }
    line = at;
  }
  return line;
}
