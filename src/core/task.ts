import { modeOf, openCalls } from "./calls";
import { AgentError } from "./errors";
import type { AgentEvent, EndpointView, EventOf, Mode, NewEvent } from "./events";
import { type Ending, type LoopState, runLoop, type Said } from "./loop";
import type { Plan } from "./plan/plan";
import { systemPrompt } from "./prompts/system";
import type { TaskPorts } from "./task-ports";

export type { Ending } from "./loop";

export interface TaskStart {
  mode: Mode;
  title: string;
  endpoint: EndpointView;
  goal?: NonNullable<EventOf<"task_started">["goal"]>;
}

/** One piece of work from the user's request to an outcome. It is its list of events; this drives it. */
export class Task {
  private readonly log: AgentEvent[];
  private readonly listeners = new Set<(event: AgentEvent) => void>();
  private readonly state: LoopState;
  private stopping: AbortController | undefined;
  private lastWrite: Promise<void> = Promise.resolve();
  private closed = false;

  constructor(
    readonly id: string,
    private readonly ports: TaskPorts,
    history: readonly AgentEvent[] = [],
  ) {
    this.log = [...history];
    this.state = {
      events: this.log,
      waiting: [],
      seen: new Map(),
    };
  }

  get events(): readonly AgentEvent[] {
    return this.log;
  }

  get mode(): Mode {
    return modeOf(this.log);
  }

  get running(): boolean {
    return this.stopping !== undefined;
  }

  /** A reload left approvals unanswered or calls unrun: `resume()` puts them before the user again. */
  get hasOpenCalls(): boolean {
    return openCalls(this.log).length > 0 && !endedSinceReply(this.log);
  }

  onEvent(listener: (event: AgentEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Records what the task is and the prompt it keeps to its end. */
  async begin(start: TaskStart): Promise<void> {
    const prompt = { system: systemPrompt(), tools: this.ports.tools.map((tool) => tool.spec) };
    await this.emit({ type: "task_started", ...start, prompt });
  }

  /**
   * Says something to the model and works until it has nothing more to do. While it is working already, the text is
   * taken up before the next turn and the result is that of the run under way.
   */
  async say(said: Said): Promise<Ending | undefined> {
    if (this.running) {
      this.state.waiting.push(said);
      return undefined;
    }
    const all = [...this.state.waiting.splice(0), said];
    return this.finishing(this.work(all.map((each) => ({ type: "user_said", ...each }))));
  }

  /** Goes on where a reload, a stop or a failed reply left the task, without saying anything new. */
  async resume(): Promise<Ending | undefined> {
    return this.running ? undefined : this.finishing(this.work([{ type: "resumed" }]));
  }

  /** Like `say`, for a caller that decides itself whether the task is finished. */
  async work(first: readonly NewEvent[]): Promise<Ending> {
    if (this.running) {
      throw new AgentError("busy", "This task is already at work.", "Stop it first, or wait until it is done.");
    }
    const stopping = new AbortController();
    this.stopping = stopping;
    try {
      for (const event of first) {
        await this.emit(event);
      }
      return await this.drive(stopping.signal);
    } catch (error) {
      this.ports.reportBug(error);
      return ourBug(error);
    } finally {
      this.stopping = undefined;
    }
  }

  async finish(ending: Ending): Promise<void> {
    await this.emit({ type: "finished", ...ending });
  }

  async setMode(mode: Mode): Promise<void> {
    if (mode !== this.mode) {
      await this.emit({ type: "mode_changed", mode, by: "user" });
    }
  }

  async editPlan(plan: Plan): Promise<void> {
    await this.emit({ type: "plan_changed", plan, by: "user" });
  }

  stop(): void {
    this.stopping?.abort(new DOMException("Stopped by the user.", "AbortError"));
  }

  /** Lets go without recording an end: what was open stands again when the task is reopened. */
  close(): void {
    this.closed = true;
    this.listeners.clear();
    this.stop();
  }

  /** Stamps, makes durable, then tells everyone. Events keep the order in which they were emitted. */
  async emit(event: NewEvent): Promise<void> {
    if (this.closed) {
      return;
    }
    const seq = this.log.length;
    const stamped = { v: 1, seq, at: this.ports.now(), taskId: this.id, ...event } as AgentEvent;
    if (stamped.type === "reply_delta") {
      this.tell(stamped);
      await this.ports.journal.append(stamped);
      return;
    }
    this.log.push(stamped);
    const append = () => this.ports.journal.append(stamped);
    this.lastWrite = this.lastWrite.then(append, append);
    await this.lastWrite;
    this.tell(stamped);
  }

  private tell(event: AgentEvent): void {
    for (const listener of this.listeners) {
      listener(event);
    }
  }

  private async drive(signal: AbortSignal): Promise<Ending> {
    const loop = runLoop(this.state, this.ports, signal);
    for (;;) {
      const next = await loop.next();
      if (next.done) {
        return next.value;
      }
      await this.emit(next.value);
    }
  }

  private async finishing(work: Promise<Ending>): Promise<Ending> {
    const ending = await work;
    await this.finish(ending);
    return ending;
  }
}

function endedSinceReply(events: readonly AgentEvent[]): boolean {
  const reply = events.findLastIndex((event) => event.type === "reply_finished");
  return events.slice(reply + 1).some((event) => event.type === "finished");
}

function ourBug(error: unknown): Ending {
  if (error instanceof AgentError) {
    return { reason: "failed", text: error.message, trouble: error.trouble };
  }
  const message = error instanceof Error ? error.message : String(error);
  const remedy = "This is a bug in Hearth. The log (Output: Hearth) has the details; you can go on with a new message.";
  return { reason: "failed", text: message, trouble: { code: "bug", message, remedy } };
}
