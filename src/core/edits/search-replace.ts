import type { EditFailure } from "./failure";
import { badPatch, type PatchedFile, type ReadPatch } from "./patch";

const start = /^\s*(?:<{5,9} ?(?:SEARCH|ORIGINAL)|-{5,9} ?SEARCH)\b.*$/;
const middle = /^\s*={5,9}\s*$/;
const end = /^\s*(?:>{5,9} ?(?:REPLACE|UPDATED)|\+{5,9} ?REPLACE)\b.*$/;

export function isSearchReplace(text: string): boolean {
  return text.split("\n").some((line) => start.test(line));
}

/** One block and where it stands, in lines of the text. */
export interface Block {
  path: string;
  /** The line that names its file, when it has one of its own. */
  named?: number;
  first: number;
  last: number;
  oldText: string;
  newText: string;
}

/** Reads `<<<<<<< SEARCH` blocks anywhere in a text. A line above a block that looks like a path names its file; it holds for the blocks that follow. */
export function readSearchReplace(text: string): ReadPatch {
  const read = readBlocks(text.split("\n"));
  if (!read.ok) {
    return read;
  }
  const files: Extract<PatchedFile, { kind: "edit" }>[] = [];
  for (const { path, oldText, newText } of read.blocks) {
    addEdit(files, path, oldText, newText);
  }
  return files.length > 0 ? { ok: true, files } : badPatch("it has no SEARCH block");
}

export function readBlocks(lines: readonly string[]): { ok: true; blocks: Block[] } | EditFailure {
  const blocks: Block[] = [];
  let at = 0;
  while (at < lines.length) {
    if (!start.test(lines[at] as string)) {
      at++;
      continue;
    }
    const blockEnd = lines.findIndex((line, index) => index > at && (end.test(line) || start.test(line)));
    if (blockEnd < 0 || start.test(lines[blockEnd] as string)) {
      return badPatch("a SEARCH block has no >>>>>>> REPLACE line");
    }
    const body = lines.slice(at + 1, blockEnd);
    const middles = body.flatMap((line, index) => (middle.test(line) ? [index] : []));
    const [cut] = middles;
    if (cut === undefined || middles.length > 1) {
      return badPatch(
        cut === undefined ? "a SEARCH block has no ======= line" : "a SEARCH block has several ======= lines",
      );
    }
    blocks.push({
      ...(pathAbove(lines, at) ?? { path: blocks.at(-1)?.path ?? "" }),
      first: at,
      last: blockEnd,
      oldText: joined(body.slice(0, cut)),
      newText: joined(body.slice(cut + 1)),
    });
    at = blockEnd + 1;
  }
  return { ok: true, blocks };
}

function joined(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}

function addEdit(
  files: Extract<PatchedFile, { kind: "edit" }>[],
  path: string,
  oldText: string,
  newText: string,
): void {
  const edit = { oldText, newText, wholeLines: true };
  const file = files.find((each) => each.path === path);
  if (file) {
    file.edits.push(edit);
  } else {
    files.push({ kind: "edit", path, edits: [edit] });
  }
}

/** The nearest line above that is not a fence, if it is a file name and nothing else. */
function pathAbove(lines: readonly string[], at: number): Pick<Block, "path" | "named"> | undefined {
  for (let index = at - 1; index >= 0 && index >= at - 3; index--) {
    const line = (lines[index] as string).trim();
    if (line === "" || /^(`{3,}|~{3,})/.test(line)) {
      continue;
    }
    const name = line.replace(/^(?:#+|\*+|File:|Path:)\s*/i, "").replace(/^[`*"]+|[`*":]+$/g, "");
    return /^[\w@.$()[\]-][\w@.$()[\]\-/\\ ]*$/.test(name) && /[./\\]/.test(name) && !name.endsWith(".")
      ? { path: name, named: index }
      : undefined;
  }
  return undefined;
}
