import type { TextDocument } from "vscode";
import type { Deed } from "../../core/ports";
import type { CollectLimits } from "../../machine/undo/collect";
import { capture, sameState } from "../../machine/undo/file-state";
import type { Checkpoint, Deed as KeptDeed, PlannedFile, Touched, Unfinished } from "../../machine/undo/undo-store";
import { sameBytes } from "../files/byte-signs";
import type { EditorFiles } from "../files/editor-files";
import { openDocument } from "../files/open-documents";
import { type Kept, OpenParts } from "./open-parts";
import { SavedMeanwhile } from "./saved-meanwhile";
import { fsPathIn, nameIn, pathIn, type UndoFolder, UndoFolders } from "./undo-folders";
import { bytesOf, unsavedDocuments } from "./unsaved-texts";
import { withoutTask } from "./without-task";

/** One file of an undo, wherever it lies. */
export interface PlannedChange {
  /** As the agent and the user name it. */
  name: string;
  /** Absolute, under the folder as it was opened. */
  fsPath: string;
  folder: UndoFolder;
  file: PlannedFile;
  /** A document that holds it with changes that are not saved. */
  unsaved: TextDocument | undefined;
  /** What it would be without what the task did and with all that the user did, where there is such a thing. */
  withoutTask: Uint8Array | undefined;
}

export interface ChosenChange extends PlannedChange {
  /** Takes back only what the task did, and leaves what the user did. */
  keepsUser: boolean;
}

/** One action that a crash cut off, in each folder that it was about. */
export interface Interrupted {
  taskId: string;
  actionId: string;
  label: string;
  parts: { folder: UndoFolder; unfinished: Unfinished }[];
}

/** Larger files go back as a whole or not at all. Bytes. */
const largestMerged = 8 * 1024 * 1024;

/** What is kept of all open folders. Within one folder an action is recorded, and taken back, as a whole. */
export class WorkspaceUndo {
  private readonly folders: UndoFolders;

  constructor(
    storage: string,
    private readonly files: EditorFiles,
  ) {
    this.folders = new UndoFolders(storage, files.places);
  }

  /** Before an effect: keeps what it may change. Nothing may be touched until this has resolved. */
  async begin(taskId: string, { actionId, label, effect, edits }: Deed): Promise<OpenParts> {
    const deed = { taskId, actionId, label };
    const parts = new OpenParts(effect.kind === "command" ? new SavedMeanwhile() : undefined);
    try {
      if (effect.kind === "command") {
        for (const folder of await this.folders.all()) {
          parts.add(folder, await folder.store.beginCommand(deed));
        }
      } else {
        for (const [folder, touched] of await this.touched(edits)) {
          parts.add(folder, await folder.store.beginEdit(deed, touched));
        }
      }
    } catch (error) {
      await parts.finish({ failed: true });
      throw error;
    }
    return parts;
  }

  /** The checkpoints of a task, oldest first within each folder. */
  async list(taskId: string): Promise<Kept[]> {
    const lists = await Promise.all(
      (await this.folders.all()).map(async (folder) =>
        (await folder.store.list(taskId)).map((checkpoint) => ({ folder, checkpoint })),
      ),
    );
    return lists.flat();
  }

  /** What going back to before the first of these checkpoints means; to before the whole task when none are given. */
  async plan(taskId: string, from?: readonly Kept[]): Promise<PlannedChange[]> {
    const unsaved = await unsavedDocuments();
    const changes: PlannedChange[] = [];
    for (const folder of await this.folders.all()) {
      const history = since(await folder.store.list(taskId), from, folder);
      const [first] = history;
      if (first !== undefined) {
        changes.push(...(await planIn(folder, taskId, { history, from: first.id, unsaved })));
      }
    }
    return changes;
  }

  /** Goes back for these files: all or none in each folder, and those of a folder before are put back when one fails. */
  async restore(deed: KeptDeed, chosen: readonly ChosenChange[]): Promise<Kept[]> {
    const done: Kept[] = [];
    for (const folder of await this.folders.all()) {
      const files = chosen.filter((change) => change.folder.realRoot === folder.realRoot).map(chosenFile);
      try {
        const checkpoint = files.length > 0 ? await folder.store.restore(deed, files) : undefined;
        if (checkpoint !== undefined) {
          done.push({ folder, checkpoint });
        }
      } catch (error) {
        await takeBack(deed, done);
        throw error;
      }
    }
    return done;
  }

  /** What a crash left half done, of one task or of all, oldest first. */
  async interrupted(taskId?: string): Promise<Interrupted[]> {
    const found = new Map<string, Interrupted>();
    for (const folder of await this.folders.all()) {
      for (const unfinished of await folder.store.unfinished(taskId)) {
        const { checkpoint } = unfinished;
        const key = `${checkpoint.taskId} ${checkpoint.actionId}`;
        const action = found.get(key) ?? { ...checkpoint, parts: [] };
        found.set(key, { ...action, parts: [...action.parts, { folder, unfinished }] });
      }
    }
    return [...found.values()];
  }

  async collect(limits: CollectLimits): Promise<void> {
    for (const { store } of await this.folders.all()) {
      await store.collect(limits);
    }
  }

  async forget(taskId: string): Promise<void> {
    for (const { store } of await this.folders.all()) {
      await store.removeTask(taskId);
    }
  }

  private async touched(edits: Deed["edits"]): Promise<[UndoFolder, Touched[]][]> {
    const found = new Map<string, [UndoFolder, Touched[]]>();
    for (const [folder, touched] of await Promise.all(edits.map((edit) => this.foreseen(edit)))) {
      const [, others] = found.get(folder.realRoot) ?? [folder, []];
      found.set(folder.realRoot, [folder, [...others, touched]]);
    }
    return [...found.values()];
  }

  private async foreseen(edit: Deed["edits"][number]): Promise<[UndoFolder, Touched]> {
    const place = await this.files.places.find(edit.path);
    const folder = await this.folders.of(place);
    const document = openDocument(place);
    const path = place.inside ? place.inner : place.fsPath;
    const after = await this.files.foresee(edit);
    return [folder, document?.isDirty ? { path, after, before: await bytesOf(document) } : { path, after }];
  }
}

/** From the first of the given checkpoints on. Where a folder has none of them, its own later ones count. */
function since(all: readonly Checkpoint[], from: readonly Kept[] | undefined, folder: UndoFolder): Checkpoint[] {
  if (from === undefined) {
    return [...all];
  }
  const ids = from.filter((kept) => kept.folder.realRoot === folder.realRoot).map(({ checkpoint }) => checkpoint.id);
  const earliest = Math.min(...from.map(({ checkpoint }) => checkpoint.at));
  const named = all.findIndex(({ id }) => ids.includes(id));
  const later = all.findIndex(({ at }) => at >= earliest);
  const index = named === -1 ? later : named;
  return index === -1 ? [] : all.slice(index);
}

async function planIn(
  folder: UndoFolder,
  taskId: string,
  {
    history,
    from,
    unsaved,
  }: { history: readonly Checkpoint[]; from: string; unsaved: ReadonlyMap<string, TextDocument> },
): Promise<PlannedChange[]> {
  const documents = new Map([...unsaved].map(([real, document]) => [pathIn(folder, real), document]));
  const texts = new Map<string, Uint8Array>();
  for (const [path, document] of documents) {
    texts.set(path, await bytesOf(document));
  }
  const planned = await folder.store.plan(taskId, from, texts);
  const changes = await Promise.all(
    planned.map(async (file): Promise<PlannedChange | undefined> => {
      const now = file.standing === "both" ? (texts.get(file.path) ?? (await contentNow(folder, file))) : undefined;
      const kept = now === undefined ? undefined : await keepingUser(folder, file, { history, now });
      const isAllTheirs = kept !== undefined && now !== undefined && sameBytes(kept, now);
      const { path } = file;
      const named = { name: nameIn(folder, path), fsPath: fsPathIn(folder, path), unsaved: documents.get(path) };
      return isAllTheirs ? undefined : { ...named, folder, file, withoutTask: kept };
    }),
  );
  return changes.filter((change) => change !== undefined);
}

/** Undefined when the file is not as the plan saw it, and when it is none. */
async function contentNow(folder: UndoFolder, { path, current }: PlannedFile): Promise<Uint8Array | undefined> {
  const { state, content } = await capture(fsPathIn(folder, path), largestMerged);
  return sameState(state, current) ? content : undefined;
}

async function keepingUser(
  { store }: UndoFolder,
  file: PlannedFile,
  { history, now }: { history: readonly Checkpoint[]; now: Uint8Array },
): Promise<Uint8Array | undefined> {
  if (file.impossible !== undefined) {
    return undefined;
  }
  const records = history.flatMap(({ files }) => files.filter(({ path }) => path === file.path));
  const steps = await Promise.all(
    records.map(async ({ before, after }) => ({
      before: await store.contentOf(before),
      after: after === undefined ? undefined : await store.contentOf(after),
    })),
  );
  return withoutTask(steps, now);
}

function chosenFile({ name, file, keepsUser, withoutTask: content }: ChosenChange) {
  if (!keepsUser) {
    return file;
  }
  if (content === undefined) {
    throw new Error(`${name} has no version that keeps the user's changes`);
  }
  return { ...file, content };
}

async function takeBack(deed: KeptDeed, done: readonly Kept[]): Promise<void> {
  for (const { folder, checkpoint } of done.toReversed()) {
    await folder.store.restore(deed, await folder.store.plan(deed.taskId, checkpoint.id));
  }
}
