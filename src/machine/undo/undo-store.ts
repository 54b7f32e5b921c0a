import { realpath } from "node:fs/promises";
import * as nodePath from "node:path";
import { clearDrafts } from "../journal/process-lock";
import { Serial } from "../serial";
import { BlobStore } from "./blob-store";
import { type ChosenFile, carryOut, restoreFiles } from "./carry-out";
import type { Checkpoint } from "./checkpoint";
import { CheckpointLog } from "./checkpoint-log";
import { type CollectLimits, collect } from "./collect";
import { capture, type FileState, hashOf, stateOf } from "./file-state";
import { absolutePath, type UndoParts } from "./parts";
import { closeCommand, recordCommand } from "./record-commands";
import { closeEdit, type Deed, type Ending, recordEdit, type Touched } from "./record-deeds";
import { type PlannedFile, planRestore } from "./restore-plan";
import { findUnfinished, lookAtOpen, type Settled, settleOpen, type Unfinished } from "./settle";
import type { Standing } from "./standing";
import { UnderWay } from "./under-way";
import { type ScanLimits, usualScanLimits, WorkspaceScan } from "./workspace-scan";

export type { ChosenFile } from "./carry-out";
export type { Checkpoint } from "./checkpoint";
export type { FileState } from "./file-state";
export type { Deed, Touched } from "./record-deeds";
export type { PlannedFile } from "./restore-plan";
export type { Settled, Unfinished } from "./settle";
export type { Standing } from "./standing";

export interface UndoOptions {
  /** Files larger than this are not kept. */
  maxFileBytes?: number;
  scan?: Partial<ScanLimits>;
  now?: () => number;
  /** Called before each thing that touches the disk. */
  step?: (name: string) => Promise<void> | void;
}

/** A file of a `write`. */
export interface Written {
  path: string;
  /** Null deletes the file. */
  content: Uint8Array | null;
  /** What the change was made for: null for a file that is to be new. Absent: whatever is there. */
  base?: Uint8Array | null;
}

/** A checkpoint whose effect is under way. */
export interface OpenCheckpoint {
  readonly id: string;
  /** Files whose content could not be kept, and why: what happens to them cannot be undone. */
  readonly unkept: readonly { path: string; why: string }[];
  /** Why not all files around a command were looked at. */
  readonly incomplete: string | undefined;
  /** Records what the effect left. Undefined when it changed nothing; then nothing is kept. */
  finish(ending?: Ending): Promise<Checkpoint | undefined>;
}

/**
 * What files were before each action of each task, and the way back. It knows nothing of version control and touches no
 * path that a task did not change. Everything needed to go back is on the disk before an effect begins.
 */
export class UndoStore {
  private readonly serial = new Serial();

  private constructor(private readonly parts: UndoParts) {}

  /** `folder` is ours alone; `root` is the workspace. */
  static async open(folder: string, root: string, options: UndoOptions = {}): Promise<UndoStore> {
    const realRoot = await realpath(root);
    const lock = nodePath.join(folder, "writing.lock");
    const blobs = await BlobStore.open(nodePath.join(folder, "contents"), lock);
    await clearDrafts(lock);
    return new UndoStore({
      root: realRoot,
      lock,
      blobs,
      log: await CheckpointLog.open(nodePath.join(folder, "checkpoints")),
      scan: new WorkspaceScan(realRoot, { ...usualScanLimits, ...options.scan }),
      maxBytes: options.maxFileBytes ?? 64 * 1024 * 1024,
      now: options.now ?? Date.now,
      step: options.step ?? (() => undefined),
      underWay: new UnderWay(),
    });
  }

  /** Before an edit that somebody else writes: keeps what the files are. The edit may begin when it has resolved. */
  beginEdit(deed: Deed, touched: readonly Touched[]): Promise<OpenCheckpoint> {
    return this.serial.run(async () => {
      const recorded = await recordEdit(this.parts, deed, touched);
      return this.opened(recorded.checkpoint, unkeptOf(recorded.checkpoint.files), (ending) =>
        closeEdit(this.parts, recorded, ending),
      );
    });
  }

  /** Before a command: looks at all files of the workspace. The command may begin when it has resolved. */
  beginCommand(deed: Deed): Promise<OpenCheckpoint> {
    return this.serial.run(async () => {
      const recorded = await recordCommand(this.parts, deed);
      const unkept = unkeptOf([...recorded.before.files].map(([path, before]) => ({ path, before })));
      return this.opened(recorded.checkpoint, unkept, (ending) => closeCommand(this.parts, recorded, ending));
    });
  }

  /**
   * Writes files as one action: all or none, also when the process is ended in the middle. Throws `AgentError`
   * "file_changed" when a file is not as `base` says.
   */
  write(deed: Deed, files: readonly Written[]): Promise<Checkpoint | undefined> {
    return this.serial.run(async () => {
      const touched = files.map(({ path, content }) => ({ path, after: content }));
      const { checkpoint } = await recordEdit(this.parts, deed, touched);
      return carryOut(this.parts, checkpoint, basesOf(checkpoint, files));
    });
  }

  /** The checkpoints of a task, oldest first, without those under way. */
  async list(taskId: string): Promise<Checkpoint[]> {
    return (await this.parts.log.list(taskId)).filter(({ state }) => state === "done");
  }

  /**
   * What going back to before `from` (a checkpoint's id; the first one when absent) would do. `unsaved` are texts that
   * editors hold unsaved, encoded, by path: they count as what is there now.
   */
  async plan(
    taskId: string,
    from?: string,
    unsaved: ReadonlyMap<string, Uint8Array> = new Map(),
  ): Promise<PlannedFile[]> {
    const all = await this.list(taskId);
    const checkpoints = from === undefined ? all : all.slice(indexOrEnd(all, from));
    const current = new Map<string, FileState>();
    for (const { path } of checkpoints.flatMap(({ files }) => files)) {
      const { state } = await capture(absolutePath(this.parts.root, path), this.parts.maxBytes);
      const typed = unsaved.get(path);
      current.set(path, typed === undefined ? state : stateOf(typed, state.kind === "file" ? state.mode : 0o644));
    }
    return planRestore(checkpoints, current);
  }

  /**
   * Goes back for these files of a plan, all or none. The returned checkpoint undoes it: plan from its id, and restore.
   * Throws `AgentError` "file_changed" when a file is no longer as the plan saw it.
   */
  restore(deed: Deed, files: readonly ChosenFile[]): Promise<Checkpoint | undefined> {
    return this.serial.run(() => restoreFiles(this.parts, deed, files));
  }

  /** The content that belongs to a state, for a comparison; undefined when it is not a file. */
  async contentOf(state: FileState): Promise<Buffer | undefined> {
    return state.kind === "file" ? this.parts.blobs.read(state.hash) : undefined;
  }

  /** Actions that a crash left half done, of one task or of all, oldest first. Those of windows that still run are not among them. */
  unfinished(taskId?: string): Promise<Unfinished[]> {
    return this.serial.run(() => findUnfinished(this.parts, taskId));
  }

  /** How far a half done action came. */
  standing({ checkpoint }: Unfinished): Promise<Standing[]> {
    return this.serial.run(() => lookAtOpen(this.parts, checkpoint));
  }

  /**
   * Ends a half done action: finishes it, or puts everything back. A command cannot be finished; `finish` then keeps what
   * it did, to be undone like any other. Files that somebody else has changed since are left alone and named. What was
   * settled already, in another window, is not touched.
   */
  settle({ checkpoint }: Unfinished, choice: "finish" | "undo"): Promise<Settled> {
    return this.serial.run(async () => {
      const open = await findUnfinished(this.parts, checkpoint.taskId);
      return open.some((other) => other.checkpoint.id === checkpoint.id)
        ? settleOpen(this.parts, checkpoint, choice)
        : { left: [], kept: undefined };
    });
  }

  /** Forgets old tasks that need not be undoable, and contents that no task needs. Returns the bytes that became free. */
  collect(limits: CollectLimits): Promise<number> {
    return this.serial.run(() => collect(this.parts, limits));
  }

  /** Forgets a task; its contents go with the next `collect`. */
  removeTask(taskId: string): Promise<void> {
    return this.serial.run(() => this.parts.log.removeTask(taskId));
  }

  private opened(
    checkpoint: Checkpoint,
    unkept: OpenCheckpoint["unkept"],
    finish: (ending: Ending) => Promise<Checkpoint | undefined>,
  ): OpenCheckpoint {
    const { id, incomplete } = checkpoint;
    return { id, incomplete, unkept, finish: (ending = {}) => this.serial.run(() => finish(ending)) };
  }
}

function unkeptOf(files: readonly { path: string; before: FileState }[]): { path: string; why: string }[] {
  return files.flatMap(({ path, before }) => (before.kind === "unkept" ? [{ path, why: before.why }] : []));
}

/** By path, the hash that a file is expected to have; undefined for none. */
function basesOf({ files }: Checkpoint, written: readonly Written[]): Map<string, string | undefined> {
  return new Map(
    files.flatMap(({ path }, index): [string, string | undefined][] => {
      const base = written[index]?.base;
      return base === undefined ? [] : [[path, base === null ? undefined : hashOf(base)]];
    }),
  );
}

function indexOrEnd(checkpoints: readonly Checkpoint[], id: string): number {
  const index = checkpoints.findIndex((checkpoint) => checkpoint.id === id);
  return index === -1 ? checkpoints.length : index;
}
