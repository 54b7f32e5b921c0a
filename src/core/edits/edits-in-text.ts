import { type FileCall, readEditCall } from "./read-call";
import { type Block, readBlocks } from "./search-replace";
import { withNewlines } from "./source";

/** Edits that a model wrote into its text instead of calling a tool. */
export interface EditsInText {
  /** The arguments of the call that it should have made. */
  input: { path?: string; patch: string };
  files: FileCall[];
  /** The text without them. */
  rest: string;
}

/** Undefined unless every edit in the text is whole and says which file it is for. */
export function readEditsInText(reply: string): EditsInText | undefined {
  const lines = withNewlines(reply).split("\n");
  const found = findBlocks(lines) ?? findPatch(lines);
  if (found === undefined) {
    return undefined;
  }
  const { patch, taken } = found;
  const read = readEditCall({ patch });
  if (!read.ok || read.files.some(({ path }) => path === "")) {
    return undefined;
  }
  const [only, ...others] = read.files;
  const input = only && others.length === 0 ? { path: only.path, patch } : { patch };
  return { input, files: read.files, rest: without(lines, taken) };
}

interface Found {
  patch: string;
  /** The lines that it stands in. */
  taken: ReadonlySet<number>;
}

function findBlocks(lines: readonly string[]): Found | undefined {
  const read = readBlocks(lines);
  if (!read.ok || read.blocks.length === 0 || read.blocks.some(({ path }) => path === "")) {
    return undefined;
  }
  const textOf = ({ path, first, last }: Block) => [path, ...lines.slice(first, last + 1)].join("\n");
  const linesOf = ({ named, first, last }: Block) => [...(named === undefined ? [] : [named]), ...range(first, last)];
  return { patch: `${read.blocks.map(textOf).join("\n")}\n`, taken: new Set(read.blocks.flatMap(linesOf)) };
}

function findPatch(lines: readonly string[]): Found | undefined {
  const first = lines.findIndex((line) => /^\*\*\* Begin Patch\s*$/.test(line));
  const last = lines.findIndex((line, index) => index > first && /^\*\*\* End Patch\s*$/.test(line));
  return first < 0 || last < 0
    ? undefined
    : { patch: `${lines.slice(first, last + 1).join("\n")}\n`, taken: new Set(range(first, last)) };
}

/** Code fences that held nothing else go too. */
function without(lines: readonly string[], taken: ReadonlySet<number>): string {
  const gone = new Set(taken);
  let open: number | undefined;
  for (const [index, line] of lines.entries()) {
    if (taken.has(index) || !/^\s*(?:`{3,}|~{3,})/.test(line)) {
      continue;
    }
    if (open === undefined) {
      open = index;
      continue;
    }
    const inside = range(open + 1, index - 1);
    if (inside.some((at) => taken.has(at)) && inside.every((at) => taken.has(at) || lines[at]?.trim() === "")) {
      gone.add(open).add(index);
    }
    open = undefined;
  }
  return lines
    .filter((_, index) => !gone.has(index))
    .join("\n")
    .trim();
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
