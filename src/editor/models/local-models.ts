import type { EndpointView } from "../../core/events";
import type { Model, ModelRequest, Reply, ReplyPiece } from "../../core/ports";
import { practiceEndpoint } from "../../endpoint/practice/server";
import type { KeyStore } from "../../endpoint/profile";
import { type Disposable, DisposableStore } from "../disposables";
import { Emitter } from "../emitter";
import { asError, type Log } from "../log";
import type { Settings } from "../settings/settings";
import type { Connection } from "./connection";
import type { Candidate, Models } from "./model-choice";

/** The models of this machine. What speaks to servers is loaded when first needed, so that start-up does not pay for it. */
export class LocalModels implements Models, Disposable {
  private readonly store = new DisposableStore();
  private opening: Promise<Connection> | undefined;
  private sentence = "";
  private readonly leavingChanged = this.store.add(new Emitter<void>());
  readonly onLeavingChanged = this.leavingChanged.listen;

  constructor(
    private readonly ledgerFolder: string,
    private readonly settings: Settings,
    private readonly keys: KeyStore,
    private readonly log: Log,
  ) {}

  /** One true sentence on what left this machine today; empty until the ledger was read. */
  get leaving(): string {
    return this.sentence;
  }

  async find(signal: AbortSignal) {
    const connection = await this.connection();
    return connection.find(this.settings.current.endpoints, signal);
  }

  get practice(): Candidate {
    return { view: practiceEndpoint, loaded: true, configured: false, trouble: undefined };
  }

  connect(candidate: Candidate, taskId: string): Model {
    return new LazyModel(candidate.view, async () => (await this.connection()).model(candidate, taskId));
  }

  dispose(): void {
    this.store.dispose();
  }

  private connection(): Promise<Connection> {
    this.opening ??= this.open();
    return this.opening;
  }

  private async open(): Promise<Connection> {
    const { Connection } = await import("./connection");
    const connection = new Connection(this.ledgerFolder, this.keys);
    this.store.add(connection.ledger.onAppend(() => this.readSentence(connection)));
    this.readSentence(connection);
    return connection;
  }

  private readSentence(connection: Connection): void {
    connection.ledger.sentence().then(
      (sentence) => {
        if (sentence !== this.sentence) {
          this.sentence = sentence;
          this.leavingChanged.fire();
        }
      },
      (error) => this.log.error(asError(error), "reading the ledger"),
    );
  }
}

/** A model whose connection is made with its first turn. */
class LazyModel implements Model {
  private made: Promise<Model> | undefined;

  constructor(
    readonly endpoint: EndpointView,
    private readonly make: () => Promise<Model>,
  ) {}

  async *reply(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ReplyPiece, Reply> {
    this.made ??= this.make();
    return yield* (await this.made).reply(request, signal);
  }
}
