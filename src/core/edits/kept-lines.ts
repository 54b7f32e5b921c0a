import { indentOf, isBlank } from "./lines";
import type { Block } from "./reindent";

/**
 * For each new line that the model left as it was: the file's own line. Null where the model wrote lines alike that differ in the file, and
 * it is not told which one is meant; undefined for changed lines.
 */
export function keptLines(block: Block, partners: readonly (number | undefined)[]): (string | null | undefined)[] {
  const twins = fileLinesFor(block);
  const flat = flattenedIndents(block);
  const areInStep = isInStep(block, partners);
  return block.news.map((line, index) => {
    const own = [...(twins.get(line) ?? [])];
    if (own.length === 0) {
      return undefined;
    }
    const isTold = own.length === 1 && (isBlank(line) || !flat.has(indentOf(line))) && !isCopied(block, line, own[0]);
    return isTold ? own[0] : areInStep && standsAlike(block, line) ? block.file[index] : null;
  });
}

/**
 * The file's lines behind each line of the model's old text. More than one: the model wrote lines alike that differ in the file, and where
 * it repeats such a line it must be clear which one it means.
 */
function fileLinesFor({ file, olds }: Block): Map<string, Set<string>> {
  const lines = new Map<string, Set<string>>();
  for (const [index, line] of olds.entries()) {
    lines.set(line, (lines.get(line) ?? new Set()).add(file[index] as string));
  }
  return lines;
}

/** The edit adds copies of a line that the file has with other blanks: it is not told which copy is the file's own. */
function isCopied({ olds, news }: Block, line: string, own = ""): boolean {
  const count = (lines: readonly string[]) => lines.filter((each) => each === line).length;
  return own.trimStart() !== line.trimStart() && count(news) > count(olds);
}

/** Every copy of the line stands where it stood before. */
function standsAlike({ olds, news }: Block, line: string): boolean {
  return olds.every((old, index) => (old === line) === (news[index] === line));
}

/** Indentations of the model's that stand for several of the file's: behind them it is not told any more which line is which. */
function flattenedIndents({ file, olds }: Block): Set<string> {
  const seen = new Map<string, string>();
  const flat = new Set<string>();
  for (const [index, line] of olds.entries()) {
    const own = indentOf(file[index] as string);
    if (isBlank(line)) {
      continue;
    }
    if ((seen.get(indentOf(line)) ?? own) !== own) {
      flat.add(indentOf(line));
    }
    seen.set(indentOf(line), own);
  }
  return flat;
}

/** Line for line the same block: nothing was added or taken away. */
export function isInStep({ olds, news }: Block, partners: readonly (number | undefined)[]): boolean {
  return olds.length === news.length && partners.every((partner, index) => partner === index);
}
