import { randomUUID } from "node:crypto";
import * as nodePath from "node:path";
import { AgentError } from "../../core/errors";
import { ownIdentity } from "../journal/process-identity";
import { resolveInWorkspace } from "../paths/resolve-in-workspace";
import type { Batch } from "./batch";
import type { Checkpoint, FileRecord } from "./checkpoint";
import { capture, type FileState, sameState, stateOf } from "./file-state";
import { firstMissingFolder } from "./made-folders";
import { absolutePath, keepContents, notKept, type UndoParts } from "./parts";
import { standingOf } from "./standing";

export interface Deed {
  taskId: string;
  actionId: string;
  /** What the user reads: "Edit src/cart.js". */
  label: string;
}

/** A file that an edit is about to touch. */
export interface Touched {
  /** Relative to the workspace and inside it; a file outside only by its full path, links resolved. */
  path: string;
  /** What the user has there, when that is not what is on the disk: an unsaved editor's text, encoded. */
  before?: Uint8Array;
  /** What the edit means to leave, where that is known: null deletes the file. */
  after?: Uint8Array | null;
}

/** What whoever carried out an effect knows of its end. */
export interface Ending {
  /** For an edit: it was not written, or not all of it. Only files that stand as it meant to leave them are then its own. */
  failed?: boolean;
  /** For a command: paths below the workspace, files and folders, that somebody else has written since it began. */
  writtenByOthers?: () => Promise<readonly string[]>;
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
  if (!inside && real !== touched.path) {
    throw leadsOutside(touched.path, real);
  }
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

function leadsOutside(path: string, real: string): AgentError {
  return new AgentError(
    "outside_workspace",
    `${path} leads out of the workspace, to ${real}, so it was not touched.`,
    "Approve a change of that file itself, by its full path.",
  );
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
  parts.underWay.begin(checkpoint);
  return checkpoint;
}

/** Marks a checkpoint as done, with the files that changed. Without any it is forgotten, and undefined is returned. */
export async function closeCheckpoint(parts: UndoParts, checkpoint: Checkpoint): Promise<Checkpoint | undefined> {
  const { snapshot: _, ...rest } = checkpoint;
  const done: Checkpoint = { ...rest, files: changedFiles(checkpoint), state: "done" };
  return closing(parts, done, () => parts.log.write(done));
}

/** The same when the files are as they were recorded: this needs no space on the disk. */
export async function closeAsRecorded(parts: UndoParts, checkpoint: Checkpoint): Promise<Checkpoint | undefined> {
  const done: Checkpoint = { ...checkpoint, files: changedFiles(checkpoint), state: "done" };
  return closing(parts, done, () => parts.log.markDone(checkpoint));
}

async function closing(
  parts: UndoParts,
  done: Checkpoint,
  record: () => Promise<void>,
): Promise<Checkpoint | undefined> {
  await parts.step("close");
  parts.underWay.end(done.id);
  try {
    await (done.files.length === 0 ? parts.log.remove(done) : record());
  } catch (error) {
    throw notRecorded(error);
  }
  return done.files.length === 0 ? undefined : done;
}

function changedFiles({ files }: Checkpoint): FileRecord[] {
  return files.filter(({ before, after }) => after === undefined || !sameState(before, after));
}

function notRecorded(error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (error instanceof AgentError || code === undefined) {
    return error;
  }
  return new AgentError(
    "undo_not_recorded",
    `A change was made, but what it left could not be recorded: ${message}.`,
    "Free some space on the disk that holds Hearth's storage; the change is then offered as unfinished, to keep or undo.",
    { cause: error },
  );
}

/** Closes an edit with what it left on the disk. */
export async function closeEdit(
  parts: UndoParts,
  { checkpoint, onDisk }: RecordedEdit,
  { failed = false }: Ending,
): Promise<Checkpoint | undefined> {
  const files = await keepAfter(parts, checkpoint, async (batch) => {
    const records: FileRecord[] = [];
    for (const file of failed ? await halfDone(parts, checkpoint.files) : checkpoint.files) {
      const left = await captureInto(parts, batch, file.path);
      const untouched = onDisk.get(file.path);
      records.push({ ...file, after: untouched !== undefined && sameState(left, untouched) ? file.before : left });
    }
    return records;
  });
  return closeCheckpoint(parts, { ...checkpoint, files });
}

/** Files that stand as an edit meant to leave them, or hold the beginning of that. */
async function halfDone(parts: UndoParts, files: readonly FileRecord[]): Promise<FileRecord[]> {
  const standings = await Promise.all(files.map((file) => standingOf(parts, file)));
  return files.filter((_, index) => ["after", "begun"].includes(standings[index]?.is ?? "other"));
}

/** Keeps contents after an effect: when the disk refuses, the checkpoint stays open, to be settled later. */
export async function keepAfter<T>(
  parts: UndoParts,
  { id }: Checkpoint,
  add: (batch: Batch) => Promise<T>,
): Promise<T> {
  try {
    return await keepContents(parts, add);
  } catch (error) {
    parts.underWay.end(id);
    throw notRecorded(error instanceof AgentError ? (error.cause ?? error) : error);
  }
}

export async function captureInto({ root, maxBytes }: UndoParts, batch: Batch, path: string): Promise<FileState> {
  const { state, content } = await capture(absolutePath(root, path), maxBytes);
  if (content !== undefined) {
    await batch.add(content);
  }
  return state;
}
