import { lstat } from "node:fs/promises";
import * as nodePath from "node:path";
import { isMissing } from "../is-missing";

/** The outermost folder above a path that does not exist yet; undefined when its folder is there. */
export async function firstMissingFolder(path: string): Promise<string | undefined> {
  let missing: string | undefined;
  for (let folder = nodePath.dirname(path); !(await exists(folder)); folder = nodePath.dirname(folder)) {
    missing = folder;
  }
  return missing;
}

/** The same for a file of a scan: the outermost folder in which no file stood before. */
export function firstNewFolder(path: string, foldersBefore: ReadonlySet<string>): string | undefined {
  const parts = path.split("/").slice(0, -1);
  const at = parts.findIndex((_, index) => !foldersBefore.has(parts.slice(0, index + 1).join("/")));
  return at === -1 ? undefined : parts.slice(0, at + 1).join("/");
}

/** Every folder that holds a file, directly or further down. */
export function foldersOf(paths: Iterable<string>): Set<string> {
  const folders = new Set<string>();
  for (const path of paths) {
    for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1)) {
      folders.add(path.slice(0, end));
    }
  }
  return folders;
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (isMissing(error)) {
      return false;
    }
    throw error;
  }
}
