import { AgentError } from "../../core/errors";
import type { EndpointView, Mode, Trouble } from "../../core/events";
import type { Model } from "../../core/ports";
import { isSameName } from "../../endpoint/model-name";
import type { WindowAdvice } from "../../endpoint/window/widen";
import { placeOf } from "../../net/target";
import type { Disposable } from "../disposables";
import { Emitter } from "../emitter";
import { keepSilent } from "./keep-silent";
import { isSameModel } from "./same-model";

/**
 * Whether tasks may use a model as they are. `free`: yes. `once_allowed`: it is on the user's network and the user has not
 * named its server yet. `one_task`: it is outside this machine; single tasks may be sent there on purpose. `key_wanted`: its
 * server tells its models only to those with a key, so it stands for all of them.
 */
export type Reach = "free" | "once_allowed" | "one_task" | "key_wanted";

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

/** What a task speaks with, and what the user wanted when it was taken. */
interface Bound {
  wish: string;
  candidate: Candidate;
}

/**
 * Which model the next turn uses. The user's choice is kept; without one the first that is loaded is taken. A task at work
 * stays with its model until the user wants another.
 */
export class ModelChoice implements Disposable {
  private found: Candidate[] = [];
  private readonly atWork = new Map<string, Bound>();
  /** Taken without a question, and used by a task of this window. */
  private usedKey: string | undefined;
  private searchUnderWay: Promise<void> | undefined;
  private readonly changed = new Emitter<void>();
  private readonly closing = new AbortController();
  readonly onDidChange = this.changed.listen;

  constructor(
    private readonly models: Models,
    private readonly store: ChosenStore,
    private readonly perMode: ModelPerMode = () => undefined,
    private readonly tell: (error: unknown) => void = (error) => {
      throw error;
    },
  ) {}

  get searching(): boolean {
    return this.searchUnderWay !== undefined;
  }

  get candidates(): readonly Candidate[] {
    return [...this.found, this.models.practice];
  }

  /**
   * Undefined until something was found or chosen. The practice model is never taken unasked, and neither is one elsewhere
   * when there was one on this machine.
   */
  get chosen(): Candidate | undefined {
    const open = this.candidates.filter(({ reach }) => reach === "free");
    const wanted = this.store.get() ?? this.usedKey;
    const kept = withKey(open, wanted) ?? withKey(open, this.usedKey);
    if (kept) {
      return kept;
    }
    const found = open.filter(({ view }) => !view.practice);
    const here = found.filter(isHere);
    const fitting = here.length > 0 || isKeyHere(wanted) ? here : found;
    const usable = fitting.filter((candidate) => !candidate.trouble);
    return usable.find(isUsual) ?? usable[0] ?? fitting[0];
  }

  /** The model for this mode: the one that the settings name for it, while it is there, else the chosen one. */
  chosenFor(mode: Mode): Candidate | undefined {
    const name = this.perMode(mode);
    const named =
      name === undefined ? undefined : this.candidates.find((one) => one.reach === "free" && isNamed(one, name));
    const { chosen } = this;
    const wouldLeave = named && isHere(named) && chosen && !isHere(chosen);
    return named?.trouble && !wouldLeave ? chosen : (named ?? chosen);
  }

  get trouble(): Trouble | undefined {
    if (this.searching) {
      return undefined;
    }
    return this.chosen ? this.chosen.trouble : this.nothingFound;
  }

  private get nothingFound(): Trouble {
    const locked = this.found.find(({ reach }) => reach === "key_wanted");
    const trouble = locked?.trouble ?? this.models.nothingFound ?? noModel;
    const isElsewhere = this.found.some(({ reach }) => reach === "free");
    return isElsewhere
      ? { ...trouble, remedy: `${trouble.remedy} To use a model elsewhere, choose it in the model picker.` }
      : trouble;
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
    this.atWork.clear();
    this.changed.fire();
  }

  choosePractice(): Promise<void> {
    return this.choose(this.models.practice);
  }

  /** The endpoint for the next turn. Throws `AgentError` when there is none, or none of that name. */
  endpointFor(mode: Mode, name: string | undefined): EndpointView {
    return this.pick(mode, name).view;
  }

  /** The model for a task's next turn: the same as for its last one, until the task rests or the user wants another. */
  model(taskId: string, mode: Mode, name: string | undefined): Model {
    const wish = JSON.stringify([this.perMode(mode), name]);
    const bound = this.atWork.get(taskId);
    const candidate = bound?.wish === wish ? this.asItIs(bound.candidate) : this.pick(mode, name);
    this.atWork.set(taskId, { wish, candidate });
    if (keyOf(candidate) === (this.chosen && keyOf(this.chosen))) {
      this.usedKey = keyOf(candidate);
    }
    return this.models.connect(candidate, taskId);
  }

  /** The task rests: what it goes on with later is chosen then. */
  release(taskId: string): void {
    this.atWork.delete(taskId);
  }

  /** Waits for a first search, so that a task started right after start-up has its model. */
  async ready(): Promise<void> {
    if (!this.chosen || this.chosen.trouble || this.searching) {
      await this.search();
    }
  }

  /** The same for those who do not wait; `anew` also when the chosen model is there. What goes wrong is told. */
  readySoon({ anew }: { anew: boolean }): void {
    (anew ? this.search() : this.ready()).catch((error: unknown) => {
      if (!this.closing.signal.aborted) {
        this.tell(error);
      }
    });
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

  /** What the last search said of it. */
  private asItIs(candidate: Candidate): Candidate {
    const now = withKey(this.candidates, keyOf(candidate)) ?? candidate;
    requireFree(now);
    return now;
  }

  private async searchOnce(): Promise<void> {
    const now = await this.models.find(this.closing.signal);
    const isAtWork = (one: Candidate) =>
      [...this.atWork.values()].some((bound) => keyOf(bound.candidate) === keyOf(one));
    this.found = keepSilent(this.found, now, isAtWork);
  }
}

function requireFree({ reach, view, trouble }: Candidate): void {
  if (reach === "free") {
    return;
  }
  if (reach === "key_wanted" && trouble) {
    throw new AgentError(trouble.code, trouble.message, trouble.remedy);
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
  return view.name === name || isSameName(view.model, name) || isSameName(`${view.name}/${view.model}`, name);
}

function isUsual(candidate: Candidate): boolean {
  return isHere(candidate) && (candidate.configured || candidate.loaded === true);
}

function isHere({ view }: Candidate): boolean {
  return view.locality === "machine";
}

/** The candidate of this key, else the same model under the name that its server goes by now. */
function withKey(candidates: readonly Candidate[], key: string | undefined): Candidate | undefined {
  if (key === undefined) {
    return undefined;
  }
  const [, baseUrl = "", model = ""] = key.split("\n");
  return (
    candidates.find((one) => keyOf(one) === key) ?? candidates.find(({ view }) => isSameModel(view, { baseUrl, model }))
  );
}

function isKeyHere(key: string | undefined): boolean {
  const baseUrl = key?.split("\n")[1] ?? "";
  return URL.canParse(baseUrl) && placeOf(baseUrl) === "machine";
}

export function keyOf({ view }: Candidate): string {
  return `${view.name}\n${view.baseUrl}\n${view.model}`;
}
