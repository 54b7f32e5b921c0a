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

  constructor(
    private readonly tasks: TaskDesk,
    private readonly models: ModelChoice,
    private readonly approvals: Approvals,
  ) {
    this.onEvent = tasks.onEvent;
  }

  async startTask(id: string, request: { text: string; mode: Mode; endpoint?: string }): Promise<Outcome> {
    await this.models.ready();
    const { text, mode, endpoint } = request;
    const { task, finished } = await this.tasks.start({ id, text, mode, attachments: [], endpoint });
    return outcomeOf(await finished, task.events);
  }

  stop(id: string): void {
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
