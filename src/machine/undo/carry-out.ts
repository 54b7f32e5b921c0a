import { AgentError } from "../../core/errors";
import { applyStates, type StateChange } from "./apply-states";
import type { Batch } from "./batch";
import type { Checkpoint, FileRecord } from "./checkpoint";
import { exclusively } from "./exclusive";
import { type FileState, sameState, stateOf } from "./file-state";
import { absolutePath, keepContents, type UndoParts } from "./parts";
import { captureInto, closeAsRecorded, type Deed, openCheckpoint } from "./record-deeds";
import type { PlannedFile } from "./restore-plan";

/** A file of a plan that the user chose. */
export interface ChosenFile extends PlannedFile {
  /** What it is to hold in place of the plan's target: a version that keeps somebody else's change. */
  content?: Uint8Array;
}

/**
 * Brings the files of an open checkpoint to what it means to leave, all or none, and closes it. `bases` are the hashes
 * that some of them must have before.
 */
export async function carryOut(
  parts: UndoParts,
  checkpoint: Checkpoint,
  bases: ReadonlyMap<string, string | undefined> = new Map(),
): Promise<Checkpoint | undefined> {
  try {
    requireBases(checkpoint, bases);
    const changes = checkpoint.files.flatMap((file) => {
      const { before, after } = file;
      return after === undefined || sameState(before, after) ? [] : [changeOf(parts, file, before, after)];
    });
    await bring(parts, checkpoint.id, changes);
  } catch (error) {
    parts.underWay.end(checkpoint.id);
    // The error that led here is the one to tell; a checkpoint that stays open is settled later.
    await parts.log.remove(checkpoint).catch(() => undefined);
    throw error;
  }
  return closeAsRecorded(parts, checkpoint);
}

/** One window at a time: between looking at a file and replacing it no other one of ours comes in. */
export function bring(parts: UndoParts, id: string, changes: readonly StateChange[]): Promise<void> {
  const { lock, maxBytes, step } = parts;
  return exclusively(lock, () => applyStates({ id, changes, maxBytes, step, read: (hash) => parts.blobs.read(hash) }));
}

function requireBases({ files }: Checkpoint, bases: ReadonlyMap<string, string | undefined>): void {
  for (const { path, before } of files) {
    if (bases.has(path) && bases.get(path) !== (before.kind === "file" ? before.hash : undefined)) {
      throw new AgentError(
        "file_changed",
        `${path} has changed since this edit was made, so nothing was written.`,
        "Look at the file as it is now, then decide again.",
      );
    }
  }
}

export function changeOf(parts: UndoParts, file: FileRecord, from: FileState, to: FileState): StateChange {
  const path = absolutePath(parts.root, file.path);
  const top = file.madeFolder === undefined ? undefined : absolutePath(parts.root, file.madeFolder);
  return { path, from, to, madeFolder: top };
}

/** Keeps what is there now as a checkpoint of its own, then brings the files back. */
export async function restoreFiles(
  parts: UndoParts,
  deed: Deed,
  files: readonly ChosenFile[],
): Promise<Checkpoint | undefined> {
  const possible = files.filter(({ impossible }) => impossible === undefined);
  const records = possible.map((file): FileRecord => {
    const { path, current, madeFolder } = file;
    return { path, before: current, after: goalOf(file), ...(madeFolder === undefined ? {} : { madeFolder }) };
  });
  await keepContents(parts, async (batch) => {
    await keepCurrent(parts, batch, records);
    for (const { content } of possible) {
      if (content !== undefined) {
        await batch.add(content);
      }
    }
  });
  return carryOut(parts, await openCheckpoint(parts, deed, "restore", records));
}

function goalOf({ content, target, current }: ChosenFile): FileState {
  return content === undefined ? target : stateOf(content, current.kind === "file" ? current.mode : 0o644);
}

async function keepCurrent(parts: UndoParts, batch: Batch, records: readonly FileRecord[]): Promise<void> {
  for (const { path, before } of records) {
    if (!sameState(await captureInto(parts, batch, path), before)) {
      throw new AgentError(
        "file_changed",
        `${path} has changed since you looked, so nothing was restored.`,
        "Look at the list again, then decide.",
      );
    }
  }
}
