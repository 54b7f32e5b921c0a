import { AgentError } from "../../core/errors";
import type { Task } from "../../core/task";
import type { TaskDesk } from "../desk/task-desk";
import type { LocalModels } from "../models/local-models";
import type { Candidate, ModelChoice } from "../models/model-choice";
import type { PageHost } from "../pages/page-host";
import type { EditorKeys } from "../settings/keys";
import type { Draft } from "./draft";
import type { Escalations } from "./escalations";
import type { KnownSecret } from "./known-secrets";
import { pickRemote } from "./pick-remote";

export interface EscalatorParts {
  tasks: TaskDesk;
  models: ModelChoice;
  localModels: LocalModels;
  keys: EditorKeys;
  /** Values that are secret wherever they stand. */
  knownSecrets(): Promise<KnownSecret[]>;
  pages: PageHost;
  escalations: Escalations;
  /** Brings the conversation up. */
  showPanel(): Promise<void>;
}

const pageKind = "escalation";

/** “Send This Task to a Stronger Model”: the choice of the model, then the preview. Nothing leaves before that is approved. */
export class Escalator {
  constructor(private readonly parts: EscalatorParts) {}

  async escalate(chosen?: Candidate): Promise<void> {
    const task = this.taskToSend();
    await this.parts.models.ready();
    const candidate = chosen ?? (await pickRemote(this.parts.models.candidates, this.parts.keys));
    if (candidate !== undefined) {
      await this.preview(task, candidate);
    }
  }

  private taskToSend(): Task {
    const { shown } = this.parts.tasks;
    if (shown === undefined || !shown.events.some(({ type }) => type === "user_said")) {
      throw new AgentError(
        "no_task",
        "No task is open that could be sent.",
        "Open one from the history, or begin one.",
      );
    }
    if (shown.running) {
      throw new AgentError(
        "busy",
        "This task is at work, so what would be sent is still changing.",
        "Stop it, or wait until it is done, then send it.",
      );
    }
    return shown;
  }

  private async preview(task: Task, candidate: Candidate): Promise<void> {
    const { localModels, pages, escalations, knownSecrets } = this.parts;
    const [{ Draft }, { EscalationPage }, connection, known] = await Promise.all([
      import("./draft"),
      import("./escalation-page"),
      localModels.connection(),
      knownSecrets(),
    ]);
    const draft = new Draft({ task, title: titleOf(task), candidate, connection, known });
    await draft.rebuild(AbortSignal.timeout(30_000));
    const { bytes, redactions } = draft.record;
    await task.emit({ type: "grant_requested", grantId: draft.grantId, endpoint: candidate.view, bytes, redactions });
    pages.show(
      pageKind,
      new EscalationPage({
        draft,
        approve: async (nonce) => {
          await escalations.approve(draft, nonce);
          pages.close(pageKind);
          await this.parts.showPanel();
        },
        declined: () => void this.decline(draft),
        close: () => pages.close(pageKind),
      }),
    );
  }

  private async decline({ task, grantId }: Draft): Promise<void> {
    await task.emit({ type: "grant_ended", grantId, why: "declined" });
  }
}

function titleOf(task: Task): string {
  const [started] = task.events;
  return started?.type === "task_started" ? started.title : "";
}
