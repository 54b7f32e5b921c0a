import type { AgentEvent, EventOf } from "../../core/events";
import type { ToPanel } from "../../protocol/panel";
import type { Disposable } from "../disposables";

/** One message per this time instead of one per token: the page then draws once per frame. */
export const gatherMs = 20;

/** Gathers events on their way to the page. Messages keep their order. */
export class Outbox implements Disposable {
  private waiting: { taskId: string; events: AgentEvent[] } | undefined;
  private timer: NodeJS.Timeout | undefined;
  /** The last event that was sent with a whole task: some are in the record before they are told. */
  private known: AgentEvent | undefined;

  constructor(private readonly post: (message: ToPanel) => void) {}

  add(taskId: string, event: AgentEvent): void {
    if (this.isKnown(event)) {
      return;
    }
    if (this.waiting && this.waiting.taskId !== taskId) {
      this.flush();
    }
    this.waiting ??= { taskId, events: [] };
    addMerged(this.waiting.events, event);
    this.timer ??= setTimeout(() => this.flush(), gatherMs);
  }

  /** Sends what waits, then this. */
  send(message: ToPanel): void {
    this.flush();
    if (message.type === "task_restored") {
      this.known = message.events.findLast((event) => event.type !== "reply_delta");
    }
    this.post(message);
  }

  flush(): void {
    const gathered = this.waiting;
    this.drop();
    if (gathered) {
      this.post({ type: "task_progressed", ...gathered });
    }
  }

  /** Forgets what waits: whoever reads is told everything anew. */
  drop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.waiting = undefined;
  }

  dispose(): void {
    this.drop();
  }

  /** Pieces of a reply bear the number of the event that comes after them, and are told at once. */
  private isKnown({ type, taskId, seq }: AgentEvent): boolean {
    return type !== "reply_delta" && taskId === this.known?.taskId && seq <= this.known.seq;
  }
}

/** Neighbouring pieces of one reply become one piece. */
function addMerged(events: AgentEvent[], event: AgentEvent): void {
  const last = events.at(-1);
  if (event.type === "reply_delta" && last?.type === "reply_delta" && belongTogether(last, event)) {
    events[events.length - 1] = { ...last, text: last.text + event.text };
  } else if (event.type === "action_output" && last?.type === "action_output" && last.actionId === event.actionId) {
    events[events.length - 1] = { ...last, text: last.text + event.text };
  } else {
    events.push(event);
  }
}

function belongTogether(first: EventOf<"reply_delta">, second: EventOf<"reply_delta">): boolean {
  return first.turn === second.turn && first.kind === second.kind && first.name === second.name;
}
