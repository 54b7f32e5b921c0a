import * as nodePath from "node:path";
import { AgentError } from "../../core/errors";
import type { Batch } from "./batch";
import type { BlobStore } from "./blob-store";
import type { CheckpointLog } from "./checkpoint-log";
import type { UnderWay } from "./under-way";
import type { WorkspaceScan } from "./workspace-scan";

/** What the parts of the undo store share. */
export interface UndoParts {
  /** The workspace: absolute, without links. */
  root: string;
  /** The lock that one window at a time holds while it writes files. */
  lock: string;
  blobs: BlobStore;
  log: CheckpointLog;
  scan: WorkspaceScan;
  maxBytes: number;
  now(): number;
  /** Called before each thing that touches the disk. */
  step(name: string): Promise<void> | void;
  underWay: UnderWay;
}

export function absolutePath(root: string, path: string): string {
  return nodePath.isAbsolute(path) ? path : nodePath.join(root, path);
}

/**
 * Keeps what `add` puts into the batch; it is on the disk when this resolves. `add` is called again when another window
 * has collected meanwhile what was kept already. Throws `AgentError` "undo_not_kept" when the disk refuses: the effect must
 * not begin then.
 */
export async function keepContents<T>(parts: UndoParts, add: (batch: Batch) => Promise<T>): Promise<T> {
  for (;;) {
    const kept = await tryToKeep(parts, add).catch((error: unknown) => {
      throw notKept(error);
    });
    if (kept.isWhole) {
      return kept.result;
    }
  }
}

async function tryToKeep<T>(parts: UndoParts, add: (batch: Batch) => Promise<T>) {
  const batch = await parts.blobs.startBatch();
  try {
    const result = await add(batch);
    await parts.step("contents");
    return { result, isWhole: await batch.finish() };
  } catch (error) {
    await batch.abandon();
    throw error;
  }
}

/** Without a record of what was there nothing may be touched. What is no refusal of the disk stays as it is. */
export function notKept(error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (error instanceof AgentError || code === undefined) {
    return error;
  }
  return new AgentError(
    "undo_not_kept",
    `What the files are now could not be kept, so nothing was changed: ${message}.`,
    "Free some space on the disk that holds Hearth's storage, or make that folder writable, then try again.",
    { cause: error },
  );
}
