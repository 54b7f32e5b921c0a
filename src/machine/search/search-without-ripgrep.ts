import { readFile, stat } from "node:fs/promises";
import * as nodePath from "node:path";
import { ToolFailure } from "../../core/errors";
import type { Search, SearchHit } from "../../core/ports";
import { cutLine } from "./cut-line";
import { globSource } from "./ignore-rules";
import { walkFiles } from "./walk-files";

type Query = Parameters<Search["find"]>[0];

const maxFileBytes = 8 * 1024 * 1024;
/** An expression that repeats is tried on this much of a line, so that no pattern can hold up the extension host. */
const triedLength = 1_000;

/** Line by line, in this process. `start` is the workspace-relative place to look in. */
export async function searchWithoutRipgrep(
  root: string,
  query: Query,
  start: string,
  signal: AbortSignal,
): Promise<{ hits: SearchHit[]; more: boolean }> {
  const find = finder(query);
  const wanted = globFilter(query.glob);
  const hits: SearchHit[] = [];
  for await (const path of filesOf(root, start, signal)) {
    if (!wanted(path)) {
      continue;
    }
    for (const hit of await hitsIn(root, path, find)) {
      if (hits.length >= query.limit) {
        return { hits, more: true };
      }
      hits.push(hit);
    }
  }
  return { hits, more: false };
}

async function* filesOf(root: string, start: string, signal: AbortSignal): AsyncGenerator<string> {
  if (start !== "." && (await stat(nodePath.join(root, start))).isFile()) {
    yield start;
    return;
  }
  yield* walkFiles(root, start, signal);
}

async function hitsIn(root: string, path: string, find: (line: string) => number): Promise<SearchHit[]> {
  const file = nodePath.join(root, path);
  if ((await stat(file)).size > maxFileBytes) {
    return [];
  }
  const content = await readFile(file);
  if (content.subarray(0, 8_192).includes(0)) {
    return [];
  }
  const lines = content.toString("utf8").split(/\r?\n/);
  return lines.flatMap((line, index) => {
    const at = find(line);
    return at === -1 ? [] : [{ path, line: index + 1, text: cutLine(line, at) }];
  });
}

/** Where in a line the first match begins, or -1. */
function finder(query: Query): (line: string) => number {
  const flags = query.caseSensitive ? "u" : "iu";
  if (query.literal) {
    const text = new RegExp(query.pattern.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"), flags);
    return (line) => line.search(text);
  }
  if (isCostly(query.pattern)) {
    throw new ToolFailure("This pattern repeats a repetition, which is not supported here. Search for a simpler one.");
  }
  try {
    const pattern = new RegExp(query.pattern, flags);
    const tried = countRepetitions(query.pattern) > 0 ? triedLength : undefined;
    return (line) => line.slice(0, tried).search(pattern);
  } catch (error) {
    throw new ToolFailure(`The search could not be done: ${(error as Error).message}`);
  }
}

/** A repeated group that repeats or chooses inside, or many open repetitions, can take for ever in this engine. */
function isCostly(pattern: string): boolean {
  const plain = withoutLiterals(pattern);
  return countRepetitions(pattern) > 3 || /\([^()]*[*+{|][^()]*\)[*+{]/.test(plain) || /\)[^()]*\)[*+{]/.test(plain);
}

function countRepetitions(pattern: string): number {
  return withoutLiterals(pattern).match(/[*+]|\{\d+,\d*\}/g)?.length ?? 0;
}

function withoutLiterals(pattern: string): string {
  return pattern.replace(/\\./g, "e").replace(/\[[^\]]*\]/g, "c");
}

function globFilter(glob: string | undefined): (path: string) => boolean {
  if (glob === undefined || glob === "") {
    return () => true;
  }
  const wanted = !glob.startsWith("!");
  const body = wanted ? glob : glob.slice(1);
  const anywhere = body.replace(/^\//, "").includes("/") ? "" : "(?:.*/)?";
  const pattern = new RegExp(`^${anywhere}${globSource(body.replace(/^\//, ""), true)}$`, "s");
  return (path) => pattern.test(path) === wanted;
}
