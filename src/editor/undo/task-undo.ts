import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import { AgentError } from "../../core/errors";
import type { Checkpoints } from "../../core/ports";
import type { Task } from "../../core/task";
import { Serial } from "../../machine/serial";
import { type Disposable, DisposableStore } from "../disposables";
import { stillAsShown } from "./as-shown";
import { BeforeDocuments } from "./before-documents";
import { chooseChanges } from "./choose-changes";
import { compareChange } from "./compare-change";
import { describeImpossible, describeRestored, nameRestore } from "./describe-plan";
import { eventsOf, settleInterrupted } from "./interrupted";
import { idOf, type Kept } from "./open-parts";
import { TaskCheckpoints } from "./task-checkpoints";
import type { ChosenChange, Interrupted, PlannedChange, WorkspaceUndo } from "./workspace-undo";

export interface UndoParts {
  undo: WorkspaceUndo;
  /** A task that is open in this window. */
  task(taskId: string): Task | undefined;
  /** Told of what was taken back or put back in, for the record of commits. */
  restored(task: Task, what: string, kept: readonly Kept[]): Promise<void>;
  /** Shows a failure to the user. */
  tell(error: unknown): void;
}

const maxAgeMs = 30 * 24 * 60 * 60 * 1_000;
const maxBytes = 2 * 1024 * 1024 * 1024;

/** What the user wants to go back to. */
interface Step {
  from: readonly Kept[] | undefined;
  title: string;
  /** Absent: all of the task. */
  actionId?: string;
  redo: boolean;
  /** Of an undo or a redo: the user has seen these files already. */
  isReversal?: boolean;
}

/** Going back to before an action of a task, or before all of it; every such step can be taken back itself. */
export class TaskUndo implements Disposable {
  private readonly store = new DisposableStore();
  private readonly before = this.store.add(new BeforeDocuments());
  private readonly settling = new Serial();
  private readonly asked = new Set<string>();

  constructor(private readonly parts: UndoParts) {}

  checkpoints(taskId: string): Checkpoints {
    return new TaskCheckpoints(taskId, this.parts.undo, () => this.settleUnfinished(taskId, { again: true }));
  }

  /** Shows what going back means for each file, and does it for those that the user leaves ticked. */
  async undo(task: Task, actionId?: string): Promise<void> {
    requireIdle(task);
    const all = await this.parts.undo.list(task.id);
    if (actionId === undefined) {
      await this.goBack(task, { from: undefined, title: "Undo This Task", redo: false });
      return;
    }
    const from = all.filter(({ checkpoint }) => checkpoint.actionId === actionId);
    const [first] = from;
    if (first === undefined) {
      throw noRecord("This action changed no file, or the record of what it changed is gone.", undoAll);
    }
    await this.goBack(task, {
      from,
      title: `Undo From “${shorten(first.checkpoint.label)}” On`,
      actionId,
      redo: false,
    });
  }

  /** Takes back going back. The user is asked only where something else has changed since. */
  redo(task: Task, checkpointId: string): Promise<void> {
    return this.takeBack(task, checkpointId, true);
  }

  /**
   * What a crash left half done is put back or finished, as the user says; of one task or of all. Each is asked once in
   * this window, unless `again`. False when something stays half done.
   */
  settleUnfinished(taskId?: string, { again = false } = {}): Promise<boolean> {
    return this.settling.run(async () => {
      const { undo } = this.parts;
      for (const action of await undo.interrupted(taskId)) {
        const key = `${action.taskId} ${action.actionId}`;
        if (again || !this.asked.has(key)) {
          this.asked.add(key);
          await this.settle(action);
        }
      }
      return (await undo.interrupted(taskId)).length === 0;
    });
  }

  /** Forgets what is too old or too much, but none of these tasks. */
  async collect(undoable: ReadonlySet<string>): Promise<void> {
    await this.parts.undo.collect({ undoable, maxAgeMs, maxBytes });
  }

  async forget(taskId: string): Promise<void> {
    await this.parts.undo.forget(taskId);
  }

  dispose(): void {
    this.store.dispose();
  }

  private async settle(action: Interrupted): Promise<void> {
    const settled = await settleInterrupted(action);
    const task = this.parts.task(action.taskId);
    if (task === undefined || settled === undefined) {
      return;
    }
    for (const event of eventsOf(action, settled)) {
      await task.emit(event);
    }
    if (settled.kept.length > 0) {
      await this.parts.restored(task, action.label, settled.kept);
    }
  }

  private async takeBack(task: Task, checkpointId: string, redo: boolean): Promise<void> {
    requireIdle(task);
    const ids = checkpointId.split(" ");
    const from = (await this.parts.undo.list(task.id)).filter(({ checkpoint }) => ids.includes(checkpoint.id));
    if (from.length === 0) {
      throw redo
        ? noRecord("The record of what was taken back is gone.", "Ask Hearth to make the changes again.")
        : noRecord("The record of what was put back in is gone.", undoAll);
    }
    await this.goBack(task, { from, title: redo ? "Redo: Put the Changes Back In" : "Undo", redo, isReversal: true });
  }

  /** Asks until no ticked file has changed since the list was made: what the user agreed to is what is done. */
  private async goBack(task: Task, step: Step): Promise<void> {
    let planned = await this.parts.undo.plan(task.id, step.from);
    const impossible = describeImpossible(planned);
    if (impossible !== undefined) {
      void vscode.window.showWarningMessage(impossible);
    }
    let chosen = await this.choose(planned.filter(isPossible), step);
    while (chosen !== undefined && chosen.length > 0) {
      requireIdle(task);
      await saveUnsaved(chosen);
      planned = await this.parts.undo.plan(task.id, step.from);
      const asShown = stillAsShown(chosen, planned);
      if (asShown.length === chosen.length) {
        await this.restore(task, step, chosen, planned.filter(isPossible));
        return;
      }
      chosen = await this.choose(planned.filter(isPossible), step, asShown);
    }
  }

  private async choose(
    possible: readonly PlannedChange[],
    step: Step,
    earlier?: readonly ChosenChange[],
  ): Promise<ChosenChange[] | undefined> {
    if (possible.length === 0) {
      void vscode.window.showInformationMessage(
        "There is nothing to take back: no file holds a change of this task's.",
      );
      return undefined;
    }
    const isSeen = step.isReversal && earlier === undefined;
    if (isSeen && possible.every(({ file, unsaved }) => file.standing !== "both" && unsaved === undefined)) {
      return possible.map((change) => ({ ...change, keepsUser: false }));
    }
    return chooseChanges(possible, {
      title: step.title,
      placeholder: placeholderOf(step, earlier !== undefined),
      earlier,
      compare: (change) => {
        compareChange(change, this.before).catch(this.parts.tell);
      },
    });
  }

  private async restore(
    task: Task,
    step: Step,
    chosen: readonly ChosenChange[],
    possible: readonly PlannedChange[],
  ): Promise<void> {
    const label = step.redo ? "Redo" : "Undo";
    const deed = { taskId: task.id, actionId: `restore-${randomBytes(4).toString("hex")}`, label };
    const kept = await this.parts.undo.restore(deed, chosen);
    if (kept.length === 0) {
      return;
    }
    const names = chosen.map(({ name }) => name);
    const left = possible.map(({ name }) => name).filter((name) => !names.includes(name));
    const checkpointId = idOf(kept);
    const { actionId, redo } = step;
    await task.emit({
      type: "restored",
      checkpointId,
      files: names,
      redo,
      ...(actionId === undefined ? {} : { actionId }),
    });
    const text = describeRestored(names, left, redo);
    this.offerReversal(task, text, checkpointId, redo);
    await this.parts.restored(task, nameRestore(names, redo), kept);
  }

  private offerReversal(task: Task, text: string, checkpointId: string, wasRedo: boolean): void {
    const again = wasRedo ? "Undo" : "Redo";
    void vscode.window.showInformationMessage(text, again).then((answer) => {
      if (answer === again) {
        this.takeBack(task, checkpointId, !wasRedo).catch(this.parts.tell);
      }
    });
  }
}

function isPossible({ file }: PlannedChange): boolean {
  return file.impossible === undefined;
}

function placeholderOf({ redo }: Step, again: boolean): string {
  if (again) {
    return "Files have changed since you looked: tick them again, or leave them as they are";
  }
  return redo ? "Ticked files change; an undo takes it back" : "Ticked files go back; a redo puts them back in";
}

/** So that unsaved texts are kept like everything else that is replaced. */
async function saveUnsaved(chosen: readonly ChosenChange[]): Promise<void> {
  for (const document of chosen.flatMap(({ unsaved }) => unsaved ?? [])) {
    if (document.isDirty && !(await document.save())) {
      throw new AgentError(
        "not_saved",
        `${vscode.workspace.asRelativePath(document.uri)} could not be saved, so nothing was changed.`,
        "Save or close it, then undo again.",
      );
    }
  }
}

function requireIdle(task: Task): void {
  if (task.running) {
    throw new AgentError("busy", "This task is at work.", "Stop it first, then undo.");
  }
}

const undoAll = "Undo the whole task instead, with the command Hearth: Undo This Task.";

function noRecord(message: string, remedy: string): AgentError {
  return new AgentError("no_checkpoint", message, remedy);
}

function shorten(label: string): string {
  return label.length <= 50 ? label : `${label.slice(0, 49).trimEnd()}…`;
}
