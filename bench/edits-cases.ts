import type { Random } from "./edits-random";

/** A random file and an edit of some of its lines. Lines are bare; `end` excluded. */
export interface Case {
  lines: string[];
  start: number;
  end: number;
  news: string[];
  /** One indentation step: a tab or spaces; empty where the file has none. */
  unit: string;
}

/** The lines after the exact edit of a text without a final line break: nothing in place of lines leaves an empty line. */
export function editedLines({ lines, start, end, news }: Case): string[] {
  return lines.toSpliced(start, end - start, ...(news.length === 0 ? [""] : news));
}

const names = ["total", "index", "user", "items", "result", "config", "value", "order", "left", "right", "a", "b"];
const kinds = ["code", "code", "code", "python", "loose"] as const;

export function randomCase(random: Random): Case {
  const kind = random.pick(kinds);
  const unit = kind === "loose" ? "" : random.pick(["\t", "  ", "    ", "    "]);
  const size = random.between(1, random.pick([5, 20, 60, 200]));
  const lines = kind === "loose" ? looseLines(random, size) : codeLines(random, size, unit, kind === "python");
  const start = random.between(0, lines.length - 1);
  const end = Math.min(lines.length, start + random.between(1, random.pick([1, 2, 4, 9])));
  return { lines, start, end, news: changedLines(random, lines.slice(start, end), unit), unit };
}

function codeLines(random: Random, size: number, unit: string, isPython: boolean): string[] {
  const lines: string[] = [];
  let depth = 0;
  while (lines.length < size) {
    const indent = unit.repeat(depth);
    if (depth < 5 && random.chance(0.22)) {
      lines.push(indent + header(random, isPython));
      depth++;
    } else if (depth > 0 && random.chance(0.25)) {
      depth--;
      if (!isPython) {
        lines.push(`${unit.repeat(depth)}}`);
      }
    } else if (random.chance(0.1)) {
      lines.push("");
    } else {
      lines.push(indent + statement(random) + (isPython ? "" : ";") + (random.chance(0.04) ? "  " : ""));
    }
  }
  return lines;
}

/** Lines without any order: many alike, indented at random with blanks of both kinds. */
function looseLines(random: Random, size: number): string[] {
  return Array.from({ length: size }, () => {
    const indent = Array.from({ length: random.between(0, 5) }, () => random.pick([" ", "  ", "\t"])).join("");
    return random.chance(0.1)
      ? random.pick(["", "  ", "\t"])
      : indent + random.pick([statement(random), random.pick(names)]);
  });
}

function header(random: Random, isPython: boolean): string {
  const name = `${random.pick(names)}${random.between(1, 40)}`;
  return isPython
    ? random.pick([`def ${name}(${random.pick(names)}):`, `if ${name} > ${random.between(0, 9)}:`, `for x in ${name}:`])
    : random.pick([`function ${name}() {`, `if (${name} > ${random.between(0, 9)}) {`, `while (${name}) {`]);
}

function statement(random: Random): string {
  const [left, right] = [random.pick(names), random.pick(names)];
  return random.pick([
    `${left} = ${right} + ${random.between(0, 30)}`,
    `${left}(${right}, "${random.pick(names)} ${random.between(0, 9)}")`,
    `return ${left}`,
    `log("${left}: " + ${right}.${random.pick(names)})`,
    `${left}.${right} = [${random.between(0, 9)}, ${random.between(0, 9)}]`,
  ]);
}

/** The lines as an edit leaves them: some replaced, some added, some gone, some wrapped in a block. */
function changedLines(random: Random, olds: readonly string[], unit: string): string[] {
  if (random.chance(0.15)) {
    return wrapped(random, olds, unit);
  }
  const news: string[] = [];
  let indent = /^\s*/.exec(olds.find((line) => line.trim() !== "") ?? "")?.[0] ?? "";
  for (const line of olds) {
    indent = line.trim() === "" ? indent : (/^\s*/.exec(line)?.[0] ?? "");
    const fresh = `${indent}${statement(random)};`;
    const what = random.next();
    if (what < 0.45) {
      news.push(line);
    } else if (what < 0.7) {
      news.push(fresh);
    } else if (what < 0.8) {
      news.push(line, fresh);
    } else if (what < 0.9) {
      news.push(`${indent}if (${random.pick(names)}) {`, `${indent}${unit}${statement(random)};`, `${indent}}`, line);
    }
  }
  return news.length === 0 || news.join("\n") === olds.join("\n") ? [...news, `${indent}added();`] : news;
}

function wrapped(random: Random, olds: readonly string[], unit: string): string[] {
  const indents = olds.filter((line) => line.trim() !== "").map((line) => /^\s*/.exec(line)?.[0] ?? "");
  const indent = indents.sort((left, right) => left.length - right.length)[0] ?? "";
  const inner = olds.map((line) => (line.trim() === "" ? line : unit + line));
  return [`${indent}if (${random.pick(names)}) {`, ...inner, `${indent}}`];
}
