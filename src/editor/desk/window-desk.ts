import * as vscode from "vscode";
import { testRunCallId } from "../../core/action/test-run";
import { AgentError } from "../../core/errors";
import type { AgentEvent, Mode } from "../../core/events";
import type { Plan } from "../../core/plan/plan";
import type { Answer } from "../../core/ports";
import { tellsStanding } from "../../core/standing";
import type { Task } from "../../core/task";
import type { Attachment, TaskSummary } from "../../protocol/panel";
import { Emitter } from "../emitter";
import type { Away } from "../escalation/away";
import type { Candidate, ModelChoice } from "../models/model-choice";
import { sayFound } from "../models/say-found";
import type { WindowAdvisor } from "../models/window-advisor";
import type { PanelDesk, Surroundings } from "../panel/desk";
import type { Approvals } from "../review/approvals";
import type { ProposalDocuments } from "../review/proposal-documents";
import { here } from "../status/here";
import type { Inputs } from "./inputs";
import { LiveReplies } from "./live-reply";
import { Sending } from "./sending";
import type { TaskDesk } from "./task-desk";

export interface WindowPast {
  /** Goes back to before this action of the task, after the user has seen what that means. */
  undo(task: Task, actionId: string): Promise<void>;
  redo(task: Task, checkpointId: string): Promise<void>;
  squash(task: Task): Promise<void>;
  /** Settles what a crash left half done of the task. */
  reopened(task: Task): Promise<void>;
  /** What is kept of a task beside its record is forgotten with it. */
  forget(taskId: string): Promise<void>;
}

export interface WindowParts {
  tasks: TaskDesk;
  models: ModelChoice;
  approvals: Approvals;
  proposals: ProposalDocuments;
  inputs: Inputs;
  preset(): Surroundings["approvals"];
  /** Values in the user's settings that were not understood. */
  problems(): readonly AgentError[];
  /** One true sentence on what left this machine today. */
  leaving(): string;
  away: Away;
  advisor: WindowAdvisor;
  showCatalogue(): Promise<void>;
  locate(path: string): Promise<vscode.Uri>;
  pickModel(): Promise<void>;
  /** Remembers which task this window shows, over a reload. */
  remember(taskId: string | undefined): Promise<void>;
  resumeFixTest(task: Task): Promise<void>;
  /** What tasks did to files, and the way back. */
  past: WindowPast;
  /** Shows a failure in the panel; one that is a bug of ours is logged too. */
  tell(error: unknown): void;
}

const examples = [
  "Fix the failing test",
  "Explain what this project does and where to start reading",
  "Plan how to add input validation, then wait for my approval",
];

/** What the user does in this window, whether in the panel, by a command or through the API. */
export class WindowDesk implements PanelDesk {
  private mode: Mode = "act";
  private attachments: Attachment[] = [];
  private readonly live = new LiveReplies();
  private readonly sending: Sending;
  private readonly surroundingsChanged = new Emitter<void>();
  readonly onSurroundingsChanged = this.surroundingsChanged.listen;

  constructor(private readonly parts: WindowParts) {
    this.sending = new Sending(parts.inputs);
    parts.tasks.onEvent((event) => this.follow(event));
    parts.models.onDidChange(() => this.surroundingsChanged.fire());
    parts.advisor.onDidChange(() => this.surroundingsChanged.fire());
    parts.away.onDidChange(() => this.surroundingsChanged.fire());
    parts.tasks.onShownChanged((task) => void parts.remember(task?.id));
  }

  surroundings(): Surroundings {
    const { models } = this.parts;
    return {
      endpoint: this.candidate?.view ?? null,
      here: here(),
      found: sayFound(models.candidates),
      mode: this.currentMode,
      approvals: this.parts.preset(),
      problems: this.parts.problems().map(({ trouble }) => trouble),
      searching: models.searching,
      trouble: models.trouble ?? null,
      advice: this.parts.advisor.adviceFor(this.candidate) ?? null,
      leaving: this.parts.leaving(),
      granted: this.parts.away.granted,
      canEscalate: this.parts.away.canEscalate,
      trusted: vscode.workspace.isTrusted,
      hasWorkspace: (vscode.workspace.workspaceFolders ?? []).length > 0,
      examples,
      attachments: this.attachments,
    };
  }

  shownTask() {
    const { shown } = this.parts.tasks;
    const said = shown?.waiting.filter(({ by }) => by === "user").map(({ text }) => text) ?? [];
    const waiting = [...said, ...this.sending.texts];
    return shown
      ? { taskId: shown.id, events: [...shown.events, ...this.live.of(shown.id)], waiting }
      : { taskId: null, events: [], waiting };
  }

  draft() {
    return this.parts.inputs.all();
  }

  sendTask(text: string): Promise<void> {
    return this.sending.send(text, () => this.takeText(text));
  }

  private async takeText(text: string): Promise<void> {
    await this.parts.models.ready();
    const attachments = this.attachments;
    const { shown } = this.parts.tasks;
    if (shown) {
      this.parts.models.endpointFor(shown.mode, undefined);
      this.dropAttachments();
      this.work(shown.say({ text, attachments, by: "user" }));
      return;
    }
    const { finished } = await this.parts.tasks.start({ text, mode: this.mode, attachments, endpoint: undefined });
    this.work(finished);
    this.dropAttachments();
  }

  async startNewTask(): Promise<void> {
    this.parts.tasks.showNone();
    this.surroundingsChanged.fire();
  }

  async stop(): Promise<void> {
    this.parts.tasks.shown?.stop();
  }

  async retry(): Promise<void> {
    await this.parts.models.ready();
    await this.goOn(this.needShown());
  }

  async setMode(mode: Mode): Promise<void> {
    this.mode = mode;
    await this.parts.tasks.shown?.setMode(mode);
    this.surroundingsChanged.fire();
  }

  async answerAction(actionId: string, nonce: string, answer: Answer): Promise<void> {
    const { approvals } = this.parts;
    if (approvals.answer(actionId, nonce, answer)) {
      return;
    }
    throw approvals.open().some((approval) => approval.actionId === actionId)
      ? new AgentError("stale_answer", "The edit has changed meanwhile.", "Look at it again, then answer.")
      : new AgentError(
          "stale_answer",
          "That approval is no longer open.",
          "Look at the task: it may have been answered already.",
        );
  }

  async tickHunks(actionId: string, hunks: readonly string[], taken: boolean): Promise<void> {
    this.parts.proposals.tick(actionId, hunks, taken);
  }

  async undoFrom(actionId: string): Promise<void> {
    await this.parts.past.undo(this.needShown(), actionId);
  }

  async redo(checkpointId: string): Promise<void> {
    await this.parts.past.redo(this.needShown(), checkpointId);
  }

  async squash(): Promise<void> {
    const task = this.needShown();
    if (task.running) {
      throw new AgentError("busy", "This task is at work.", "Stop it first, then squash its commits.");
    }
    await this.parts.past.squash(task);
  }

  async editPlan(plan: Plan): Promise<void> {
    await this.needShown().editPlan(plan);
  }

  async openDiff(actionId: string, path: string): Promise<void> {
    if (!(await this.parts.proposals.open(actionId, path))) {
      await this.openFile(path, undefined);
    }
  }

  async openFile(path: string, line: number | undefined): Promise<void> {
    const uri = await this.parts.locate(path);
    const options: vscode.TextDocumentShowOptions = { preview: true };
    if (line !== undefined) {
      options.selection = new vscode.Range(line - 1, 0, line - 1, 0);
    }
    await vscode.window.showTextDocument(uri, options);
  }

  listTasks(): Promise<TaskSummary[]> {
    return this.parts.tasks.list();
  }

  async openTask(taskId: string): Promise<void> {
    await this.reopen(taskId);
  }

  /** Shows an earlier task; approvals that were waiting stand again. */
  async reopen(taskId: string): Promise<void> {
    const { task, notes } = await this.parts.tasks.reopen(taskId);
    if (notes.length > 0) {
      this.parts.tell(new AgentError("record", notes.join(" "), "Everything that could be read is shown."));
    }
    await this.parts.away.settleRecord(task);
    await this.parts.past.reopened(task);
    this.mode = task.mode;
    this.surroundingsChanged.fire();
    if (!task.running && (task.hasOpenCalls || hasOpenTestRun(task))) {
      await this.goOn(task);
    } else if (task.wasInterrupted) {
      await task.emit({
        type: "paused",
        why: "The window was closed while Hearth was at work here. Nothing is running.",
      });
    }
  }

  /** A task that was started to fix a test goes on as such. */
  private async goOn(task: Task): Promise<void> {
    if (isFixingTest(task)) {
      await this.parts.resumeFixTest(task);
    } else {
      this.work(task.resume());
    }
  }

  async deleteTask(taskId: string): Promise<void> {
    await this.parts.tasks.remove(taskId);
    await this.parts.past.forget(taskId);
  }

  pickModel(): Promise<void> {
    return this.parts.pickModel();
  }

  choosePractice(): Promise<void> {
    return this.parts.models.choosePractice();
  }

  searchServers(): Promise<void> {
    return this.parts.models.search();
  }

  fixWindow(): Promise<void> {
    return this.parts.advisor.apply(this.candidate);
  }

  dismissAdvice(): Promise<void> {
    return this.parts.advisor.dismiss(this.candidate);
  }

  async openSettings(): Promise<void> {
    await vscode.commands.executeCommand("workbench.action.openSettings", "@ext:hearth.hearth");
  }

  /** The whole address is shown before anything is opened; only web addresses are. */
  async pressLink(url: string): Promise<void> {
    if (!/^https?:\/\//i.test(url)) {
      throw new AgentError("link", `“${url}” is not a web address.`, "Hearth opens only http and https links.");
    }
    const open = "Open in Browser";
    const copy = "Copy Address";
    const answer = await vscode.window.showWarningMessage(
      "This link comes from the model. Opening it sends the whole address to that site.",
      { modal: true, detail: url },
      open,
      copy,
    );
    if (answer === open) {
      await vscode.env.openExternal(vscode.Uri.parse(url, true));
    } else if (answer === copy) {
      await vscode.env.clipboard.writeText(url);
    }
  }

  changeDraft(text: string): Promise<void> {
    return this.parts.inputs.change(text);
  }

  async removeAttachment(index: number): Promise<void> {
    this.attachments = this.attachments.filter((_, at) => at !== index);
    this.surroundingsChanged.fire();
  }

  attach(attachment: Attachment): void {
    this.attachments = [...this.attachments, attachment];
    this.surroundingsChanged.fire();
  }

  escalate(): Promise<void> {
    return this.parts.away.escalate();
  }

  endGrant(grantId: string): Promise<void> {
    return this.parts.away.endGrant(grantId);
  }

  showLedger(): Promise<void> {
    return this.parts.away.showLedger();
  }

  showCatalogue(): Promise<void> {
    return this.parts.showCatalogue();
  }

  /** The model that the next turn of the shown task uses, as far as it is found by now. */
  private get candidate(): Candidate | undefined {
    return this.parts.models.chosenFor(this.currentMode);
  }

  /** The mode of the shown task, else of the next one. */
  get currentMode(): Mode {
    return this.parts.tasks.shown?.mode ?? this.mode;
  }

  private follow(event: AgentEvent): void {
    this.live.take(event);
    if (event.type === "mode_changed" && event.taskId === this.parts.tasks.shown?.id) {
      this.mode = event.mode;
    }
    if (event.type === "mode_changed" || event.type === "finished" || event.type === "reply_finished") {
      this.surroundingsChanged.fire();
    }
  }

  private dropAttachments(): void {
    if (this.attachments.length > 0) {
      this.attachments = [];
      this.surroundingsChanged.fire();
    }
  }

  /** A run ends as events, its failures included; only a record that cannot be written is told here. */
  private work(run: Promise<unknown>): void {
    run.catch((error) => this.parts.tell(error));
  }

  needShown(): Task {
    const { shown } = this.parts.tasks;
    if (!shown) {
      throw new AgentError("no_task", "No task is open.", "Write a request, or open one from the history.");
    }
    return shown;
  }
}

/** Until the user says something of their own, such a task ends only with the runner's report. */
function isFixingTest(task: Task): boolean {
  const [started] = task.events;
  const talked = task.events.some((event) => event.type === "user_said" && event.by === "user");
  return started?.type === "task_started" && started.goal !== undefined && !talked;
}

/** The harness asked to run the test and the window went away before the answer. */
function hasOpenTestRun(task: Task): boolean {
  const last = task.events.findLast(tellsStanding);
  const asked = task.events.findLast((event) => event.type === "action_proposed");
  return (
    last?.type === "action_judged" &&
    asked?.type === "action_proposed" &&
    asked.action.id === last.actionId &&
    asked.action.callId === testRunCallId
  );
}
