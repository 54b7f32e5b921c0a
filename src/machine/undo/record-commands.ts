import type { Checkpoint, FileRecord } from "./checkpoint";
import { capture, type FileState, sameState } from "./file-state";
import { firstNewFolder, foldersOf } from "./made-folders";
import { absolutePath, keepContents, type UndoParts } from "./parts";
import { closeCheckpoint, type Deed, type Ending, keepAfter, openCheckpoint } from "./record-deeds";
import { readSnapshot, type Seen, writeSnapshot } from "./snapshot-content";
import { isUnseen } from "./unseen";
import type { Snapshot } from "./workspace-scan";

export interface RecordedCommand {
  checkpoint: Checkpoint;
  before: Seen;
}

/** Looks at all files, keeps what is not kept yet, and records the checkpoint. */
export async function recordCommand(parts: UndoParts, deed: Deed): Promise<RecordedCommand> {
  const { before, snapshot } = await keepContents(parts, async (batch) => {
    const seen = await parts.scan.take(batch);
    return { before: seen, snapshot: await batch.add(writeSnapshot(seen)) };
  });
  const { incomplete } = before;
  const command = incomplete === undefined ? { snapshot } : { snapshot, incomplete };
  return { checkpoint: await openCheckpoint(parts, deed, "command", [], command), before };
}

/** Closes a command with what it changed, made and removed, but for what somebody else wrote meanwhile. */
export async function closeCommand(
  parts: UndoParts,
  { checkpoint, before }: RecordedCommand,
  { writtenByOthers }: Ending,
): Promise<Checkpoint | undefined> {
  const after = await lookAgain(parts, checkpoint);
  const seen = after.incomplete === undefined ? {} : { incomplete: after.incomplete };
  const theirs = new Set([...parts.underWay.writtenBesides(checkpoint.id), ...((await writtenByOthers?.()) ?? [])]);
  const { own, leftOut } = withoutTheirs(await differences(parts, before, after), theirs);
  const others = leftOut.length === 0 ? {} : { leftOut };
  return closeCheckpoint(parts, { ...checkpoint, ...seen, ...others, files: own });
}

function withoutTheirs(files: readonly FileRecord[], theirs: ReadonlySet<string>) {
  const folders = [...theirs].map((path) => `${path}/`);
  const isTheirs = ({ path }: FileRecord) => theirs.has(path) || folders.some((folder) => path.startsWith(folder));
  return { own: files.filter((file) => !isTheirs(file)), leftOut: files.filter(isTheirs).map(({ path }) => path) };
}

/** For a command that a crash cut off: what is different now from what it found. */
export async function withDifferences(parts: UndoParts, checkpoint: Checkpoint, snapshot: string): Promise<Checkpoint> {
  const before = readSnapshot(await parts.blobs.read(snapshot));
  return { ...checkpoint, files: await differences(parts, before, await lookAgain(parts, checkpoint)) };
}

function lookAgain(parts: UndoParts, checkpoint: Checkpoint): Promise<Snapshot> {
  return keepAfter(parts, checkpoint, (batch) => parts.scan.take(batch));
}

/** Of what both looks reached: what only one of them saw may have been there all the time. */
async function differences(parts: UndoParts, before: Seen, after: Seen): Promise<FileRecord[]> {
  const folders = foldersOf(before.files.keys());
  const paths = [...new Set([...before.files.keys(), ...after.files.keys()])].sort();
  const records: FileRecord[] = [];
  for (const path of paths) {
    const was = stateIn(before, path);
    const is = stateIn(after, path);
    if (was !== undefined && is !== undefined && !(await isUnchanged(parts, path, was, is))) {
      const made = was.kind === "missing" ? firstNewFolder(path, folders) : undefined;
      records.push({ path, before: was, after: is, ...(made === undefined ? {} : { madeFolder: made }) });
    }
  }
  return records;
}

/** Undefined when that is not known. */
function stateIn({ files, unseen }: Seen, path: string): FileState | undefined {
  return files.get(path) ?? (isUnseen(unseen, path) ? undefined : { kind: "missing" });
}

/** A file that only one of the looks kept is looked at once more, the way the first one did. */
async function isUnchanged({ root }: UndoParts, path: string, was: FileState, is: FileState): Promise<boolean> {
  const keptOnce = (was.kind === "unkept" && is.kind === "file") || (was.kind === "file" && is.kind === "unkept");
  if (!keptOnce) {
    return sameState(was, is);
  }
  const { state } = await capture(absolutePath(root, path), was.kind === "file" ? was.size : 0);
  return sameState(was, state);
}
