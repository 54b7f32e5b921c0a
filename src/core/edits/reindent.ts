import { type IndentMapping, type IndentPair, mappingThat } from "./indent-mapping";
import { hasWiderSteps, type IndentUnit } from "./indent-style";
import { isInStep, keptLines } from "./kept-lines";
import { indentOf, isBlank } from "./lines";
import { pairLines } from "./source";

/** What stands in the file, what the model wrote for it, and what it wants there instead; bare lines. */
export interface Block {
  file: readonly string[];
  olds: readonly string[];
  news: readonly string[];
  /** How the file indents. */
  unit: IndentUnit;
}

/**
 * The new lines as they belong into the file, or undefined when the file does not decide their indentation. Lines that the edit leaves
 * alone keep the file's own text; the others keep their indentation relative to them.
 */
export function reindent(block: Block): string[] | undefined {
  const partners = pairLines(block.olds, block.news);
  const kept = keptLines(block, partners);
  if (kept.includes(null)) {
    return undefined;
  }
  const read = indentReader(block);
  const indentFor = indentsFor(block, partners, kept, read);
  const result: string[] = [];
  for (const [index, line] of block.news.entries()) {
    const indent = isBlank(line) ? "" : indentFor?.(index);
    const placed = kept[index] ?? (indent === undefined ? undefined : indent + line.slice(read(line).length));
    if (placed === undefined) {
      return undefined;
    }
    result.push(placed);
  }
  return result;
}

/**
 * The white space a line starts with. The blank in front of a block comment's asterisk belongs to the asterisk, if the model wrote those as the
 * file has them.
 */
function indentReader({ file, olds }: Block): (line: string) => string {
  const isLead = (line: string, blanks: string) => /^(?: {2})* $|\t $/.test(blanks) && line[blanks.length] === "*";
  const withoutLead = (line: string): string => {
    const blanks = indentOf(line);
    return isLead(line, blanks) ? blanks.slice(0, -1) : blanks;
  };
  const isKept = olds.every((line, index) => {
    const own = file[index] as string;
    return isLead(line, indentOf(line)) === isLead(own, indentOf(own));
  });
  return isKept ? withoutLead : indentOf;
}

type IndentForLine = (newIndex: number) => string | undefined;

function indentsFor(
  block: Block,
  partners: readonly (number | undefined)[],
  kept: readonly (string | null | undefined)[],
  read: (line: string) => string,
): IndentForLine | undefined {
  const { olds, news, file, unit } = block;
  const pairs = olds.flatMap((line, index) =>
    isBlank(line) ? [] : [{ model: read(line), file: read(file[index] as string) }],
  );
  const isChanged = (index: number) => kept[index] === undefined && !isBlank(news[index] as string);
  const changed = news.map((_, index) => index).filter(isChanged);
  const wanted = changed.map((index) => read(news[index] as string));
  const byIndent = (mapping: IndentMapping): IndentForLine => {
    return (index) => mapping(read(news[index] as string));
  };
  if (!isFirstTrimmed(pairs) || isBlank(olds[0] ?? "")) {
    const mapping = mappingThat(pairs, wanted, unit);
    if (mapping) {
      return byIndent(mapping);
    }
  }
  return (
    withTrimmedFirst(pairs, changed, block, read) ?? bySeen(pairs, wanted, byIndent) ?? inStep(block, partners, read)
  );
}

/** The first line lost its indentation, as trimmed text does, while the others are as in the file. */
function isFirstTrimmed([first, ...rest]: readonly IndentPair[]): boolean {
  return (
    first?.model === "" &&
    first.file !== "" &&
    rest.some(({ model }) => model !== "") &&
    rest.every(({ model, file }) => model === file)
  );
}

function withTrimmedFirst(
  [first, ...rest]: readonly IndentPair[],
  changed: readonly number[],
  { olds, news, unit }: Block,
  read: (line: string) => string,
): IndentForLine | undefined {
  const isTrimmedText = first?.model === "" && first.file !== "" && !isBlank(olds[0] ?? "");
  if (!isTrimmedText || !rest.some(({ model }) => model !== "")) {
    return undefined;
  }
  const firstNew = news.findIndex((line) => !isBlank(line));
  const isTrimmed = read(news[firstNew] ?? "") === "";
  const others = changed.filter((index) => !(isTrimmed && index === firstNew));
  const wanted = others.map((index) => read(news[index] as string));
  const floor = rest.reduce((least, { model }) => Math.min(least, model.length), first.file.length);
  const isClear =
    wanted.every(({ length }) => length >= floor) &&
    !hasWiderSteps([...rest.map(({ model }) => model), ...wanted], unit);
  const mapping = isClear ? mappingThat(rest, wanted, unit) : undefined;
  return mapping && ((index) => (isTrimmed && index === firstNew ? first.file : mapping(read(news[index] as string))));
}

/** Every wanted indentation also stands in front of an old line, always for the same one of the file's. */
function bySeen(
  pairs: readonly IndentPair[],
  wanted: readonly string[],
  byIndent: (mapping: IndentMapping) => IndentForLine,
): IndentForLine | undefined {
  const seen = new Map<string, string>();
  for (const { model, file } of pairs) {
    if ((seen.get(model) ?? file) !== file) {
      return undefined;
    }
    seen.set(model, file);
  }
  const isOneToOne = new Set(seen.values()).size === seen.size;
  const isTold = isOneToOne && wanted.every((indent) => indent !== "" && seen.has(indent));
  return isTold ? byIndent((indent) => seen.get(indent)) : undefined;
}

/** The model wrote no depth at all, and each of its lines stands for one old line: that one's depth is meant. */
function inStep(
  block: Block,
  partners: readonly (number | undefined)[],
  read: (line: string) => string,
): IndentForLine | undefined {
  const { olds, news, file } = block;
  const full = [...olds, ...news].filter((line) => !isBlank(line));
  const isFlat = full.every((line) => read(line) === read(full[0] as string));
  const sameBlanks = olds.every((line, index) => isBlank(line) === isBlank(news[index] ?? ""));
  if (!isFlat || !isInStep(block, partners) || !sameBlanks) {
    return undefined;
  }
  return (index) => read(file[index] as string);
}
