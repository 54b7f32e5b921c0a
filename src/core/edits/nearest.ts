import { keyOf, trimBlankLines } from "./find";
import { isBlank } from "./lines";
import { cut, nameLines, showBlanks, showLines } from "./show";
import type { Source } from "./source";

/** Lines of the file that look most like what was wanted. For messages only: nothing is ever applied there. */
export interface Nearest {
  first: number;
  count: number;
}

/** Undefined when nothing in the file looks like it. */
export function findNearest(keys: readonly string[], wanted: readonly string[]): Nearest | undefined {
  const wantedKeys = trimBlankLines(wanted).lines.map((line) => keyOf(cut(line)));
  if (wantedKeys.length === 0) {
    return undefined;
  }
  const first = bestByVotes(keys, wantedKeys) ?? bestByLooks(keys, wantedKeys);
  if (first === undefined) {
    return undefined;
  }
  const start = Math.max(0, first);
  return { first: start, count: Math.min(wantedKeys.length, keys.length - start) };
}

const mostVotersPerLine = 50;

/** Every line that is in the file votes for where the block would begin; rare lines weigh more. */
function bestByVotes(keys: readonly string[], wanted: readonly string[]): number | undefined {
  const offsets = new Map<string, number[]>();
  for (const [offset, key] of wanted.entries()) {
    const known = offsets.get(key);
    if (!known) {
      offsets.set(key, [offset]);
    } else if (known.length < mostVotersPerLine) {
      known.push(offset);
    }
  }
  const places = new Map<string, number[]>();
  for (const [at, key] of keys.entries()) {
    if (key !== "" && offsets.has(key)) {
      const found = places.get(key) ?? [];
      if (found.length < mostVotersPerLine) {
        found.push(at);
        places.set(key, found);
      }
    }
  }
  const votes = new Map<number, number>();
  for (const [key, found] of places) {
    for (const at of found) {
      for (const offset of offsets.get(key) ?? []) {
        votes.set(at - offset, (votes.get(at - offset) ?? 0) + Math.min(key.length, 40) / found.length);
      }
    }
  }
  const [best] = [...votes].sort((left, right) => right[1] - left[1] || left[0] - right[0]);
  return best && best[1] >= 3 ? best[0] : undefined;
}

/** In larger files only lines that are wholly alike are looked for: the rest would take too long. */
const mostLinesLookedAt = 50_000;

/** The line that shares most of its pairs of characters with a wanted line, if that is at least half of them. */
function bestByLooks(keys: readonly string[], wanted: readonly string[]): number | undefined {
  if (keys.length > mostLinesLookedAt) {
    return undefined;
  }
  const probes = wanted
    .map((key, offset) => ({ offset, pairs: pairsOf(key) }))
    .filter(({ pairs }) => pairs.size >= 3)
    .slice(0, 5);
  let best: number | undefined;
  let most = 0.5;
  for (const [at, key] of keys.entries()) {
    if (key === "") {
      continue;
    }
    const pairs = pairsOf(cut(key));
    for (const probe of probes) {
      const shared = shareOf(pairs, probe.pairs);
      if (shared > most) {
        most = shared;
        best = at - probe.offset;
      }
    }
  }
  return best;
}

function pairsOf(key: string): Set<string> {
  const pairs = new Set<string>();
  for (let at = 0; at + 1 < key.length; at++) {
    pairs.add(key.slice(at, at + 2));
  }
  return pairs;
}

function shareOf(left: ReadonlySet<string>, right: ReadonlySet<string>): number {
  if (Math.min(left.size, right.size) * 3 < Math.max(left.size, right.size)) {
    return 0;
  }
  let shared = 0;
  for (const pair of left) {
    shared += right.has(pair) ? 1 : 0;
  }
  return (2 * shared) / (left.size + right.size);
}

const shownLines = 24;

/** The nearest lines with their numbers, and where they first differ from `wanted`. */
export function describeNearest(source: Source, nearest: Nearest, wanted: readonly string[]): string {
  const { first, count } = nearest;
  const shown = Math.min(count, shownLines);
  return `The nearest lines are ${nameLines(first, count)}:\n${showLines(source.lines, first, shown)}${
    shown < count ? "\n…" : ""
  }\n${describeFirstDifference(source, nearest, trimBlankLines(wanted).lines)}`;
}

function describeFirstDifference(source: Source, { first }: Nearest, wanted: readonly string[]): string {
  const differs = (same: (line: string) => string) =>
    wanted.findIndex((line, index) => same(line) !== same(source.lines[first + index] ?? ""));
  const byText = differs(keyOf);
  const at =
    byText >= 0
      ? byText
      : Math.max(
          0,
          differs((line) => line),
        );
  const inFile = source.lines[first + at];
  const mine = wanted[at] ?? "";
  const onlyBlanks = inFile !== undefined && keyOf(inFile) === keyOf(mine);
  const [fileLine, mineLine] = aroundDifference(inFile ?? "", mine);
  const which = onlyBlanks ? "all" : "outer";
  return [
    `First difference, line ${first + at + 1} (blanks as · and tabs as →):`,
    `  file:     ${inFile === undefined ? "(the file ends here)" : showBlanks(fileLine, which) || "(empty line)"}`,
    `  old_text: ${isBlank(mine) && mine === "" ? "(empty line)" : showBlanks(mineLine, which)}`,
  ].join("\n");
}

/** Long lines are shown from shortly before the place where they part. */
function aroundDifference(left: string, right: string): [string, string] {
  if (left.length <= 160 && right.length <= 160) {
    return [left, right];
  }
  let at = 0;
  while (at < left.length && left[at] === right[at]) {
    at++;
  }
  const from = Math.max(0, at - 40);
  const cutFrom = (line: string) => (from > 0 ? `…${line.slice(from)}` : line);
  return [cutFrom(left), cutFrom(right)];
}
