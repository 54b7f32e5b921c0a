import type { Outcome } from "../core/api";
import type { AgentEvent, Mode } from "../core/events";
import type { Answer } from "../core/ports";
import type { Ending } from "../core/task";
import type { TaskDesk } from "./desk/task-desk";
import type { Listen } from "./emitter";
import type { ModelChoice } from "./models/model-choice";
import type { Approvals } from "./review/approvals";

/** What other extensions can do in this window. */
export class WindowApi {
  readonly onEvent: Listen<AgentEvent>;
  /** Tasks that are not known to the desk yet, and whether they were stopped meanwhile. */
  private readonly starting = new Map<string, AbortController>();

  constructor(
    private readonly tasks: TaskDesk,
    private readonly models: ModelChoice,
    private readonly approvals: Approvals,
  ) {
    this.onEvent = tasks.onEvent;
  }

  async startTask(id: string, request: { text: string; mode: Mode; endpoint?: string }): Promise<Outcome> {
    const starting = new AbortController();
    this.starting.set(id, starting);
    try {
      await this.models.ready();
      if (starting.signal.aborted) {
        return { reason: "stopped", text: "Stopped before it began.", changed: [] };
      }
      const { text, mode, endpoint } = request;
      const { task, finished } = await this.tasks.start({ id, text, mode, attachments: [], endpoint });
      if (starting.signal.aborted) {
        task.stop();
      }
      return outcomeOf(await finished, task.events);
    } finally {
      this.starting.delete(id);
    }
  }

  stop(id: string): void {
    this.starting.get(id)?.abort();
    this.tasks.task(id)?.stop();
  }

  answer(actionId: string, answer: Answer): boolean {
    return this.approvals.answerTrusted(actionId, answer);
  }
}

function outcomeOf(ending: Ending, events: readonly AgentEvent[]): Outcome {
  const changed = events.flatMap((event) => (event.type === "action_finished" ? (event.changed ?? []) : []));
  return { reason: ending.reason, text: ending.text, changed: [...new Set(changed)] };
}
