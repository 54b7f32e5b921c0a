import { dirname } from "node:path";
import { isRunning, isSameProcess } from "../journal/process-identity";
import { removeEmptyFolders } from "./anchored-folder";
import { removeDrafts, type StateChange } from "./apply-states";
import { bring, changeOf } from "./carry-out";
import type { Checkpoint, FileRecord } from "./checkpoint";
import { draftIdOf } from "./draft-names";
import { sameState } from "./file-state";
import { absolutePath, type UndoParts } from "./parts";
import { withDifferences } from "./record-commands";
import { closeCheckpoint } from "./record-deeds";
import { type Standing, standingOf } from "./standing";

/** An action that a crash left half done. */
export interface Unfinished {
  checkpoint: Checkpoint;
  /** Whether what it meant to leave is known, so that it can also be finished. */
  canFinish: boolean;
}

export interface Settled {
  /** Files that somebody else has changed since. */
  left: string[];
  /** What is recorded of the action from now on; undefined when nothing of it is left. */
  kept: Checkpoint | undefined;
}

/** Open checkpoints of processes that no longer run, oldest first; of one task only when it is named. */
export async function findUnfinished(parts: UndoParts, only?: string): Promise<Unfinished[]> {
  const open: Checkpoint[] = [];
  for (const taskId of only === undefined ? await parts.log.tasks() : [only]) {
    for (const checkpoint of await parts.log.list(taskId)) {
      if (checkpoint.state === "open" && (await isAbandoned(parts, checkpoint))) {
        open.push(checkpoint);
      }
    }
  }
  return open
    .sort((a, b) => a.at - b.at)
    .map((checkpoint) => ({
      checkpoint,
      canFinish: checkpoint.kind !== "command" && checkpoint.files.every(({ after }) => after !== undefined),
    }));
}

async function isAbandoned(parts: UndoParts, { id, owner }: Checkpoint): Promise<boolean> {
  return (await isSameProcess(owner)) ? !parts.underWay.has(id) : !(await isRunning(owner));
}

/** Finishes a half done action, or puts everything back; what somebody else has changed since is left, and named. */
export async function settleOpen(
  parts: UndoParts,
  checkpoint: Checkpoint,
  choice: "finish" | "undo",
): Promise<Settled> {
  const { snapshot } = checkpoint;
  const open = snapshot === undefined ? checkpoint : await withDifferences(parts, checkpoint, snapshot);
  const paths = open.files.map(({ path }) => absolutePath(parts.root, path));
  await removeDrafts(open.id, paths);
  if (!(await isSameProcess(open.owner))) {
    // This process clears up after itself, and may be writing the same file for another action.
    await removeDrafts(draftIdOf(open.owner), paths);
  }
  if (open.kind === "command" && choice === "finish") {
    return { left: [], kept: await closeCheckpoint(parts, open) };
  }
  const { known, changes, left } = await whatIsLeftToDo(parts, open.files, choice);
  await bring(parts, open.id, changes);
  await removeMadeFolders(parts, known, choice);
  const files = choice === "finish" ? known : known.filter(({ path }) => left.includes(path));
  return { left, kept: await closeCheckpoint(parts, { ...open, files }) };
}

/** Where the files of a half done action stand now. Those of a command are what it has changed so far. */
export async function lookAtOpen(parts: UndoParts, checkpoint: Checkpoint): Promise<Standing[]> {
  const { snapshot } = checkpoint;
  const { files } = snapshot === undefined ? checkpoint : await withDifferences(parts, checkpoint, snapshot);
  return Promise.all(files.map(async (file) => ({ path: file.path, is: (await standingOf(parts, file)).is })));
}

async function whatIsLeftToDo(parts: UndoParts, files: readonly FileRecord[], choice: "finish" | "undo") {
  const changes: StateChange[] = [];
  const left: string[] = [];
  const known: FileRecord[] = [];
  for (const recorded of files) {
    const { file, current, is } = await standingOf(parts, recorded);
    known.push(file);
    const goal = choice === "undo" ? file.before : file.after;
    if (goal === undefined || sameState(current, goal)) {
      continue;
    }
    if (is === "other") {
      left.push(file.path);
    } else {
      changes.push(changeOf(parts, file, current, goal));
    }
  }
  return { known, changes, left };
}

/** Folders that were made for files which are not to be there. */
async function removeMadeFolders(
  parts: UndoParts,
  files: readonly FileRecord[],
  choice: "finish" | "undo",
): Promise<void> {
  for (const { path, before, after, madeFolder } of files) {
    const goal = choice === "undo" ? before : after;
    if (goal?.kind === "missing" && madeFolder !== undefined) {
      const folder = dirname(absolutePath(parts.root, path));
      await removeEmptyFolders(folder, absolutePath(parts.root, madeFolder));
    }
  }
}
