import { AgentError } from "../../core/errors";
import type { AgentEvent, EndpointView, EventOf, Mode } from "../../core/events";
import type { Journal } from "../../core/ports";
import { tellsStanding } from "../../core/standing";
import { type Ending, Task } from "../../core/task";
import type { TaskPorts } from "../../core/task-ports";
import type { Attachment, TaskSummary } from "../../protocol/panel";
import { Emitter } from "../emitter";

export interface OpenJournal extends Journal {
  readonly events: readonly AgentEvent[];
  /** Sentences about the record itself: what was damaged, or that it cannot be written. */
  readonly notes: readonly string[];
  close(): Promise<void>;
}

export interface Journals {
  open(taskId: string): Promise<OpenJournal>;
  list(): Promise<TaskSummary[]>;
  remove(taskId: string): Promise<void>;
}

export interface NewTask {
  /** Given when the caller had to name the task before it began. */
  id?: string;
  text: string;
  mode: Mode;
  attachments: Attachment[];
  /** A profile's name; absent: the model that is chosen when each turn starts. */
  endpoint: string | undefined;
  goal?: EventOf<"task_started">["goal"];
}

export interface DeskParts {
  journals: Journals;
  /** Ports for one task. `endpoint` is a profile's name when the caller asked for one. */
  ports(taskId: string, journal: Journal, endpoint: string | undefined): TaskPorts;
  /** The endpoint that the next turn in this mode would use; throws `AgentError` when there is none. */
  endpointFor(mode: Mode, endpoint: string | undefined): EndpointView;
  newTaskId(): string;
}

/** The open tasks of this window, one of which the panel shows. */
export class TaskDesk {
  private readonly opened = new Map<string, { task: Task; journal: OpenJournal }>();
  private shownTask: Task | undefined;
  private readonly happened = new Emitter<AgentEvent>();
  private readonly shownChanged = new Emitter<Task | undefined>();
  readonly onEvent = this.happened.listen;
  readonly onShownChanged = this.shownChanged.listen;

  constructor(private readonly parts: DeskParts) {}

  get shown(): Task | undefined {
    return this.shownTask;
  }

  get open(): readonly string[] {
    return [...this.opened.keys()];
  }

  get running(): readonly Task[] {
    return [...this.opened.values()].map(({ task }) => task).filter((task) => task.running);
  }

  /** Creates a task and shows it; nothing is asked of the model yet. */
  async create(request: NewTask): Promise<Task> {
    const endpoint = this.parts.endpointFor(request.mode, request.endpoint);
    const task = await this.reach(request.id ?? this.parts.newTaskId(), request.endpoint);
    this.show(task);
    const { mode, goal } = request;
    await task.begin({ mode, title: titleOf(request.text), endpoint, ...(goal ? { goal } : {}) });
    return task;
  }

  /** Creates a task and sets it to work. */
  async start(request: NewTask): Promise<{ task: Task; finished: Promise<Ending> }> {
    const task = await this.create(request);
    const { text, attachments } = request;
    const finished = task.say({ text, attachments, by: "user" });
    return { task, finished: finished.then(ended) };
  }

  /** Opens a task from its journal and shows it; what waited for an answer waits again. */
  async reopen(taskId: string): Promise<{ task: Task; notes: readonly string[] }> {
    const task = this.opened.get(taskId)?.task ?? (await this.reach(taskId, undefined));
    this.show(task);
    return { task, notes: this.opened.get(taskId)?.journal.notes ?? [] };
  }

  showNone(): void {
    this.show(undefined);
  }

  task(taskId: string): Task | undefined {
    return this.opened.get(taskId)?.task;
  }

  async list(): Promise<TaskSummary[]> {
    const working = new Map([...this.opened].map(([id, { task }]) => [id, task]));
    const listed = await this.parts.journals.list();
    return listed.map((summary) => {
      const task = working.get(summary.id);
      return task?.running ? { ...summary, state: isWaiting(task) ? "waiting" : "working" } : summary;
    });
  }

  async remove(taskId: string): Promise<void> {
    const opened = this.opened.get(taskId);
    if (opened?.task.running) {
      throw new AgentError("busy", "This task is at work.", "Stop it first, then delete it.");
    }
    if (this.shownTask?.id === taskId) {
      this.showNone();
    }
    opened?.task.close();
    await opened?.journal.close();
    this.opened.delete(taskId);
    await this.parts.journals.remove(taskId);
  }

  /** Lets go of every task without recording an end: each can be taken up again after a reload. */
  async dispose(): Promise<void> {
    for (const { task } of this.opened.values()) {
      task.close();
    }
    await Promise.all([...this.opened.values()].map(({ journal }) => journal.close()));
    this.opened.clear();
  }

  private async reach(taskId: string, endpoint: string | undefined): Promise<Task> {
    const journal = await this.parts.journals.open(taskId);
    const task = new Task(taskId, this.parts.ports(taskId, journal, endpoint), journal.events);
    task.onEvent((event) => this.happened.fire(event));
    this.opened.set(taskId, { task, journal });
    return task;
  }

  private show(task: Task | undefined): void {
    this.shownTask = task;
    this.shownChanged.fire(task);
  }
}

function isWaiting(task: Task): boolean {
  const last = task.events.findLast(tellsStanding);
  return last?.type === "action_judged" && last.verdict === "ask";
}

/** The first words of the request; made here, so that no request to the model is needed for it. */
export function titleOf(text: string): string {
  const line = text.trim().split("\n", 1)[0] ?? "";
  return line.length <= 60 ? line : `${line.slice(0, 59).trimEnd()}…`;
}

function ended(ending: Ending | undefined): Ending {
  if (!ending) {
    throw new Error("a new task was already at work");
  }
  return ending;
}
