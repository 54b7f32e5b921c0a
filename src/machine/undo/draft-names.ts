import { hashOf } from "./file-state";

/** The new content of a file, beside it until it takes its place. `id` says whose it is, so that it is found again after a crash. */
export function draftName(id: string, path: string): string {
  return `.hearth-${id}-${hashOf(Buffer.from(path)).slice(0, 12)}`;
}

/** A second name for the old file. */
export function backName(id: string, path: string): string {
  return `${draftName(id, path)}-back`;
}

/** The id for what a process writes outside of an undo store. */
export function draftIdOf({ pid }: { pid: number }): string {
  return `${pid}`;
}
