import { hasWiderSteps, type IndentUnit, kindOf } from "./indent-style";
import { indentOf, isBlank } from "./lines";
import { type Block, reindent } from "./reindent";
import type { Source, Splice } from "./source";

/**
 * An exact match that begins behind (a part of) its line's indentation. Then the lines after the first may be meant as they are written, or
 * relative to the first. Answers with what to replace, or with `unclear`.
 */
export function readMissingIndent(source: Source, splice: Splice, unit: IndentUnit): Splice | "unclear" {
  const line = source.lineAt(splice.start);
  const lineStart = source.startOf(line);
  const missing = source.text.slice(lineStart, splice.start);
  const olds = source.text.slice(splice.start, splice.end).split("\n");
  if (missing === "" || !isBlank(missing) || isBlank(olds[0] as string)) {
    return splice;
  }
  if (splice.text === "") {
    return olds.at(-1) === "" && olds.length > 1 ? { ...splice, start: lineStart } : splice;
  }
  const news = splice.text.split("\n");
  const endsWithBreak = olds.length > 1 && olds.at(-1) === "" && news.at(-1) === "";
  if (endsWithBreak) {
    olds.pop();
    news.pop();
  }
  const file = source.lines.slice(line, line + olds.length);
  const later = news.slice(1).filter((each) => !isBlank(each));
  const isWhole = missing + olds[0] === file[0] && (olds.length === 1 || olds.at(-1) === file.at(-1));
  const laterOlds = olds.slice(1).filter((each) => !isBlank(each));
  if (!isWhole || (later.length === 0 && laterOlds.length === 0)) {
    return splice;
  }
  if (laterOlds.length > 0) {
    const isWider = hasWiderSteps([...laterOlds, ...later].map(indentOf), unit);
    const isTrimmed = indentOf(news[0] as string) === indentOf(olds[0] as string);
    const isClear = isTrimmed && !isWider && isDeeperThanOld(laterOlds, later, indentOf(file[0] as string));
    return isClear ? splice : "unclear";
  }
  const asWritten = { ...splice, text: news.join("\n") };
  const read = readSingleLine({ ...asWritten, start: lineStart }, { file, olds, news, unit }, asWritten);
  return read === "unclear" ? read : { ...read, text: `${read.text}${endsWithBreak ? "\n" : ""}` };
}

/** The old text's later lines stood where they were written, so those of the new text may go as far left as they do. */
function isDeeperThanOld(laterOlds: readonly string[], later: readonly string[], indent: string): boolean {
  const floor = laterOlds.reduce((least, line) => Math.min(least, indentOf(line).length), indent.length);
  return later.every((line) => indentOf(line).length >= floor);
}

function readSingleLine(whole: Splice, block: Block, asWritten: Splice): Splice | "unclear" {
  const { file, news, olds } = block;
  const indent = indentOf(file[0] as string);
  const text = reindent(block)?.join("\n");
  if (text === indent.slice(0, asWritten.start - whole.start) + asWritten.text) {
    return asWritten;
  }
  const isLeftOut = indentOf(olds[0] as string) === "";
  if (isLeftOut && isMeantAsWritten(news, indent)) {
    return asWritten;
  }
  const isDeep = news.every((line, index) => index === 0 || isBlank(line) || indentOf(line).startsWith(indent));
  const isMixed = kindOf([indent, ...news.map(indentOf)]) === "mixed" && kindOf([indent]) === "mixed";
  const isOpen = isLeftOut && (isMixed || (isDeep && opensFlat(news, indent)) || closesOuterBlock(news, indent));
  return text === undefined || isOpen ? "unclear" : { ...whole, text };
}

const opener = /(?:[{([:,=]|=>|\b(?:then|do|else))\s*$/;

/** The later lines stand at least as deep as the line in the file, and no opened block would be left without depth. */
function isMeantAsWritten(news: readonly string[], indent: string): boolean {
  const [first = "", ...later] = news.filter((line) => !isBlank(line));
  const isDeepEnough = later.every((line) => indentOf(line).startsWith(indent));
  return isDeepEnough && !opensFlat(news, indent) && indentOf(first) === "";
}

/** As written, the first line opens a block whose first line stands no deeper. */
function opensFlat(news: readonly string[], indent: string): boolean {
  const [first = "", second = ""] = news.filter((line) => !isBlank(line));
  return opener.test(first) && indentOf(second) === indent;
}

const bracketCloser = /^\s*(?:[})\]]|<\/)/;
const wordCloser = /^\s*(?:end|else|elif|except|finally|catch|case|default)\b/;
const topLevel = /^(?:(?:async\s+def|def|class|function|func|fn|pub|import|from|export|if __name__)\b|@)/;

/** Some later line may well belong further left than the line it follows: it ends a block, or begins something of its own. */
function closesOuterBlock(news: readonly string[], indent: string): boolean {
  let depth = 0;
  return news.some((line, index) => {
    const before = depth;
    depth += balanceOf(line);
    if (index === 0 || isBlank(line) || indentOf(line).startsWith(indent)) {
      return false;
    }
    const own = news.slice(0, index).some((each) => indentOf(each) === indentOf(line) && opener.test(each));
    const begins = topLevel.test(line) && isBlank(news[index - 1] ?? "");
    return begins || (bracketCloser.test(line) && before <= 0) || (wordCloser.test(line) && !own);
  });
}

function balanceOf(line: string): number {
  const opened = line.match(/[{([]/g)?.length ?? 0;
  const closed = line.match(/[})\]]/g)?.length ?? 0;
  return opened - closed;
}
