import type { AgentEvent, Mode } from "../../core/events";
import type { Plan } from "../../core/plan/plan";
import type { Answer } from "../../core/ports";
import type { TaskSummary, ToPanel } from "../../protocol/panel";

export type Surroundings = Omit<Extract<ToPanel, { type: "surroundings_changed" }>, "type">;

/**
 * What the page can ask for, one member per message of `FromPanel`. A failure is thrown: an `AgentError` is shown with its
 * remedy, anything else as our bug.
 */
export interface PanelDesk {
  /** Everything outside the task that a page shows. */
  surroundings(): Surroundings;
  /**
   * The task a page shows: its journaled events, then the deltas of a reply that is still being written; and what the user
   * sent that is not among them yet. Asked for when a page opens, and answered from memory, so that nothing falls between
   * this and the events that follow.
   */
  shownTask(): { taskId: string | null; events: readonly AgentEvent[]; waiting: readonly string[] };
  /** What was typed and not sent, and the earlier inputs, newest last. */
  draft(): { text: string; sent: readonly string[] };

  sendTask(text: string): Promise<void>;
  startNewTask(): Promise<void>;
  stop(): Promise<void>;
  retry(): Promise<void>;
  setMode(mode: Mode): Promise<void>;
  /** The nonce decides whether this counts: hand it to `Approvals.answer`. */
  answerAction(actionId: string, nonce: string, answer: Answer): Promise<void>;
  /** Parts of an edit are taken or left; nothing is answered by that. */
  tickHunks(actionId: string, hunks: readonly string[], taken: boolean): Promise<void>;
  undoFrom(actionId: string): Promise<void>;
  /** Puts back in what an undo took back. */
  redo(checkpointId: string): Promise<void>;
  /** Makes one commit of those that the shown task made. */
  squash(): Promise<void>;
  editPlan(plan: Plan): Promise<void>;
  openDiff(actionId: string, path: string): Promise<void>;
  openFile(path: string, line: number | undefined): Promise<void>;
  listTasks(): Promise<TaskSummary[]>;
  openTask(taskId: string): Promise<void>;
  deleteTask(taskId: string): Promise<void>;
  pickModel(): Promise<void>;
  choosePractice(): Promise<void>;
  searchServers(): Promise<void>;
  /** Gives the chosen model a larger window, or hands out the option that does. */
  fixWindow(): Promise<void>;
  dismissAdvice(): Promise<void>;
  openSettings(): Promise<void>;
  pressLink(url: string): Promise<void>;
  changeDraft(text: string): Promise<void>;
  removeAttachment(index: number): Promise<void>;
  /** Chooses a model elsewhere for the shown task and shows what would be sent. */
  escalate(): Promise<void>;
  endGrant(grantId: string): Promise<void>;
  showLedger(): Promise<void>;
  /** Which models fit this machine, and what to install when there is none. */
  showCatalogue(): Promise<void>;
}
