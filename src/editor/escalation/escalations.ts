import { AgentError } from "../../core/errors";
import type { AgentEvent, EndpointView, GrantEnd } from "../../core/events";
import type { Approvals } from "../../core/gate/decide";
import type { Model } from "../../core/ports";
import type { Ending, Task } from "../../core/task";
import type { GrantState, Grants, Over } from "../../net/grants";
import { type Disposable, DisposableStore } from "../disposables";
import { Emitter } from "../emitter";
import type { Draft } from "./draft";

/** What the panel and the status bar show as long as a task may go out. */
export interface GrantView {
  grantId: string;
  taskId: string;
  taskTitle: string;
  endpoint: EndpointView;
  requests: number;
  maxRequests: number;
  bytes: number;
  maxBytes: number;
}

export interface EscalationsParts {
  onEvent(listener: (event: AgentEvent) => void): Disposable;
  /** Sets a task that was started to fix a test on its own way again. */
  resumeFixTest(task: Task): Promise<void>;
  tell(error: unknown): void;
}

interface Live {
  draft: Draft;
  model: Model;
  grants: Grants;
  listening: Disposable;
  /** Bytes sent so far, and how many of them with the last request. */
  bytes: number;
  lastBytes: number;
}

/** The tasks that may go out now. Nothing of this is kept: a reload or a crash makes every task local again. */
export class Escalations implements Disposable {
  private readonly store = new DisposableStore();
  private readonly live = new Map<string, Live>();
  private readonly changed = this.store.add(new Emitter<void>());
  readonly onDidChange = this.changed.listen;

  constructor(private readonly parts: EscalationsParts) {
    this.store.add(
      parts.onEvent((event) => {
        if (event.type === "finished") {
          void this.end(event.taskId, "task_ended");
        }
      }),
    );
  }

  get views(): GrantView[] {
    return [...this.live.values()].flatMap(({ draft, grants }) => {
      const state = stateOf(grants, draft.grantId);
      return state === undefined ? [] : [viewOf(draft, state)];
    });
  }

  /** The model elsewhere, for a task that may go out now. One whose limit is reached is local again. */
  modelFor(taskId: string): Model | undefined {
    const live = this.live.get(taskId);
    if (live === undefined) {
      return undefined;
    }
    const reached = limitReached(live);
    if (reached !== undefined) {
      void this.end(taskId, reached);
      return undefined;
    }
    return live.model;
  }

  /** What is read goes out too: while a task may go out, reading asks first, unless the user decided otherwise. */
  approvalsFor(taskId: string, usual: Approvals): Approvals {
    return this.live.get(taskId)?.draft.asksToRead ? "ask-everything" : usual;
  }

  /**
   * The user said yes to what a draft shows. Records it, then lets the task go on with the model elsewhere. Throws
   * `AgentError` "stale_preview" when the task has gone on since it was shown.
   */
  async approve(draft: Draft, nonce: string): Promise<void> {
    const { task, candidate } = draft;
    if (!draft.isShown(nonce)) {
      throw new AgentError(
        "stale_preview",
        "The task has changed since this was shown. Nothing was sent.",
        "Look at it again; it now shows what would be sent.",
      );
    }
    const connection = draft.connection;
    const { grant, record, said } = draft;
    const { maxRequests, maxBytes } = grant;
    const { bytes, sha256 } = record;
    const model = connection.redactedModel(candidate, task.id, draft.redactor, draft.selection);
    const endpoint = candidate.view;
    await task.emit({ type: "grant_given", grantId: grant.id, endpoint, maxRequests, maxBytes, bytes, sha256 });
    const { grants } = connection.gateway;
    grants.give(grant);
    const listening = grants.onChange((over) => this.follow(task.id, over));
    this.live.set(task.id, { draft, model, grants, listening, bytes: 0, lastBytes: 0 });
    this.changed.fire();
    this.work(task, said === undefined ? task.resume() : task.say(said)).catch((error) => this.parts.tell(error));
  }

  /** The user takes a permission back. */
  endGrant(grantId: string): Promise<void> {
    const found = [...this.live.entries()].find(([, { draft }]) => draft.grantId === grantId);
    return found === undefined ? Promise.resolve() : this.end(found[0], "user");
  }

  /** A grant in a task's record that nobody ended was ended by a reload or a crash: the record says so from now on. */
  async settleRecord(task: Task): Promise<void> {
    const open = new Set<string>();
    for (const event of task.events) {
      if (event.type === "grant_given") {
        open.add(event.grantId);
      } else if (event.type === "grant_ended") {
        open.delete(event.grantId);
      }
    }
    for (const grantId of open) {
      if (this.live.get(task.id)?.draft.grantId !== grantId) {
        await task.emit({ type: "grant_ended", grantId, why: "window_closed" });
      }
    }
  }

  dispose(): void {
    for (const { draft, grants, listening } of this.live.values()) {
      listening.dispose();
      grants.end({ id: draft.grantId });
    }
    this.live.clear();
    this.store.dispose();
  }

  private async work(task: Task, stretch: Promise<Ending | undefined>): Promise<void> {
    const ending = await stretch;
    const [started] = task.events;
    const isFixing = started?.type === "task_started" && started.goal !== undefined;
    if (isFixing && ending?.reason === "answered") {
      await this.parts.resumeFixTest(task); // only the runner's report says whether the test passes now
    }
  }

  private follow(taskId: string, over: Over | undefined): void {
    const live = this.live.get(taskId);
    if (live && over?.state.id === live.draft.grantId) {
      void this.end(taskId, over.why, over.state);
      return;
    }
    const state = live && stateOf(live.grants, live.draft.grantId);
    if (live && state && state.bytes !== live.bytes) {
      live.lastBytes = state.bytes - live.bytes;
      live.bytes = state.bytes;
      this.changed.fire();
    }
  }

  private async end(taskId: string, why: GrantEnd, counted?: GrantState): Promise<void> {
    const live = this.live.get(taskId);
    if (live === undefined) {
      return;
    }
    const { draft, grants, listening } = live;
    const state = counted ?? stateOf(grants, draft.grantId);
    this.live.delete(taskId);
    listening.dispose();
    grants.end({ id: draft.grantId });
    this.changed.fire();
    const counts = state === undefined ? {} : { requests: state.requests, bytes: state.bytes };
    await draft.task
      .emit({ type: "grant_ended", grantId: draft.grantId, why, ...counts })
      .catch((error) => this.parts.tell(error));
  }
}

function stateOf(grants: Grants, id: string): GrantState | undefined {
  return grants.active.find((grant) => grant.id === id);
}

/** Every request is at least as large as the one before it: what would certainly go over a limit is not begun. */
function limitReached({ draft, grants, lastBytes }: Live): "request_limit" | "byte_limit" | undefined {
  const state = stateOf(grants, draft.grantId);
  if (state === undefined || state.requests >= state.maxRequests) {
    return "request_limit";
  }
  return state.bytes + lastBytes > state.maxBytes ? "byte_limit" : undefined;
}

function viewOf(draft: Draft, state: GrantState): GrantView {
  const { requests, maxRequests, bytes, maxBytes } = state;
  return {
    grantId: draft.grantId,
    taskId: draft.task.id,
    taskTitle: draft.title,
    endpoint: draft.candidate.view,
    requests,
    maxRequests,
    bytes,
    maxBytes,
  };
}
