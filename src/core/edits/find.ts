import { isBlank } from "./lines";
import type { Source } from "./source";

/** A part of a source's text, end excluded. */
export interface Place {
  start: number;
  end: number;
}

/** More places than this are not told apart any further. */
const manyPlaces = 1_000;

/** Everywhere `wanted` stands, overlapping places included. With `wholeLines` only places that begin and end a line count. */
export function findExact(source: Source, wanted: string, wholeLines: boolean): Place[] {
  const places: Place[] = [];
  if (wanted === "") {
    return places;
  }
  for (let at = source.text.indexOf(wanted); at >= 0; at = source.text.indexOf(wanted, at + 1)) {
    if (!wholeLines || isWholeLines(source.text, at, at + wanted.length)) {
      places.push({ start: at, end: at + wanted.length });
    }
    if (places.length === manyPlaces) {
      return places;
    }
  }
  return places.length > 0 ? places : findAtUnfinishedEnd(source, wanted, wholeLines);
}

function isWholeLines(text: string, start: number, end: number): boolean {
  const begins = start === 0 || text[start - 1] === "\n";
  return begins && (end === text.length || text[end] === "\n" || text[end - 1] === "\n");
}

/** A final line break in `wanted` that the file's last line lacks is no difference. */
function findAtUnfinishedEnd(source: Source, wanted: string, wholeLines: boolean): Place[] {
  const start = source.text.length - wanted.length + 1;
  if (!wanted.endsWith("\n") || wanted.trim() === "" || start < 0 || !source.text.endsWith(wanted.slice(0, -1))) {
    return [];
  }
  const beginsLine = start === 0 || source.text[start - 1] === "\n";
  return wholeLines && !beginsLine ? [] : [{ start, end: source.text.length }];
}

/** A run of whole lines: the first one and how many. */
export interface LineRun {
  first: number;
  count: number;
}

/**
 * Everywhere the file's whole lines differ from `wanted` in nothing but white space. Blank lines count, and at least one line
 * must hold something.
 */
export function findByLines(keys: readonly string[], wanted: readonly string[]): LineRun[] {
  const wantedKeys = wanted.map(keyOf);
  const anchor = rarestOf(keys, wantedKeys);
  if (anchor === undefined) {
    return [];
  }
  const runs: LineRun[] = [];
  const key = wantedKeys[anchor] as string;
  for (let at = keys.indexOf(key, anchor); at >= 0 && runs.length < manyPlaces; at = keys.indexOf(key, at + 1)) {
    const first = at - anchor;
    if (wantedKeys.every((each, index) => keys[first + index] === each)) {
      runs.push({ first, count: wanted.length });
    }
  }
  return runs;
}

/** Which of the wanted lines is in the file least often; undefined when one that holds something is not there at all. */
function rarestOf(keys: readonly string[], wanted: readonly string[]): number | undefined {
  const counts = new Map(wanted.filter((key) => key !== "").map((key) => [key, 0]));
  for (const key of keys) {
    const count = counts.get(key);
    if (count !== undefined) {
      counts.set(key, count + 1);
    }
  }
  const [rarest] = [...counts].sort((left, right) => left[1] - right[1]);
  return rarest && rarest[1] > 0 ? wanted.indexOf(rarest[0]) : undefined;
}

/**
 * A line without the white space that separates nothing. Two lines with the same key differ in white space only; a blank
 * between two words is kept as one.
 */
export function keyOf(line: string): string {
  return line.trim().replace(/\s+/g, dropUnlessBetweenWords);
}

const wordCharacter = /[\p{L}\p{N}_$]/u;

function dropUnlessBetweenWords(_blanks: string, at: number, line: string): string {
  const length = _blanks.length;
  const before = line[at - 1] ?? "";
  const after = line[at + length] ?? "";
  return wordCharacter.test(before) && wordCharacter.test(after) ? " " : "";
}

/** Lines without the blank ones at either end, and how many those were. */
export function trimBlankLines(lines: readonly string[]): { lines: string[]; before: number; after: number } {
  let before = 0;
  while (before < lines.length && isBlank(lines[before] as string)) {
    before++;
  }
  let after = 0;
  while (after < lines.length - before && isBlank(lines[lines.length - 1 - after] as string)) {
    after++;
  }
  return { lines: lines.slice(before, lines.length - after), before, after };
}
