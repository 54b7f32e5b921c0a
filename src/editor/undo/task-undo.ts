import { randomBytes } from "node:crypto";
import * as nodePath from "node:path";
import * as vscode from "vscode";
import { AgentError } from "../../core/errors";
import type { Checkpoints } from "../../core/ports";
import type { Task } from "../../core/task";
import { type PlannedFile, UndoStore } from "../../machine/undo/undo-store";
import { type Disposable, DisposableStore } from "../disposables";
import type { Log } from "../log";
import { BeforeDocuments } from "./before-documents";
import { describeImpossible, describePlanned } from "./describe-plan";
import { TaskCheckpoints } from "./task-checkpoints";

export interface UndoRoom {
  /** Our own folder for this workspace, absolute. */
  folder: string;
  /** Absolute workspace folder. */
  root: string;
  locate(path: string): Promise<vscode.Uri>;
  /** Tasks that are open in this window: they stay undoable. */
  openTasks(): ReadonlySet<string>;
  log: Log;
}

const maxAgeMs = 30 * 24 * 60 * 60 * 1_000;
const maxBytes = 2 * 1024 * 1024 * 1024;

const compare: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon("diff"),
  tooltip: "Compare with what is there now",
};

interface Line extends vscode.QuickPickItem {
  file: PlannedFile;
}

/** Going back to before an action of a task, or before all of it; every such step can be taken back itself. */
export class TaskUndo implements Disposable {
  private readonly store = new DisposableStore();
  private readonly before = this.store.add(new BeforeDocuments());
  private opening: Promise<UndoStore> | undefined;

  constructor(private readonly room: UndoRoom) {}

  checkpoints(taskId: string): Checkpoints {
    const { root, locate } = this.room;
    return new TaskCheckpoints({ taskId, root, locate, store: () => this.open() });
  }

  /** Shows what going back means for each file, and does it for those that the user leaves chosen. */
  async undo(task: Task, actionId?: string): Promise<void> {
    if (task.running) {
      throw new AgentError("busy", "This task is at work.", "Stop it first, then undo.");
    }
    const store = await this.open();
    const from = actionId === undefined ? undefined : await checkpointOf(store, task.id, actionId);
    const plan = await this.planWithSaved(store, task.id, from);
    const chosen = await this.choose(plan, actionId === undefined ? "Undo this task" : "Go back to before this action");
    if (chosen.length === 0) {
      return;
    }
    await this.restore(store, task, chosen, { actionId, redo: false });
  }

  /** What a crash left half done is put back or kept as it is, as the user says. */
  async settleUnfinished(): Promise<void> {
    const store = await this.open();
    for (const unfinished of await store.unfinished()) {
      const back = "Put the Files Back";
      const keep = unfinished.canFinish ? "Finish It" : "Keep What It Did";
      const answer = await vscode.window.showWarningMessage(
        `Hearth was interrupted in the middle of “${unfinished.checkpoint.label}”.`,
        back,
        keep,
      );
      if (answer !== undefined) {
        const canKeep = unfinished.canFinish || unfinished.checkpoint.kind === "command";
        const { left } = await store.settle(unfinished, answer === keep && canKeep ? "finish" : "undo");
        if (left.length > 0) {
          void vscode.window.showInformationMessage(`Left alone, because they changed since: ${left.join(", ")}.`);
        }
      }
    }
    const undoable = this.room.openTasks();
    await store.collect({ undoable, maxAgeMs, maxBytes });
  }

  async forget(taskId: string): Promise<void> {
    await (await this.open()).removeTask(taskId);
  }

  dispose(): void {
    this.store.dispose();
  }

  private open(): Promise<UndoStore> {
    this.opening ??= UndoStore.open(this.room.folder, this.room.root);
    return this.opening;
  }

  /** Unsaved texts are saved first: they are then kept like everything else that a restore replaces. */
  private async planWithSaved(store: UndoStore, taskId: string, from: string | undefined): Promise<PlannedFile[]> {
    const plan = await store.plan(taskId, from);
    const paths = new Set(plan.map(({ path }) => nodePath.resolve(this.room.root, path)));
    const unsaved = vscode.workspace.textDocuments.filter(({ isDirty, uri }) => isDirty && paths.has(uri.fsPath));
    if (unsaved.length === 0) {
      return plan;
    }
    for (const document of unsaved) {
      if (!(await document.save())) {
        throw new AgentError(
          "not_saved",
          `${document.uri.fsPath} could not be saved.`,
          "Save or close it, then undo again.",
        );
      }
    }
    return store.plan(taskId, from);
  }

  private async choose(plan: readonly PlannedFile[], title: string): Promise<PlannedFile[]> {
    const impossible = describeImpossible(plan);
    const possible = plan.filter((file) => file.impossible === undefined);
    if (impossible !== undefined) {
      void vscode.window.showWarningMessage(impossible);
    }
    if (possible.length === 0) {
      void vscode.window.showInformationMessage("There is nothing to undo: the files are as they were before.");
      return [];
    }
    const pick = vscode.window.createQuickPick<Line>();
    pick.title = title;
    pick.placeholder = "Each chosen file goes back; this can itself be undone";
    pick.canSelectMany = true;
    pick.ignoreFocusOut = true;
    pick.items = possible.map((file) => ({ ...describePlanned(file), file, buttons: [compare] }));
    pick.selectedItems = pick.items.filter((item) => item.picked);
    return new Promise((resolve) => {
      let chosen: PlannedFile[] = [];
      pick.onDidTriggerItemButton(({ item }) => void this.compare(item.file));
      pick.onDidAccept(() => {
        chosen = pick.selectedItems.map((item) => item.file);
        pick.hide();
      });
      pick.onDidHide(() => {
        pick.dispose();
        resolve(chosen);
      });
      pick.show();
    });
  }

  /** What is there now against what would be there. */
  private async compare(file: PlannedFile): Promise<void> {
    const content = await (await this.open()).contentOf(file.target);
    const target = this.before.put(file.path, content === undefined ? "" : await vscode.workspace.decode(content));
    const now = vscode.Uri.file(nodePath.resolve(this.room.root, file.path));
    const left = file.current.kind === "file" ? now : this.before.put(`${file.path} `, "");
    await vscode.commands.executeCommand(
      "vscode.diff",
      left,
      target,
      `${nodePath.basename(file.path)} (now ↔ before)`,
      {
        preview: true,
        preserveFocus: true,
      },
    );
  }

  private async restore(
    store: UndoStore,
    task: Task,
    files: readonly PlannedFile[],
    { actionId, redo }: { actionId: string | undefined; redo: boolean },
  ): Promise<void> {
    const label = redo ? "Redo" : "Undo";
    const deed = { taskId: task.id, actionId: `restore-${randomBytes(4).toString("hex")}`, label };
    const checkpoint = await store.restore(deed, files);
    if (!checkpoint) {
      return;
    }
    const paths = files.map(({ path }) => path);
    await task.emit({
      type: "restored",
      checkpointId: checkpoint.id,
      files: paths,
      redo,
      ...(actionId === undefined ? {} : { actionId }),
    });
    if (redo) {
      return;
    }
    const what = paths.length === 1 ? paths[0] : `${paths.length} files`;
    void vscode.window.showInformationMessage(`Took back the changes to ${what}.`, "Redo").then(async (answer) => {
      if (answer === "Redo") {
        await this.restore(store, task, await store.plan(task.id, checkpoint.id), { actionId, redo: true });
      }
    });
  }
}

async function checkpointOf(store: UndoStore, taskId: string, actionId: string): Promise<string> {
  const found = (await store.list(taskId)).find((checkpoint) => checkpoint.actionId === actionId);
  if (!found) {
    throw new AgentError(
      "no_checkpoint",
      "This action changed no file, or its record is gone.",
      "Undo the whole task instead.",
    );
  }
  return found.id;
}
