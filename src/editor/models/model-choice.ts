import { AgentError } from "../../core/errors";
import type { EndpointView, Mode, Trouble } from "../../core/events";
import type { Model } from "../../core/ports";
import type { WindowAdvice } from "../../endpoint/window/widen";
import type { Disposable } from "../disposables";
import { Emitter } from "../emitter";

/**
 * Whether tasks may use a model as they are. `free`: yes. `once_allowed`: it is on the user's network and the user has not
 * named its server yet. `one_task`: it is outside this machine; single tasks may be sent there on purpose.
 */
export type Reach = "free" | "once_allowed" | "one_task";

/** What a server says about a model beyond its window. */
export interface ModelFacts {
  sizeBytes: number | undefined;
  quantization: string | undefined;
  parameters: string | undefined;
  /** Tokens the model could have at most. */
  maxContext: number | undefined;
  /** Share that lies in the graphics memory, 0 to 1. */
  onGpu: number | undefined;
}

/** A model that could be used: configured by the user, found on this machine, or the practice script. */
export interface Candidate {
  view: EndpointView;
  /** In the server's memory now, so that the first word comes soon. Unknown for configured ones that do not say. */
  loaded: boolean | undefined;
  /** From `hearth.endpoints`. */
  configured: boolean;
  /** Why it cannot be used as it is: its server is down, or does not have the model. */
  trouble: Trouble | undefined;
  reach: Reach;
  /** The host that a server on this machine says it passes this model's requests on to. */
  forwardedTo?: string | undefined;
  facts?: ModelFacts | undefined;
  /** What to do about a window that is too small for tasks. */
  advice?: WindowAdvice | undefined;
}

export interface Models {
  /** Asks configured endpoints and the usual ports. Never throws for a server that does not answer. */
  find(signal: AbortSignal): Promise<Candidate[]>;
  practice: Candidate;
  /** What to say when nothing was found, where the editor's extensions run. */
  nothingFound?: Trouble;
  connect(candidate: Candidate, taskId: string): Model;
}

/** Where the choice is kept between windows. */
export interface ChosenStore {
  get(): string | undefined;
  set(key: string): Promise<void>;
}

/** Names of endpoints or models from the settings, for those who plan with one and act with another. */
export type ModelPerMode = (mode: Mode) => string | undefined;

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
    private readonly perMode: ModelPerMode = () => undefined,
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
    const open = this.candidates.filter(({ reach }) => reach === "free");
    const kept = open.find((candidate) => keyOf(candidate) === key);
    const found = open.filter(({ view }) => !view.practice);
    const usable = found.filter((candidate) => !candidate.trouble);
    return kept ?? usable.find(isUsual) ?? usable.find(isHere) ?? usable[0] ?? found[0];
  }

  /** The model for this mode: the one that the settings name for it, while it is there, else the chosen one. */
  chosenFor(mode: Mode): Candidate | undefined {
    const name = this.perMode(mode);
    const named =
      name === undefined ? undefined : this.candidates.find((one) => one.reach === "free" && isNamed(one, name));
    return named && !named.trouble ? named : this.chosen;
  }

  get trouble(): Trouble | undefined {
    if (this.searching) {
      return undefined;
    }
    return this.chosen ? this.chosen.trouble : this.nothingFound;
  }

  private get nothingFound(): Trouble {
    return this.models.nothingFound ?? noModel;
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

  /** Throws `AgentError` for a model that tasks may not use as they are. */
  async choose(candidate: Candidate): Promise<void> {
    requireFree(candidate);
    await this.store.set(keyOf(candidate));
    this.changed.fire();
  }

  choosePractice(): Promise<void> {
    return this.choose(this.models.practice);
  }

  /** The endpoint for the next turn. Throws `AgentError` when there is none, or none of that name. */
  endpointFor(mode: Mode, name: string | undefined): EndpointView {
    return this.pick(mode, name).view;
  }

  model(taskId: string, mode: Mode, name: string | undefined): Model {
    return this.models.connect(this.pick(mode, name), taskId);
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

  private pick(mode: Mode, name: string | undefined): Candidate {
    const candidate =
      name === undefined ? this.chosenFor(mode) : this.candidates.find(({ view }) => view.name === name);
    if (candidate) {
      requireFree(candidate);
      return candidate;
    }
    if (name !== undefined) {
      throw new AgentError("no_endpoint", `There is no endpoint called “${name}”.`, "Add it to hearth.endpoints.");
    }
    const { code, message, remedy } = this.nothingFound;
    throw new AgentError(code, message, remedy);
  }

  private async searchOnce(): Promise<void> {
    this.found = await this.models.find(this.closing.signal);
  }
}

function requireFree({ reach, view }: Candidate): void {
  if (reach === "free") {
    return;
  }
  throw reach === "one_task"
    ? new AgentError(
        "not_local",
        `${view.model} from ${view.name} is not on this machine, so tasks do not use it.`,
        "Send one task there on purpose with “Send This Task to a Stronger Model”, or set hearth.localOnly to false.",
      )
    : new AgentError(
        "not_local",
        `${view.name} is another machine on your network, and you have not allowed it yet.`,
        "Choose it in the model picker, which asks you once.",
      );
}

function isNamed({ view }: Candidate, name: string): boolean {
  return view.name === name || view.model === name || `${view.name}/${view.model}` === name;
}

function isUsual(candidate: Candidate): boolean {
  return isHere(candidate) && (candidate.configured || candidate.loaded === true);
}

function isHere({ view }: Candidate): boolean {
  return view.locality === "machine";
}

export function keyOf({ view }: Candidate): string {
  return `${view.name}\n${view.baseUrl}\n${view.model}`;
}
