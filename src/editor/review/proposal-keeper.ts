import type { AgentEvent } from "../../core/events";
import { parseJson } from "../../core/json";
import type { Task } from "../../core/task";
import { type Disposable, DisposableStore } from "../disposables";
import { asError, type Log } from "../log";
import { KeptProposal, type Proposal } from "./proposal";
import type { Proposals } from "./proposals";

export interface TextStore {
  read(name: string): Promise<string | undefined>;
  write(name: string, text: string): Promise<void>;
  remove(name: string): Promise<void>;
  collect(olderThanMs: number): Promise<void>;
}

interface Tasks {
  readonly running: readonly Task[];
  onEvent(listener: (event: AgentEvent) => void): unknown;
}

const settleMs = 300;
const keptMs = 90 * 24 * 60 * 60_000;

/** Keeps what the user did to a proposal until its call is done with: over a reload, and when it has to be asked again. */
export class ProposalKeeper implements Disposable {
  private readonly store = new DisposableStore();
  private readonly waiting = new Map<string, NodeJS.Timeout>();
  private collected = false;

  constructor(
    proposals: Proposals,
    private readonly tasks: Tasks,
    private readonly texts: TextStore,
    private readonly log: Log,
  ) {
    this.store.add(proposals.onDidChange(({ proposal }) => this.keepSoon(proposal)));
    tasks.onEvent((event) => event.type === "action_finished" && this.forget(nameOf(event.taskId, event.callId)));
  }

  async load(actionId: string): Promise<KeptProposal | undefined> {
    const name = this.nameFor(actionId);
    const text = name === undefined ? undefined : await this.texts.read(name);
    return text === undefined ? undefined : parse(text);
  }

  dispose(): void {
    for (const timer of this.waiting.values()) {
      clearTimeout(timer);
    }
    this.store.dispose();
  }

  private keepSoon(proposal: Proposal): void {
    const name = this.nameFor(proposal.actionId);
    if (name === undefined) {
      return;
    }
    clearTimeout(this.waiting.get(name));
    const keep = () => {
      this.waiting.delete(name);
      this.collectOnce();
      const kept = proposal.toKeep();
      this.report(kept ? this.texts.write(name, JSON.stringify(kept)) : this.texts.remove(name));
    };
    this.waiting.set(name, setTimeout(keep, settleMs));
  }

  private collectOnce(): void {
    if (!this.collected) {
      this.collected = true;
      this.report(this.texts.collect(keptMs));
    }
  }

  private forget(name: string): void {
    clearTimeout(this.waiting.get(name));
    this.waiting.delete(name);
    this.report(this.texts.remove(name));
  }

  private report(done: Promise<void>): void {
    done.catch((error) => this.log.error(asError(error), "keeping a proposal"));
  }

  /** Calls keep their ids over a reload and when they are asked again; actions do not. */
  private nameFor(actionId: string): string | undefined {
    for (const task of this.tasks.running) {
      for (const event of task.events) {
        if (event.type === "action_proposed" && event.action.id === actionId) {
          return nameOf(task.id, event.action.callId);
        }
      }
    }
    return undefined;
  }
}

function nameOf(taskId: string, callId: string): string {
  return `proposal ${taskId} ${callId}`;
}

function parse(text: string): KeptProposal | undefined {
  return KeptProposal.safeParse(parseJson(text)).data;
}
