import { badPatch, type HunkLine, hunkToEdit, type PatchedFile, type ReadPatch, readHunkLine } from "./patch";
import type { TextEdit } from "./place";

export function isUnifiedDiff(text: string): boolean {
  return /^@@ .*@@/m.test(text) || /^@@\s*$/m.test(text) || /^--- .+\n\+\+\+ .+$/m.test(text);
}

interface Section {
  oldPath: string;
  newPath: string;
  edits: TextEdit[];
}

/**
 * Reads a unified diff. Its line numbers are not used: models count badly, and the lines themselves say where they belong. Counts in
 * `@@` are used only where they fit, to tell a removed `-- x` from a file header.
 */
export function readUnifiedDiff(text: string): ReadPatch {
  const lines = text.replace(/\n$/, "").split("\n");
  const sections: Section[] = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at] as string;
    if (isHeader(lines, at)) {
      sections.push({ oldPath: pathIn(line), newPath: pathIn(lines[at + 1] as string), edits: [] });
      at += 2;
    } else if (line.startsWith("@@")) {
      const end = endOfHunk(lines, at);
      const section = sections.at(-1) ?? { oldPath: "", newPath: "", edits: [] };
      if (sections.length === 0) {
        sections.push(section);
      }
      const edit = readHunk(lines.slice(at, end));
      if (edit) {
        section.edits.push(edit);
      }
      at = end;
    } else {
      at++;
    }
  }
  const changed = sections.filter((section) => section.edits.length > 0);
  return changed.length === 0 ? badPatch("it has no changed lines") : { ok: true, files: changed.map(toFile) };
}

function isHeader(lines: readonly string[], at: number): boolean {
  return (lines[at] ?? "").startsWith("--- ") && (lines[at + 1] ?? "").startsWith("+++ ");
}

function pathIn(header: string): string {
  const path = header.slice(4).split("\t")[0]?.trim().replace(/^"|"$/g, "") ?? "";
  return path === "/dev/null" ? path : path.replace(/^[ab]\//, "");
}

/** Where the body of the hunk at `at` ends: as counted, if the counts fit, else at the next header. */
function endOfHunk(lines: readonly string[], at: number): number {
  const counts = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(lines[at] ?? "");
  const counted = counts ? endByCounts(lines, at + 1, Number(counts[1] ?? 1), Number(counts[2] ?? 1)) : undefined;
  if (counted !== undefined) {
    return counted;
  }
  let end = at + 1;
  while (
    end < lines.length &&
    !lines[end]?.startsWith("@@") &&
    !isHeader(lines, end) &&
    !/^diff --git /.test(lines[end] ?? "")
  ) {
    end++;
  }
  return end;
}

function endByCounts(lines: readonly string[], start: number, olds: number, news: number): number | undefined {
  let end = start;
  let [oldLeft, newLeft] = [olds, news];
  while (oldLeft > 0 || newLeft > 0) {
    const mark = lines[end]?.[0] ?? (end < lines.length ? " " : undefined);
    if (mark === undefined || !" +-\\".includes(mark)) {
      return undefined;
    }
    oldLeft -= mark === " " || mark === "-" ? 1 : 0;
    newLeft -= mark === " " || mark === "+" ? 1 : 0;
    end++;
  }
  while (lines[end]?.startsWith("\\")) {
    end++;
  }
  const next = lines[end];
  const endsThere =
    next === undefined || next === "" || next.startsWith("@@") || next.startsWith("diff ") || isHeader(lines, end);
  return oldLeft === 0 && newLeft === 0 && endsThere ? end : undefined;
}

function readHunk([header = "", ...body]: readonly string[]): TextEdit | undefined {
  const lines: HunkLine[] = [];
  for (const line of body) {
    const last = lines.at(-1);
    if (line.startsWith("\\")) {
      if (last) {
        last.isUnfinished = true;
      }
    } else {
      lines.push(readHunkLine(line));
    }
  }
  while (lines.at(-1)?.mark === " " && lines.at(-1)?.text === "" && body.at(-1) === "") {
    lines.pop();
  }
  const mark = header.replace(/^@@(?:[^@]*@@)? ?/, "").trim();
  const changes = lines.some((line) => line.mark !== " ");
  return changes ? { ...hunkToEdit(lines), ...(mark === "" ? {} : { below: [mark] }) } : undefined;
}

function toFile({ oldPath, newPath, edits }: Section): PatchedFile {
  if (oldPath === "/dev/null") {
    return { kind: "create", path: newPath, text: edits.map((edit) => edit.newText).join("") };
  }
  if (newPath === "/dev/null") {
    return { kind: "delete", path: oldPath };
  }
  const moved = oldPath !== "" && newPath !== "" && oldPath !== newPath ? { moveTo: newPath } : {};
  return { kind: "edit", path: oldPath || newPath, edits, ...moved };
}
