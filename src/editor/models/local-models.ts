import type { Selection } from "../../core/escalation/selection";
import type { EndpointView, Trouble } from "../../core/events";
import type { Model, ModelHabits, ModelRequest, Reply, ReplyPiece } from "../../core/ports";
import type { LearnedStore } from "../../endpoint/learned";
import { practiceEndpoint } from "../../endpoint/practice/server";
import type { KeyStore } from "../../endpoint/profile";
import type { ModelStatus } from "../../endpoint/watch";
import { type Disposable, DisposableStore } from "../disposables";
import { Emitter } from "../emitter";
import { asError, type Log } from "../log";
import { once } from "../once";
import type { Settings } from "../settings/settings";
import type { Connection } from "./connection";
import { type Candidate, keyOf, type Models } from "./model-choice";

export interface LocalModelsParts {
  ledgerFolder: string;
  settings: Settings;
  keys: KeyStore;
  learned: LearnedStore;
  /** What a check-up found out about a model, for the loop to go by. */
  habits(endpoint: EndpointView): ModelHabits | undefined;
  /** Values that are secret wherever they stand. */
  knownSecrets(): Promise<{ name: string; value: string }[]>;
  /** What to say when no server was found. */
  nothingFound: Trouble;
  log: Log;
}

/** What the server behind a task's model does, in words; undefined when there is nothing to say. */
export interface TaskStatus {
  taskId: string;
  text: string | undefined;
}

const everything: Selection = { shown: 0, leftOut: new Set() };

/** The models of this machine. What speaks to servers is loaded when first needed, so that start-up does not pay for it. */
export class LocalModels implements Models, Disposable {
  private readonly store = new DisposableStore();
  readonly connection = once(() => this.open());
  private sentence = "";
  private isReading = false;
  private isStale = false;
  private readonly leavingChanged = this.store.add(new Emitter<void>());
  readonly onLeavingChanged = this.leavingChanged.listen;
  private readonly statusChanged = this.store.add(new Emitter<TaskStatus>());
  readonly onStatusChanged = this.statusChanged.listen;
  /** A task speaks with a model for the first time in this window. */
  private readonly firstUsed = this.store.add(new Emitter<Candidate>());
  readonly onFirstUsed = this.firstUsed.listen;
  /** The model each task speaks with, kept so that what it learnt about its server is kept. */
  private readonly speaking = new Map<string, { key: string; model: Model }>();

  constructor(private readonly parts: LocalModelsParts) {}

  /** One true sentence on what left this machine today; empty until the ledger was read. */
  get leaving(): string {
    return this.sentence;
  }

  async find(signal: AbortSignal) {
    const connection = await this.connection();
    return connection.find(this.parts.settings.current.endpoints, signal);
  }

  get practice(): Candidate {
    return { view: practiceEndpoint, loaded: true, configured: false, trouble: undefined, reach: "free" };
  }

  get nothingFound(): Trouble {
    return this.parts.nothingFound;
  }

  connect(candidate: Candidate, taskId: string): Model {
    const key = `${keyOf(candidate)}\n${candidate.view.locality}\n${candidate.view.contextWindow}`;
    const known = this.speaking.get(taskId);
    if (known?.key === key) {
      return known.model;
    }
    const { view } = candidate;
    const habits = () => this.parts.habits(view);
    const model = new LazyModel(view, habits, () => this.modelFor(candidate, taskId));
    this.speaking.set(taskId, { key, model });
    return model;
  }

  async guardTrouble(candidate: Candidate): Promise<Trouble | undefined> {
    const connection = await this.connection();
    return connection.guardTrouble(candidate, new AbortController().signal);
  }

  dispose(): void {
    this.store.dispose();
  }

  /** What goes to the internet goes without secrets, also where the user lets every task go there. */
  private async modelFor(candidate: Candidate, taskId: string): Promise<Model> {
    const connection = await this.connection();
    this.firstUsed.fire(candidate);
    if (candidate.view.locality !== "internet") {
      const { describeStatus } = await import("../../endpoint/describe-status");
      const onStatus = (status: ModelStatus) => this.statusChanged.fire({ taskId, text: describeStatus(status) });
      return connection.model(candidate, { taskId, onStatus });
    }
    const { Redactor } = await import("../../core/escalation/redactor");
    const redactor = new Redactor(await this.parts.knownSecrets());
    return connection.redactedModel(candidate, taskId, redactor, everything);
  }

  private async open(): Promise<Connection> {
    const { Connection } = await import("./connection");
    const { ledgerFolder, keys, learned, settings, habits } = this.parts;
    const connection = new Connection({
      ledgerFolder,
      keys,
      learned,
      habits,
      policy: () => settings.current,
      proxies: () => settings.proxies,
    });
    this.store.add(connection.ledger.onChange(() => void this.readSentence(connection)));
    void this.readSentence(connection);
    return connection;
  }

  /** Reads once more when something was added meanwhile. */
  private async readSentence(connection: Connection): Promise<void> {
    this.isStale = true;
    if (this.isReading) {
      return;
    }
    this.isReading = true;
    while (this.isStale) {
      this.isStale = false;
      try {
        this.tellSentence(await connection.ledger.sentence());
      } catch (error) {
        this.parts.log.error(asError(error), "reading the ledger");
      }
    }
    this.isReading = false;
  }

  private tellSentence(sentence: string): void {
    if (sentence !== this.sentence) {
      this.sentence = sentence;
      this.leavingChanged.fire();
    }
  }
}

/** A model whose connection is made with its first turn. */
class LazyModel implements Model {
  private readonly made: () => Promise<Model>;
  private model: Model | undefined;

  constructor(
    private readonly view: EndpointView,
    private readonly usualHabits: () => ModelHabits | undefined,
    make: () => Promise<Model>,
  ) {
    this.made = once(make);
  }

  /** What is known by now: the server is asked before the first turn. */
  get endpoint(): EndpointView {
    return this.model?.endpoint ?? this.view;
  }

  get habits(): ModelHabits {
    return this.model?.habits ?? this.usualHabits() ?? {};
  }

  async refresh(signal: AbortSignal): Promise<void> {
    await (await this.connected()).refresh?.(signal);
  }

  async *reply(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ReplyPiece, Reply> {
    return yield* (await this.connected()).reply(request, signal);
  }

  private async connected(): Promise<Model> {
    this.model = await this.made();
    return this.model;
  }
}
