import { fileChange } from "../edits/hunks";
import type { FileChange } from "../events";

/** Like `fileChange`, with ids that are unique in an action of several files: two files may be changed alike. */
export function namedChange(path: string, base: string | undefined, target: string | undefined): FileChange {
  return withNames(fileChange(path, base, target));
}

export function withNames(change: FileChange): FileChange {
  return { ...change, hunks: change.hunks.map((hunk) => ({ ...hunk, id: hunkName(change.path, hunk.id) })) };
}

export function hunkName(path: string, id: string): string {
  return `${path}#${id}`;
}

/** The ids, as `fileChange` gives them, of those that belong to this file. */
export function idsIn(path: string, names: readonly string[]): string[] {
  const start = hunkName(path, "");
  return names.filter((name) => name.startsWith(start)).map((name) => name.slice(start.length));
}
