import { badPatch, type PatchedFile, type ReadPatch } from "./patch";

const start = /^\s*(?:<{5,9} ?(?:SEARCH|ORIGINAL)|-{5,9} ?SEARCH)\b.*$/;
const middle = /^\s*={5,9}\s*$/;
const end = /^\s*(?:>{5,9} ?(?:REPLACE|UPDATED)|\+{5,9} ?REPLACE)\b.*$/;

export function isSearchReplace(text: string): boolean {
  return text.split("\n").some((line) => start.test(line));
}

/** Reads `<<<<<<< SEARCH` blocks anywhere in a text. A line above a block that looks like a path names its file; it holds for the blocks that follow. */
export function readSearchReplace(text: string): ReadPatch {
  const lines = text.split("\n");
  const files: Extract<PatchedFile, { kind: "edit" }>[] = [];
  let path = "";
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
    path = pathAbove(lines, at) ?? path;
    addEdit(files, path, joined(body.slice(0, cut)), joined(body.slice(cut + 1)));
    at = blockEnd + 1;
  }
  return files.length > 0 ? { ok: true, files } : badPatch("it has no SEARCH block");
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
function pathAbove(lines: readonly string[], at: number): string | undefined {
  for (let index = at - 1; index >= 0 && index >= at - 3; index--) {
    const line = (lines[index] as string).trim();
    if (line === "" || /^(`{3,}|~{3,})/.test(line)) {
      continue;
    }
    const name = line.replace(/^(?:#+|\*+|File:|Path:)\s*/i, "").replace(/^[`*"]+|[`*":]+$/g, "");
    return /^[\w@.$()[\]-][\w@.$()[\]\-/\\ ]*$/.test(name) && /[./\\]/.test(name) && !name.endsWith(".")
      ? name
      : undefined;
  }
  return undefined;
}
