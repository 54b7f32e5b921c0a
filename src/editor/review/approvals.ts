import { randomBytes } from "node:crypto";
import type { Action } from "../../core/events";
import type { Answer, Approver, FileEdit } from "../../core/ports";
import { type Disposable, DisposableStore } from "../disposables";
import { Emitter, type Listen } from "../emitter";
import { asError, type Log } from "../log";

export interface ProposalViewer {
  show(action: Action, edits: readonly FileEdit[]): Promise<void>;
  close(actionId: string): Promise<void>;
  /** The answer with the texts as the user saw them last; undefined when it names parts that are not shown. */
  complete(actionId: string, answer: Answer): Answer | undefined;
}

export interface OpenApproval {
  actionId: string;
  /** Made here for this one asking; an answer without it does not count. */
  nonce: string;
}

interface Asking extends OpenApproval {
  action: Action;
  settle(answer: Answer): void;
}

/** Keeps what was asked until a person answers it. Nothing here survives the window: after a reload it is asked again. */
export class Approvals implements Approver, Disposable {
  private readonly store = new DisposableStore();
  private readonly opened = this.store.add(new Emitter<OpenApproval>());
  private readonly closed = this.store.add(new Emitter<{ actionId: string }>());
  private readonly asking = new Map<string, Asking>();

  /** Also when an answer did not count, so that the page knows that it can be given again. */
  readonly onDidOpen: Listen<OpenApproval> = this.opened.listen;
  readonly onDidClose: Listen<{ actionId: string }> = this.closed.listen;

  constructor(
    private readonly proposals: ProposalViewer,
    private readonly log: Log,
  ) {}

  ask(action: Action, edits: readonly FileEdit[], signal: AbortSignal): Promise<Answer> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      if (this.asking.has(action.id)) {
        throw new Error(`Action ${action.id} is already being asked.`);
      }
      const stop = () => {
        this.close(action.id);
        reject(signal.reason);
      };
      signal.addEventListener("abort", stop, { once: true });
      const settle = (answer: Answer) => {
        signal.removeEventListener("abort", stop);
        this.close(action.id);
        resolve(answer);
      };
      const asking = { action, actionId: action.id, nonce: randomBytes(16).toString("hex"), settle };
      this.asking.set(action.id, asking);
      this.opened.fire({ actionId: asking.actionId, nonce: asking.nonce });
      if (edits.length > 0) {
        this.proposals.show(action, edits).catch((error) => this.log.error(asError(error), "showing a proposal"));
      }
    });
  }

  /** What waits for an answer, oldest first. */
  open(): OpenApproval[] {
    return [...this.asking.values()].map(({ actionId, nonce }) => ({ actionId, nonce }));
  }

  /** An answer from the page. It counts once, and only with the nonce of this asking and hunks of this action. */
  answer(actionId: string, nonce: string, answer: Answer): boolean {
    const asking = this.asking.get(actionId);
    if (!asking || asking.nonce !== nonce) {
      this.log.warn(`Ignored an answer for action ${actionId}: it is not being asked with this nonce.`);
      return false;
    }
    const isTaken = this.take(asking, answer);
    if (!isTaken) {
      this.opened.fire({ actionId, nonce });
    }
    return isTaken;
  }

  /** An answer from a command or a test, which a page cannot send. */
  answerTrusted(actionId: string, answer: Answer): boolean {
    const asking = this.asking.get(actionId);
    if (!asking) {
      return false;
    }
    return this.take(asking, answer);
  }

  dispose(): void {
    this.store.dispose();
  }

  private take(asking: Asking, answer: Answer): boolean {
    const whole = this.proposals.complete(asking.actionId, answer);
    if (!whole) {
      this.log.warn(`Ignored an answer for action ${asking.actionId}: it names hunks that the action does not have.`);
      return false;
    }
    asking.settle(whole);
    return true;
  }

  private close(actionId: string): void {
    this.asking.delete(actionId);
    this.closed.fire({ actionId });
    this.proposals.close(actionId).catch((error) => this.log.error(asError(error), "closing a proposal"));
  }
}
