import type { Dirent } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import * as nodePath from "node:path";
import { IgnoreRules } from "./ignore-rules";
import { isShown, neverEntered } from "./shown-paths";

interface Level {
  /** Workspace-relative, empty for the root. */
  folder: string;
  rules: IgnoreRules;
}

const ignoreFiles = [".gitignore", ".ignore", ".rgignore"];
const skipped = new Set(neverEntered);

/**
 * Workspace-relative paths of the files below `asked`, in order, links not followed, ignore files respected. What
 * ripgrep does, for machines where it is nowhere to be found.
 */
export async function* walkFiles(root: string, asked: string, signal: AbortSignal): AsyncGenerator<string> {
  const start = asked === "." ? "" : asked;
  yield* walk(root, start, asked, await levelsAbove(root, start), signal);
}

async function* walk(
  root: string,
  folder: string,
  asked: string,
  above: readonly Level[],
  signal: AbortSignal,
): AsyncGenerator<string> {
  signal.throwIfAborted();
  const entries = await readFolder(nodePath.join(root, folder));
  const levels = [...above, ...(await rulesOf(root, folder, entries))];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (isIgnored(path, entry.isDirectory(), levels)) {
      continue;
    }
    if (entry.isDirectory() && !skipped.has(entry.name)) {
      yield* walk(root, path, asked, levels, signal);
    } else if (entry.isFile() && isShown(path, asked)) {
      yield path;
    }
  }
}

/** The deepest ignore file that speaks of the path decides. */
function isIgnored(path: string, isFolder: boolean, levels: readonly Level[]): boolean {
  for (const { folder, rules } of levels.toReversed()) {
    const verdict = rules.verdict(folder === "" ? path : path.slice(folder.length + 1), isFolder);
    if (verdict !== undefined) {
      return verdict;
    }
  }
  return false;
}

async function levelsAbove(root: string, start: string): Promise<Level[]> {
  const parts = start === "" ? [] : start.split("/");
  const levels: Level[] = [];
  for (let count = 0; count < parts.length; count++) {
    const folder = parts.slice(0, count).join("/");
    levels.push(...(await rulesOf(root, folder, await readFolder(nodePath.join(root, folder)))));
  }
  return levels;
}

async function rulesOf(root: string, folder: string, entries: readonly Dirent[]): Promise<Level[]> {
  const names = ignoreFiles.filter((name) => entries.some((entry) => entry.name === name && entry.isFile()));
  return Promise.all(
    names.map(async (name) => ({ folder, rules: new IgnoreRules(await readText(nodePath.join(root, folder, name))) })),
  );
}

/** Folders and files that cannot be read are passed over, as ripgrep does. */
async function readFolder(path: string): Promise<Dirent[]> {
  try {
    return await readdir(path, { withFileTypes: true });
  } catch (error) {
    return passOver(error, []);
  }
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    return passOver(error, "");
  }
}

function passOver<T>(error: unknown, instead: T): T {
  if ((error as NodeJS.ErrnoException).code === undefined) {
    throw error;
  }
  return instead;
}
