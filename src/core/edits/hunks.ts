import type { FileChange, Hunk } from "../events";
import { diffLines, type LineChange } from "./line-diff";
import { splitLines, withoutEnd } from "./lines";

/** A changed block of a file with its identity. Lines are counted from 0, ends excluded. */
export interface Block extends LineChange {
  id: string;
}

const contextLines = 3;
const noNewline = "\\ No newline at end of file";

/**
 * What would happen to a file, cut into the parts that can be accepted one by one. `base` is undefined when the file is
 * created, `target` when it is deleted; both have exactly one hunk, also when the file is empty. Line ends other than `\n` stay
 * visible as the `\r` at the end of a line.
 */
export function fileChange(path: string, base: string | undefined, target: string | undefined): FileChange {
  const oldLines = splitLines(base ?? "");
  const newLines = splitLines(target ?? "");
  const blocks = blocksOf(base, target, oldLines, newLines);
  return {
    path,
    status: base === undefined ? "created" : target === undefined ? "deleted" : "modified",
    added: sum(blocks, (block) => block.newEnd - block.newStart),
    removed: sum(blocks, (block) => block.oldEnd - block.oldStart),
    hunks: renderBlocks(blocks, oldLines, newLines),
  };
}

/**
 * The base with only the named hunks of `fileChange` applied; every other byte stays the base's. Ids that name no hunk are ignored.
 * For a created or deleted file the answer is undefined when the file does not exist afterwards.
 */
export function pickHunks(base: string, target: string, hunkIds: readonly string[]): string;
export function pickHunks(
  base: string | undefined,
  target: string | undefined,
  hunkIds: readonly string[],
): string | undefined;
export function pickHunks(
  base: string | undefined,
  target: string | undefined,
  hunkIds: readonly string[],
): string | undefined {
  const oldLines = splitLines(base ?? "");
  const newLines = splitLines(target ?? "");
  const blocks = blocksOf(base, target, oldLines, newLines);
  const picked = new Set(hunkIds);
  if (base === undefined || target === undefined) {
    return blocks.some((block) => picked.has(block.id)) ? target : base;
  }
  const parts: string[] = [];
  let at = 0;
  for (const block of blocks.filter(({ id }) => picked.has(id))) {
    parts.push(oldLines.slice(at, block.oldStart).join(""), newLines.slice(block.newStart, block.newEnd).join(""));
    at = block.oldEnd;
  }
  parts.push(oldLines.slice(at).join(""));
  return parts.join("");
}

/** The changed blocks between two texts, in order, with the ids of `fileChange`. */
export function blocksBetween(base: string | undefined, target: string | undefined): Block[] {
  return blocksOf(base, target, splitLines(base ?? ""), splitLines(target ?? ""));
}

/** Blocks with their lines and up to three lines around them. */
export function renderBlocks(
  blocks: readonly Block[],
  oldLines: readonly string[],
  newLines: readonly string[],
): Hunk[] {
  return blocks.map((block, index) => render(block, blocks[index - 1], blocks[index + 1], oldLines, newLines));
}

function blocksOf(
  base: string | undefined,
  target: string | undefined,
  oldLines: readonly string[],
  newLines: readonly string[],
): Block[] {
  if (base === target) {
    return [];
  }
  const changes =
    base === undefined || target === undefined
      ? [{ oldStart: 0, oldEnd: oldLines.length, newStart: 0, newEnd: newLines.length }]
      : joinClose(diffLines(oldLines, newLines), oldLines);
  return withIds(changes, oldLines, newLines);
}

/** Two changes with next to nothing between them (a brace, an empty line) are one to the reader, as in VS Code's diff. */
function joinClose(changes: readonly LineChange[], oldLines: readonly string[]): LineChange[] {
  const joined: LineChange[] = [];
  for (const change of changes) {
    const last = joined.at(-1);
    if (last && (isLarge(last) || isLarge(change)) && saysLittle(oldLines, last.oldEnd, change.oldStart)) {
      last.oldEnd = change.oldEnd;
      last.newEnd = change.newEnd;
    } else {
      joined.push({ ...change });
    }
  }
  return joined;
}

function isLarge(change: LineChange): boolean {
  return change.oldEnd - change.oldStart + change.newEnd - change.newStart > 5;
}

function saysLittle(lines: readonly string[], start: number, end: number): boolean {
  return end - start <= 6 && lines.slice(start, end).join("").replace(/\s/g, "").length <= 4;
}

function withIds(changes: readonly LineChange[], oldLines: readonly string[], newLines: readonly string[]): Block[] {
  const seen = new Map<string, number>();
  return changes.map((change) => {
    const name = digest([
      ...oldLines.slice(change.oldStart, change.oldEnd),
      "\u0000",
      ...newLines.slice(change.newStart, change.newEnd),
    ]);
    const nth = seen.get(name) ?? 0;
    seen.set(name, nth + 1);
    return { ...change, id: nth === 0 ? name : `${name}.${nth}` };
  });
}

/** A short name for a content. It tells hunks of one file apart and guards nothing. */
function digest(pieces: readonly string[]): string {
  let low = 0x811c9dc5;
  let high = 0x9747b28c;
  for (const piece of pieces) {
    for (let at = 0; at < piece.length; at++) {
      const code = piece.charCodeAt(at);
      low = Math.imul(low ^ code, 0x01000193);
      high = Math.imul(high ^ code, 0x85ebca6b) ^ (high >>> 15);
    }
  }
  return `h${(high >>> 0).toString(36)}${(low >>> 0).toString(36)}`;
}

function render(
  block: Block,
  previous: Block | undefined,
  next: Block | undefined,
  oldLines: readonly string[],
  newLines: readonly string[],
): Hunk {
  const before = contextBefore(block.oldStart - (previous?.oldEnd ?? 0), previous);
  const after = contextAfter((next?.oldStart ?? oldLines.length) - block.oldEnd, next);
  const oldStart = block.oldStart - before;
  const newStart = block.newStart - before;
  const oldLength = before + block.oldEnd - block.oldStart + after;
  const newLength = before + block.newEnd - block.newStart + after;
  return {
    id: block.id,
    oldStart: oldLength === 0 ? oldStart : oldStart + 1,
    oldLines: oldLength,
    newStart: newLength === 0 ? newStart : newStart + 1,
    newLines: newLength,
    lines: [
      ...marked(" ", oldLines.slice(oldStart, block.oldStart)),
      ...marked("-", oldLines.slice(block.oldStart, block.oldEnd)),
      ...marked("+", newLines.slice(block.newStart, block.newEnd)),
      ...marked(" ", oldLines.slice(block.oldEnd, block.oldEnd + after)),
    ],
  };
}

/** Neighbouring hunks share what is between them, so that no line is shown twice. */
function contextBefore(gap: number, previous: Block | undefined): number {
  return Math.min(contextLines, previous ? Math.floor(gap / 2) : gap);
}

function contextAfter(gap: number, next: Block | undefined): number {
  return Math.min(contextLines, next ? Math.ceil(gap / 2) : gap);
}

function marked(mark: string, lines: readonly string[]): string[] {
  return lines.flatMap((line) => {
    if (line.endsWith("\n")) {
      return [mark + line.slice(0, -1)];
    }
    return line.endsWith("\r") ? [mark + line] : [mark + withoutEnd(line), noNewline];
  });
}

function sum<Item>(items: readonly Item[], count: (item: Item) => number): number {
  return items.reduce((total, item) => total + count(item), 0);
}
