import { keyOf } from "./find";
import { hasWiderSteps, type IndentUnit } from "./indent-style";
import { indentOf, isBlank } from "./lines";
import { reindent } from "./reindent";
import type { Source, Splice } from "./source";

/**
 * An exact match that begins behind its line's indentation: then the new lines after the first may be meant as they are written, or relative to
 * the first. Answers with what to replace, or with `unclear` where neither reading is the only sensible one.
 */
export function readMissingIndent(source: Source, splice: Splice, unit: IndentUnit): Splice | "unclear" {
  const { start, end, text } = splice;
  const line = source.lineAt(start);
  const missing = source.text.slice(source.startOf(line), start);
  const olds = source.text.slice(start, end).split("\n");
  if (missing === "" || !isBlank(missing) || isBlank(olds[0] as string)) {
    return splice;
  }
  if (text === "") {
    return olds.length === 1 || olds.at(-1) !== "" ? splice : "unclear";
  }
  const news = text.split("\n");
  const endsWithBreak = olds.length > 1 && olds.at(-1) === "" && news.at(-1) === "";
  if (endsWithBreak) {
    olds.pop();
    news.pop();
  }
  const file = source.lines.slice(line, line + olds.length);
  const later = news.slice(1).filter((each) => !isBlank(each));
  const laterOlds = olds.slice(1).filter((each) => !isBlank(each));
  const isWhole = missing + olds[0] === file[0] && (olds.length === 1 || olds.at(-1) === file.at(-1));
  if (!isWhole || (later.length === 0 && laterOlds.length === 0)) {
    return splice;
  }
  const indent = indentOf(file[0] as string);
  if (laterOlds.length > 0) {
    const isWider = hasWiderSteps([...laterOlds, ...later].map(indentOf), unit);
    const isTrimmed = indentOf(news[0] as string) === indentOf(olds[0] as string);
    return isTrimmed && !isWider && isDeepEnough(laterOlds, later, indent) ? splice : "unclear";
  }
  const relative = reindent({ file, olds, news, unit })?.join("\n");
  if (relative === missing + news.join("\n") || standsAsWritten(news, indent)) {
    return splice;
  }
  const isRelative = relative?.startsWith(missing) && isBuiltAround(olds[0] as string, news);
  return isRelative && relative
    ? { ...splice, text: relative.slice(missing.length) + (endsWithBreak ? "\n" : "") }
    : "unclear";
}

/** The old text's later lines stood where they were written, so those of the new text may go as far left as they do. */
function isDeepEnough(laterOlds: readonly string[], later: readonly string[], indent: string): boolean {
  const floor = laterOlds.reduce((least, line) => Math.min(least, indentOf(line).length), indent.length);
  return later.every((line) => indentOf(line).length >= floor);
}

const opener = /(?:[{([:,=]|=>|\b(?:then|do|else))\s*$/;

/** The later lines stand at least as deep as the line in the file, and no block that is opened would be left without depth. */
function standsAsWritten(news: readonly string[], indent: string): boolean {
  const [first = "", ...later] = news.filter((line) => !isBlank(line));
  const opensFlat = opener.test(first) && indentOf(later[0] ?? "") === indent;
  return indentOf(first) === "" && !opensFlat && later.every((line) => indentOf(line).startsWith(indent));
}

/**
 * The old line comes again below the first new one: beside it, or in a block that the first one opens and the last one closes at the same depth. As
 * written these would stand at two depths, which nobody asked for. Blocks around it must be opened before they are closed.
 */
function isBuiltAround(old: string, news: readonly string[]): boolean {
  const key = keyOf(old);
  let depth = 0;
  const isBalanced = news.every((line) => {
    depth += (line.match(/[{([]/g)?.length ?? 0) - (line.match(/[})\]]/g)?.length ?? 0);
    return depth >= 0;
  });
  const [again, ...more] = news.filter((line) => keyOf(line) === key);
  const [first = ""] = news;
  const last = news.findLast((line) => !isBlank(line)) ?? "";
  if (again === undefined || more.length > 0 || keyOf(first) === key || !isBalanced || depth > 0) {
    return false;
  }
  const isBeside = indentOf(again) === "";
  const isWithin = opener.test(first) && /^[})\]]/.test(last);
  return indentOf(old) === "" && indentOf(first) === "" && (isBeside || isWithin);
}
