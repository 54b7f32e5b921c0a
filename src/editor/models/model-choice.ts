import { AgentError } from "../../core/errors";
import type { EndpointView, Mode, Trouble } from "../../core/events";
import type { Model } from "../../core/ports";
import type { Disposable } from "../disposables";
import { Emitter } from "../emitter";

/** A model that could be used: configured by the user, found on this machine, or the practice script. */
export interface Candidate {
  view: EndpointView;
  /** In the server's memory now, so that the first word comes soon. Unknown for configured ones that do not say. */
  loaded: boolean | undefined;
  /** From `hearth.endpoints`. */
  configured: boolean;
  /** Why it cannot be used as it is: its server is down, or does not have the model. */
  trouble: Trouble | undefined;
}

export interface Models {
  /** Asks configured endpoints and the usual ports. Never throws for a server that does not answer. */
  find(signal: AbortSignal): Promise<Candidate[]>;
  practice: Candidate;
  connect(candidate: Candidate, taskId: string): Model;
}

/** Where the choice is kept between windows. */
export interface ChosenStore {
  get(): string | undefined;
  set(key: string): Promise<void>;
}

const noModel = {
  code: "no_model",
  message: "No model server answers on this machine.",
  remedy: "Start Ollama, LM Studio, llama-server, vLLM or SGLang, then search again; or try the practice model.",
};

/** Which model the next turn uses. The user's choice is kept; without one the first that is loaded is taken. */
export class ModelChoice implements Disposable {
  private found: Candidate[] = [];
  private searchUnderWay: Promise<void> | undefined;
  private readonly changed = new Emitter<void>();
  private readonly closing = new AbortController();
  readonly onDidChange = this.changed.listen;

  constructor(
    private readonly models: Models,
    private readonly store: ChosenStore,
  ) {}

  get searching(): boolean {
    return this.searchUnderWay !== undefined;
  }

  get candidates(): readonly Candidate[] {
    return [...this.found, this.models.practice];
  }

  /** Undefined until something was found or chosen. The practice model is never taken unasked. */
  get chosen(): Candidate | undefined {
    const key = this.store.get();
    const kept = this.candidates.find((candidate) => keyOf(candidate) === key);
    const usable = this.found.filter((candidate) => !candidate.trouble);
    return kept ?? usable.find(isUsual) ?? usable[0] ?? this.found[0];
  }

  get trouble(): Trouble | undefined {
    if (this.searching) {
      return undefined;
    }
    return this.chosen ? this.chosen.trouble : noModel;
  }

  /** Looks for servers; a search under way is shared. */
  search(): Promise<void> {
    this.searchUnderWay ??= this.searchOnce().finally(() => {
      this.searchUnderWay = undefined;
      this.changed.fire();
    });
    this.changed.fire();
    return this.searchUnderWay;
  }

  async choose(candidate: Candidate): Promise<void> {
    await this.store.set(keyOf(candidate));
    this.changed.fire();
  }

  choosePractice(): Promise<void> {
    return this.choose(this.models.practice);
  }

  /** The endpoint for the next turn. Throws `AgentError` when there is none, or none of that name. */
  endpointFor(_mode: Mode, name: string | undefined): EndpointView {
    return this.pick(name).view;
  }

  model(taskId: string, name: string | undefined): Model {
    return this.models.connect(this.pick(name), taskId);
  }

  /** Waits for a first search, so that a task started right after start-up has its model. */
  async ready(): Promise<void> {
    if (!this.chosen || this.chosen.trouble || this.searching) {
      await this.search();
    }
  }

  dispose(): void {
    this.closing.abort();
    this.changed.dispose();
  }

  private pick(name: string | undefined): Candidate {
    const candidate = name === undefined ? this.chosen : this.candidates.find(({ view }) => view.name === name);
    if (candidate) {
      return candidate;
    }
    if (name !== undefined) {
      throw new AgentError("no_endpoint", `There is no endpoint called “${name}”.`, "Add it to hearth.endpoints.");
    }
    const { code, message, remedy } = noModel;
    throw new AgentError(code, message, remedy);
  }

  private async searchOnce(): Promise<void> {
    this.found = await this.models.find(this.closing.signal);
  }
}

function isUsual(candidate: Candidate): boolean {
  return candidate.view.locality === "machine" && (candidate.configured || candidate.loaded === true);
}

export function keyOf({ view }: Candidate): string {
  return `${view.name}\n${view.baseUrl}\n${view.model}`;
}
