import type { Checkpoint, FileRecord } from "./checkpoint";
import { type FileState, isRestorable, sameState } from "./file-state";

/** One file of a restore, as the user decides about it. */
export interface PlannedFile {
  path: string;
  /** What going back does to it now. */
  effect: "restore" | "remove" | "recreate";
  /**
   * `agent`: only the task changed it. `both`: it was changed by somebody else as well, before, between or after, so
   * going back takes that change away too. `created`, `deleted`: the task did, and nobody has touched it since.
   */
  standing: "agent" | "both" | "created" | "deleted";
  /** Why it cannot be brought back; it is then left alone. */
  impossible?: string;
  target: FileState;
  /** What the task left, and what is there now. */
  expected: FileState;
  current: FileState;
  madeFolder?: string | undefined;
}

/**
 * What going back to before the first of these checkpoints means for each file. `checkpoints` are all of one task from
 * that one on, oldest first. Files that already are as they were are left out.
 */
export function planRestore(
  checkpoints: readonly Checkpoint[],
  current: ReadonlyMap<string, FileState>,
): PlannedFile[] {
  const histories = new Map<string, FileRecord[]>();
  for (const record of checkpoints.flatMap(({ files }) => files)) {
    histories.set(record.path, [...(histories.get(record.path) ?? []), record]);
  }
  return [...histories]
    .map(([path, history]) => planFile(path, history, current.get(path) ?? { kind: "missing" }))
    .filter((file) => file !== undefined)
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

function planFile(path: string, history: readonly FileRecord[], current: FileState): PlannedFile | undefined {
  const [first] = history;
  const target = first?.before;
  const expected = history.at(-1)?.after ?? history.at(-1)?.before;
  if (first === undefined || target === undefined || expected === undefined || sameState(current, target)) {
    return undefined;
  }
  const impossible = whyImpossible(target, current);
  return {
    path,
    effect: target.kind === "missing" ? "remove" : current.kind === "missing" ? "recreate" : "restore",
    standing: isUnbroken(history) && sameState(current, expected) ? ofTheTask(target, expected) : "both",
    target,
    expected,
    current,
    ...(impossible === undefined ? {} : { impossible }),
    ...(first.madeFolder === undefined ? {} : { madeFolder: first.madeFolder }),
  };
}

/** Each action found the file as the one before had left it. */
function isUnbroken(history: readonly FileRecord[]): boolean {
  return history.slice(1).every(({ before }, index) => sameState(before, history[index]?.after ?? before));
}

function ofTheTask(target: FileState, expected: FileState): PlannedFile["standing"] {
  if (target.kind === "missing") {
    return "created";
  }
  return expected.kind === "missing" ? "deleted" : "agent";
}

function whyImpossible(target: FileState, current: FileState): string | undefined {
  if (target.kind === "unkept") {
    return `Its earlier content was not kept. ${target.why}`;
  }
  if (target.kind === "folder") {
    return "It was a folder; only files are kept.";
  }
  if (current.kind === "folder") {
    return "A folder stands there now.";
  }
  return isRestorable(current) ? undefined : "What is there now could not be kept, so it is not replaced.";
}
