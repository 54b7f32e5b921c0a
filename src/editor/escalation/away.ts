import type { Approvals } from "../../core/gate/decide";
import type { Model } from "../../core/ports";
import type { Task } from "../../core/task";
import type { TaskDesk } from "../desk/task-desk";
import { type Disposable, DisposableStore } from "../disposables";
import type { Listen } from "../emitter";
import type { LocalModels } from "../models/local-models";
import type { Candidate, ModelChoice } from "../models/model-choice";
import type { PageHost } from "../pages/page-host";
import type { EditorKeys } from "../settings/keys";
import { Escalations, type GrantView } from "./escalations";
import { Escalator } from "./escalator";
import type { KnownSecret } from "./known-secrets";
import { isElsewhere } from "./pick-remote";

export interface AwayParts {
  pages: PageHost;
  tasks: TaskDesk;
  models: ModelChoice;
  localModels: LocalModels;
  keys: EditorKeys;
  knownSecrets(): Promise<KnownSecret[]>;
  resumeFixTest(task: Task): Promise<void>;
  showPanel(): Promise<void>;
  tell(error: unknown): void;
}

/** Everything about what leaves this machine: tasks that may go out, what they send, and the record of it. */
export class Away implements Disposable {
  private readonly store = new DisposableStore();
  private readonly escalations: Escalations;
  private readonly escalator: Escalator;
  /** What may go out now has changed. */
  readonly onDidChange: Listen<void>;

  constructor(private readonly parts: AwayParts) {
    const { tasks, resumeFixTest, tell } = parts;
    this.escalations = this.store.add(new Escalations({ onEvent: tasks.onEvent, resumeFixTest, tell }));
    this.onDidChange = this.escalations.onDidChange;
    this.escalator = new Escalator({ ...parts, escalations: this.escalations });
  }

  get granted(): GrantView[] {
    return this.escalations.views;
  }

  get canEscalate(): boolean {
    return this.parts.models.candidates.some(isElsewhere);
  }

  /** The model elsewhere, for a task that may go out now. */
  modelFor(taskId: string): Model | undefined {
    return this.escalations.modelFor(taskId);
  }

  approvalsFor(taskId: string, usual: Approvals): Approvals {
    return this.escalations.approvalsFor(taskId, usual);
  }

  settleRecord(task: Task): Promise<void> {
    return this.escalations.settleRecord(task);
  }

  escalate(candidate?: Candidate): Promise<void> {
    return this.escalator.escalate(candidate);
  }

  endGrant(grantId: string): Promise<void> {
    return this.escalations.endGrant(grantId);
  }

  async showLedger(): Promise<void> {
    const [{ LedgerPage }, connection] = await Promise.all([
      import("../ledger/ledger-page"),
      this.parts.localModels.connection(),
    ]);
    this.parts.pages.show("ledger", new LedgerPage(connection.ledger, this.parts.tasks));
  }

  dispose(): void {
    this.store.dispose();
  }
}
