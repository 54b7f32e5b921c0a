import { fileChange } from "../edits/hunks";
import type { FileChange } from "../events";
import type { FileEdit } from "../ports";

/** Like `fileChange`, with ids that are unique in an action of several files: two files may be changed alike. */
export function namedChange(path: string, base: string | undefined, target: string | undefined): FileChange {
  return withNames(fileChange(path, base, target));
}

/** The changes of an action; a file that takes another's place knows that one, and what is different in it. */
export function namedChanges(edits: readonly FileEdit[]): FileChange[] {
  return edits.map(({ path, base, target, movedFrom }) => {
    const change = namedChange(path, base, target);
    const from = movedFrom === undefined ? undefined : edits.find((edit) => edit.path === movedFrom);
    return from === undefined ? change : { ...change, moved: movedChange(from.path, from.base, target) };
  });
}

export function movedChange(from: string, base: string | undefined, target: string | undefined): FileChange["moved"] {
  const { added, removed, hunks } = fileChange(from, base, target);
  return { from, added, removed, hunks };
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
