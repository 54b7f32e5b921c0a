import * as nodePath from "node:path";
import type { Task } from "../../core/task";
import type { TaskPorts } from "../../core/task-ports";
import type { TaskDesk } from "../desk/task-desk";
import type { Disposable } from "../disposables";
import { CommitTrail } from "../git/commit-trail";
import { type Memory, RepositoryConsent } from "../git/repository-consent";
import type { Machine } from "../machine/machine";
import type { Settings } from "../settings/settings";
import { TaskUndo } from "./task-undo";
import { WorkspaceUndo } from "./workspace-undo";

export interface PastParts {
  machine: Machine;
  settings: Settings;
  memory: Memory;
  tasks(): TaskDesk;
  /** The tasks that any window has open. */
  held(): Promise<readonly string[]>;
  /** Shows a failure to the user. */
  tell(error: unknown): void;
  reportBug(error: unknown): void;
}

/** What tasks have done to files: the way back, and the commits of it. */
export class TaskPast implements Disposable {
  private readonly undone: TaskUndo;
  private readonly commits: CommitTrail;

  constructor(private readonly parts: PastParts) {
    const { machine, settings, tell, reportBug } = parts;
    const undo = new WorkspaceUndo(nodePath.join(machine.storage, "undo"), machine.files);
    this.commits = new CommitTrail({
      isOn: () => settings.current.commitEachAction && settings.trusted,
      coAuthor: () => settings.current.coAuthor,
      folders: () => machine.files.places.folders().map(({ fsPath }) => fsPath),
      task: (taskId) => parts.tasks().task(taskId),
      kept: (taskId) => undo.list(taskId),
      consent: new RepositoryConsent(parts.memory),
      reportBug,
    });
    this.undone = new TaskUndo({
      undo,
      task: (taskId) => parts.tasks().task(taskId),
      restored: (task, what, kept) => this.commits.recordRestored(task, what, kept),
      tell,
    });
  }

  portsOf(taskId: string): Pick<TaskPorts, "checkpoints" | "trail"> {
    return { checkpoints: this.undone.checkpoints(taskId), trail: this.commits.of(taskId) };
  }

  /** Goes back to before this action, or to before the task, after the user has seen what that means. */
  undo(task: Task, actionId?: string): Promise<void> {
    return this.undone.undo(task, actionId);
  }

  redo(task: Task, checkpointId: string): Promise<void> {
    return this.undone.redo(task, checkpointId);
  }

  squash(task: Task): Promise<void> {
    return this.commits.squash(task);
  }

  /** Before a task goes on: what a crash left half done of it is settled first. */
  async reopened(task: Task): Promise<void> {
    if (this.isUsable) {
      await this.undone.settleUnfinished(task.id);
      await this.commits.clearUp();
    }
  }

  /** What a crash left half done of any task is asked about when the user first looks. */
  async settle(): Promise<void> {
    if (this.isUsable) {
      await this.undone.settleUnfinished();
      await this.undone.collect(new Set([...this.parts.tasks().open, ...(await this.parts.held())]));
    }
  }

  forget(taskId: string): Promise<void> {
    return this.undone.forget(taskId);
  }

  dispose(): void {
    this.undone.dispose();
  }

  private get isUsable(): boolean {
    return this.parts.machine.hasWorkspace && this.parts.settings.trusted;
  }
}
