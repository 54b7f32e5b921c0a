import { AgentError, bugTrouble } from "./errors";
import type { AgentEvent, EndpointView, EventOf, Mode, NewEvent } from "./events";
import { type Ending, type LoopOptions, type LoopState, runLoop, type Said } from "./loop";
import type { Plan } from "./plan/plan";
import { systemPrompt } from "./prompts/system";
import { modeOf, openCalls, tellsStanding } from "./standing";
import type { TaskPorts } from "./task-ports";

export type { Ending } from "./loop";

export interface TaskStart {
  mode: Mode;
  title: string;
  endpoint: EndpointView;
  goal?: NonNullable<EventOf<"task_started">["goal"]>;
}

/** What a stretch of work may do. */
export interface Session {
  signal: AbortSignal;
  /** Records the given events, then lets the agent work until it has nothing more to do. */
  work(first: readonly NewEvent[], options?: LoopOptions): Promise<Ending>;
  emit(event: NewEvent): Promise<void>;
}

/** One piece of work from the user's request to an outcome. It is its list of events; this drives it. */
export class Task {
  private readonly log: AgentEvent[];
  private readonly listeners = new Set<(event: AgentEvent) => void>();
  private readonly state: LoopState;
  private stopping: AbortController | undefined;
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

  /** What was said while the model works and is not recorded yet. */
  get waiting(): readonly Said[] {
    return this.state.waiting;
  }

  /** A reload left approvals unanswered or calls unrun: `resume()` puts them before the user again. */
  get hasOpenCalls(): boolean {
    return openCalls(this.log).length > 0 && !endedSinceReply(this.log);
  }

  /** The window went away in the middle: neither an end nor an approval that stands is the last thing recorded. */
  get wasInterrupted(): boolean {
    const last = this.log.findLast(tellsStanding);
    const isAtRest = last === undefined || ["task_started", "finished", "paused"].includes(last.type);
    return !isAtRest && !this.running && !this.hasOpenCalls;
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
    return this.session(({ work }) => work([{ type: "user_said", ...said }]));
  }

  /** Goes on where a reload, a stop or a failed reply left the task, without saying anything new. */
  async resume(): Promise<Ending | undefined> {
    return this.running ? undefined : this.session(({ work }) => work([{ type: "resumed" }]));
  }

  /**
   * One stretch of work from here to an ending, which is recorded. `run` may let the agent work several times and do
   * other things between; one signal stops all of it. Throws `AgentError` "busy" while another is under way.
   */
  async session<End extends Ending>(run: (session: Session) => Promise<End>): Promise<End | Ending> {
    if (this.running) {
      throw new AgentError("busy", "This task is already at work.", "Stop it first, or wait until it is done.");
    }
    const stopping = new AbortController();
    this.stopping = stopping;
    const { signal } = stopping;
    const work = (first: readonly NewEvent[], options?: LoopOptions) => this.work(first, signal, options);
    const ending = await this.ended(run({ work, signal, emit: (event) => this.emit(event) }));
    await this.keepUnread().finally(() => {
      this.stopping = undefined;
    });
    const { reason, text, trouble } = ending;
    await this.emit({ type: "finished", reason, text, ...(trouble ? { trouble } : {}) });
    return ending;
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

  /**
   * Stamps, hands to the journal, then tells everyone. Events keep the order in which they were emitted. What comes
   * before an effect, and what the user must not lose, is durable before this resolves; that includes all before it.
   */
  async emit(event: NewEvent): Promise<void> {
    if (this.closed) {
      return;
    }
    const seq = this.log.length;
    const stamped = { v: 1, seq, at: this.ports.now(), taskId: this.id, ...event } as AgentEvent;
    const written = this.ports.journal.append(stamped);
    if (stamped.type !== "reply_delta") {
      this.log.push(stamped);
    }
    if (mustBeDurable(stamped, this.log)) {
      await written;
    } else {
      written.catch(() => undefined); // the journal keeps it and the next event that waits is refused with it
    }
    this.tell(stamped);
  }

  private tell(event: AgentEvent): void {
    for (const listener of this.listeners) {
      listener(event);
    }
  }

  /** What the user said meanwhile and no turn took up is on record before the end: the next request holds it. */
  private async keepUnread(): Promise<void> {
    for (let said = this.state.waiting.shift(); said !== undefined; said = this.state.waiting.shift()) {
      await this.emit({ type: "user_said", ...said });
    }
  }

  private async work(first: readonly NewEvent[], signal: AbortSignal, options?: LoopOptions): Promise<Ending> {
    for (const event of first) {
      await this.emit(event);
    }
    const loop = runLoop(this.state, this.ports, signal, options);
    for (;;) {
      const next = await loop.next();
      if (next.done) {
        return next.value;
      }
      await this.emit(next.value);
    }
  }

  /** Nothing that goes wrong in a task escapes it: it becomes the task's ending. */
  private async ended<End extends Ending>(run: Promise<End>): Promise<End | Ending> {
    try {
      return await run;
    } catch (error) {
      if (error instanceof AgentError) {
        return { reason: "failed", text: error.message, trouble: error.trouble };
      }
      this.ports.reportBug(error);
      const trouble = bugTrouble();
      return { reason: "failed", text: trouble.message, trouble };
    }
  }
}

const isDurable = new Set<AgentEvent["type"]>(["user_said", "action_answered", "grant_given", "finished"]);

/** An effect waits for its record; reading, and what the model says, does not. */
function mustBeDurable(event: AgentEvent, log: readonly AgentEvent[]): boolean {
  if (event.type === "action_started") {
    return log.some(
      (earlier) =>
        earlier.type === "action_proposed" &&
        earlier.action.id === event.actionId &&
        earlier.action.effect.kind !== "read",
    );
  }
  return isDurable.has(event.type);
}

function endedSinceReply(events: readonly AgentEvent[]): boolean {
  const reply = events.findLastIndex((event) => event.type === "reply_finished");
  return events.slice(reply + 1).some((event) => event.type === "finished");
}
