import * as nodePath from "node:path";
import * as vscode from "vscode";
import { AgentError } from "../../core/errors";
import type { Checkpoints, Deed, OpenCheckpoint } from "../../core/ports";
import type { Checkpoint, Touched, UndoStore } from "../../machine/undo/undo-store";

export interface CheckpointParts {
  taskId: string;
  store(): Promise<UndoStore>;
  /** Absolute workspace folder. */
  root: string;
  locate(path: string): Promise<vscode.Uri>;
}

/** Keeps what files were before each action of one task, in our own store. */
export class TaskCheckpoints implements Checkpoints {
  constructor(private readonly parts: CheckpointParts) {}

  async before({ actionId, label, effect, edits }: Deed): Promise<OpenCheckpoint> {
    const store = await this.parts.store();
    const deed = { taskId: this.parts.taskId, actionId, label };
    const open = await keeping(async () =>
      effect.kind === "command"
        ? store.beginCommand(deed)
        : store.beginEdit(deed, await Promise.all(edits.map(({ path }) => this.touched(path)))),
    );
    const notes = open.unkept.map(({ path, why }) => `What happens to ${path} cannot be undone: ${why}.`);
    return {
      id: open.id,
      notes: open.incomplete === undefined ? notes : [...notes, open.incomplete],
      finish: async () => changesOf(await open.finish()),
    };
  }

  /** An unsaved editor's text is what the user has there; it is kept rather than what is on the disk. */
  private async touched(path: string): Promise<Touched> {
    const uri = await this.parts.locate(path);
    const document = vscode.workspace.textDocuments.find((each) => each.uri.toString() === uri.toString());
    const inside = nodePath.relative(this.parts.root, uri.fsPath);
    const isInside = inside !== "" && !inside.startsWith("..") && !nodePath.isAbsolute(inside);
    const name = isInside ? inside.split(nodePath.sep).join("/") : uri.fsPath;
    return document?.isDirty
      ? { path: name, before: await vscode.workspace.encode(document.getText(), { uri }) }
      : { path: name };
  }
}

/** Without a record of what was there nothing may be touched. */
async function keeping<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AgentError || (error as NodeJS.ErrnoException).code === undefined) {
      throw error;
    }
    throw new AgentError(
      "not_kept",
      `What the files are now could not be kept, so nothing was done: ${(error as Error).message}.`,
      "Free some space or make the storage folder writable, then try again.",
      { cause: error },
    );
  }
}

function changesOf(checkpoint: Checkpoint | undefined) {
  return checkpoint?.files.map(({ path, before, after }) => ({
    path,
    change:
      before.kind === "missing"
        ? ("created" as const)
        : after?.kind === "missing"
          ? ("deleted" as const)
          : ("changed" as const),
  }));
}
