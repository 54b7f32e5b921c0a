import { randomUUID } from "node:crypto";
import * as nodePath from "node:path";
import { ownIdentity } from "../journal/process-identity";
import { resolveInWorkspace } from "../paths/resolve-in-workspace";
import type { Batch } from "./blob-store";
import type { Checkpoint, FileRecord } from "./checkpoint";
import { capture, type FileState, sameState, stateOf } from "./file-state";
import { firstMissingFolder } from "./made-folders";
import { absolutePath, keepContents, notKept, type UndoParts } from "./parts";

export interface Deed {
  taskId: string;
  actionId: string;
  /** What the user reads: "Edit src/cart.js". */
  label: string;
}

/** A file that an edit is about to touch. */
export interface Touched {
  path: string;
  /** What the user has there, when that is not what is on the disk: an unsaved editor's text, encoded. */
  before?: Uint8Array;
  /** What the edit means to leave, where that is known: null deletes the file. */
  after?: Uint8Array | null;
}

export interface RecordedEdit {
  checkpoint: Checkpoint;
  /** What was on the disk, by path, where the user had something else. */
  onDisk: ReadonlyMap<string, FileState>;
}

/** Keeps the contents that an edit starts from, and those it means to leave, then records the checkpoint. */
export async function recordEdit(parts: UndoParts, deed: Deed, touched: readonly Touched[]): Promise<RecordedEdit> {
  const onDisk = new Map<string, FileState>();
  const files = await keepContents(parts, async (batch) => {
    const records: FileRecord[] = [];
    for (const file of touched) {
      records.push(await recordTouched(parts, batch, file, onDisk));
    }
    return records;
  });
  return { checkpoint: await openCheckpoint(parts, deed, "edit", files), onDisk };
}

async function recordTouched(
  { root, maxBytes }: UndoParts,
  batch: Batch,
  touched: Touched,
  onDisk: Map<string, FileState>,
): Promise<FileRecord> {
  const { inside, relative, real } = await resolveInWorkspace(root, touched.path);
  const path = inside ? relative : real;
  const { state, content } = await capture(real, maxBytes);
  const mode = state.kind === "file" ? state.mode : 0o644;
  for (const kept of [touched.before ?? content, touched.after]) {
    if (kept !== undefined && kept !== null) {
      await batch.add(kept);
    }
  }
  const record: FileRecord = { path, before: touched.before === undefined ? state : stateOf(touched.before, mode) };
  if (touched.before !== undefined) {
    onDisk.set(path, state);
  }
  if (touched.after !== undefined) {
    record.after = touched.after === null ? { kind: "missing" } : stateOf(touched.after, mode);
  }
  const made = state.kind === "missing" ? await firstMissingFolder(real) : undefined;
  if (made !== undefined) {
    record.madeFolder = inside ? nodePath.relative(root, made) : made;
  }
  return record;
}

/** A new checkpoint of a task, open, on the disk. */
export async function openCheckpoint(
  parts: UndoParts,
  deed: Deed,
  kind: Checkpoint["kind"],
  files: FileRecord[],
  command: Pick<Checkpoint, "snapshot" | "incomplete"> = {},
): Promise<Checkpoint> {
  const checkpoint: Checkpoint = {
    v: 1,
    id: randomUUID(),
    taskId: deed.taskId,
    actionId: deed.actionId,
    label: deed.label,
    order: await parts.log.nextOrder(deed.taskId),
    at: parts.now(),
    kind,
    state: "open",
    owner: await ownIdentity(),
    files,
    ...command,
  };
  await parts.step("record");
  await parts.log.write(checkpoint).catch((error: unknown) => {
    throw notKept(error);
  });
  parts.underWay.add(checkpoint.id);
  return checkpoint;
}

/** Marks a checkpoint as done, with the files that changed. Without any it is forgotten, and undefined is returned. */
export async function closeCheckpoint(parts: UndoParts, checkpoint: Checkpoint): Promise<Checkpoint | undefined> {
  await parts.step("close");
  parts.underWay.delete(checkpoint.id);
  const files = checkpoint.files.filter(({ before, after }) => after === undefined || !sameState(before, after));
  if (files.length === 0) {
    await parts.log.remove(checkpoint);
    return undefined;
  }
  const { snapshot: _, ...rest } = checkpoint;
  const done: Checkpoint = { ...rest, files, state: "done" };
  await parts.log.write(done);
  return done;
}

/** Closes an edit with what it left on the disk. */
export async function closeEdit(
  parts: UndoParts,
  { checkpoint, onDisk }: RecordedEdit,
): Promise<Checkpoint | undefined> {
  const files = await keepContents(parts, async (batch) => {
    const records: FileRecord[] = [];
    for (const file of checkpoint.files) {
      const left = await captureInto(parts, batch, file.path);
      const untouched = onDisk.get(file.path);
      records.push({ ...file, after: untouched !== undefined && sameState(left, untouched) ? file.before : left });
    }
    return records;
  });
  return closeCheckpoint(parts, { ...checkpoint, files });
}

export async function captureInto({ root, maxBytes }: UndoParts, batch: Batch, path: string): Promise<FileState> {
  const { state, content } = await capture(absolutePath(root, path), maxBytes);
  if (content !== undefined) {
    await batch.add(content);
  }
  return state;
}
