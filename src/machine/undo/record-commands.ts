import type { Checkpoint, FileRecord } from "./checkpoint";
import { type FileState, sameState } from "./file-state";
import { firstNewFolder, foldersOf } from "./made-folders";
import { keepContents, type UndoParts } from "./parts";
import { closeCheckpoint, type Deed, keepAfter, openCheckpoint } from "./record-deeds";
import { readSnapshot, writeSnapshot } from "./snapshot-content";
import type { Snapshot } from "./workspace-scan";

export interface RecordedCommand {
  checkpoint: Checkpoint;
  before: ReadonlyMap<string, FileState>;
}

/** Looks at all files, keeps what is not kept yet, and records the checkpoint. */
export async function recordCommand(parts: UndoParts, deed: Deed): Promise<RecordedCommand> {
  const { before, snapshot } = await keepContents(parts, async (batch) => {
    const seen = await parts.scan.take(batch, (hash) => parts.blobs.has(hash));
    return { before: seen, snapshot: await batch.add(writeSnapshot(seen.files)) };
  });
  const { incomplete } = before;
  const command = incomplete === undefined ? { snapshot } : { snapshot, incomplete };
  return { checkpoint: await openCheckpoint(parts, deed, "command", [], command), before: before.files };
}

/** Closes a command with what it changed, made and removed. */
export async function closeCommand(
  parts: UndoParts,
  { checkpoint, before }: RecordedCommand,
): Promise<Checkpoint | undefined> {
  const { files, incomplete } = await lookAgain(parts, checkpoint);
  const seen = incomplete === undefined ? {} : { incomplete };
  return closeCheckpoint(parts, { ...checkpoint, ...seen, files: differences(before, files) });
}

/** For a command that a crash cut off: what is different now from what it found. */
export async function withDifferences(parts: UndoParts, checkpoint: Checkpoint, snapshot: string): Promise<Checkpoint> {
  const before = readSnapshot(await parts.blobs.read(snapshot));
  const { files } = await lookAgain(parts, checkpoint);
  return { ...checkpoint, files: differences(before, files) };
}

function lookAgain(parts: UndoParts, checkpoint: Checkpoint): Promise<Snapshot> {
  return keepAfter(parts, checkpoint, (batch) => parts.scan.take(batch, (hash) => parts.blobs.has(hash)));
}

function differences(before: ReadonlyMap<string, FileState>, after: ReadonlyMap<string, FileState>): FileRecord[] {
  const folders = foldersOf(before.keys());
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort();
  return paths.flatMap((path) => {
    const was: FileState = before.get(path) ?? { kind: "missing" };
    const is: FileState = after.get(path) ?? { kind: "missing" };
    if (sameState(was, is)) {
      return [];
    }
    const made = was.kind === "missing" ? firstNewFolder(path, folders) : undefined;
    return [{ path, before: was, after: is, ...(made === undefined ? {} : { madeFolder: made }) }];
  });
}
