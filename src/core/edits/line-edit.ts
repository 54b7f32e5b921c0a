import { findByLines, keyOf, type LineRun, trimBlankLines } from "./find";
import { ambiguous, type Found, indentNote, joinedLines, uncertainIndent } from "./found";
import { narrow } from "./narrow";
import type { TextEdit } from "./place";
import { reindent } from "./reindent";
import type { Searched } from "./searched";

/** Finds whole lines that differ from the old text in white space only. Undefined when there are none. */
export function editLines(searched: Searched, edit: TextEdit): Found | undefined {
  const pair = asLines(edit);
  let found: { run: LineRun; pair: LinePair } | undefined;
  for (const fewer of withFewerBlankEdges(pair)) {
    const [run, ...others] = runsOf(searched, edit, fewer);
    if (run && others.length > 0) {
      return ambiguous(
        [run, ...others].map(({ first }) => first),
        "old_text, apart from white space,",
      );
    }
    found ??= run && { run, pair: fewer };
  }
  if (!found || repeatsNeighbour(searched, found.run, found.pair, pair)) {
    return undefined;
  }
  return pair.endsApart ? joinedLines("end", found.run.first) : replaceLines(searched, found.run, found.pair);
}

function runsOf(searched: Searched, edit: TextEdit, { olds }: LinePair): readonly LineRun[] {
  const candidates = findByLines(searched.keys, olds).map((run) => ({
    ...run,
    line: run.first,
    end: searched.source.startOf(run.first + run.count) - 1,
  }));
  return narrow(searched, edit, candidates);
}

/** Blank lines were taken off, and behind them the new text begins with the line above the place: a line is missing in the old text. */
function repeatsNeighbour({ keys }: Searched, { first }: LineRun, { news }: LinePair, pair: LinePair): boolean {
  const above = keys[first - 1] ?? "";
  return news.length < pair.news.length && above !== "" && keyOf(news[0] ?? "") === above;
}

function replaceLines({ source, unit }: Searched, run: LineRun, { olds, news, removesBreak }: LinePair): Found {
  const start = source.startOf(run.first);
  const afterBreak = source.startOf(run.first + run.count);
  if (removesBreak) {
    return { ok: true, splices: [{ start, end: Math.min(afterBreak, source.text.length), text: "" }], notes: [] };
  }
  const file = source.lines.slice(run.first, run.first + run.count);
  const lines = reindent({ file, olds, news, unit });
  return lines
    ? { ok: true, splices: [{ start, end: afterBreak - 1, text: lines.join("\n") }], notes: [indentNote] }
    : uncertainIndent(source, run);
}

interface LinePair {
  olds: string[];
  news: string[];
  /** The last line goes together with its line break. */
  removesBreak: boolean;
  /** Only the old text ends with a line break. */
  endsApart: boolean;
}

function asLines({ oldText, newText }: TextEdit): LinePair {
  const olds = oldText.split("\n");
  const news = newText.split("\n");
  if (olds.length === 1 || olds.at(-1) !== "") {
    return { olds, news, removesBreak: false, endsApart: false };
  }
  olds.pop();
  if (newText === "") {
    return { olds, news: [], removesBreak: true, endsApart: false };
  }
  const endsApart = news.at(-1) !== "";
  return { olds, news: endsApart ? news : news.slice(0, -1), removesBreak: false, endsApart };
}

/** The pair, then without some of the blank lines that both texts have at an edge and the file may lack; as few as possible. */
function withFewerBlankEdges(pair: LinePair): LinePair[] {
  const edges = trimBlankLines(pair.olds);
  const ofNew = pair.news.length === 0 ? edges : trimBlankLines(pair.news);
  const pairs: LinePair[] = [];
  for (let before = 0; before <= Math.min(edges.before, ofNew.before, 3); before++) {
    for (let after = 0; after <= Math.min(edges.after, ofNew.after, 3); after++) {
      pairs.push({
        olds: pair.olds.slice(before, pair.olds.length - after),
        news: pair.news.slice(before, Math.max(before, pair.news.length - after)),
        removesBreak: pair.removesBreak,
        endsApart: pair.endsApart,
      });
    }
  }
  return pairs.sort((left, right) => right.olds.length - left.olds.length);
}
