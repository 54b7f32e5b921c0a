import type { EndpointView, Trouble } from "../core/events";
import type { Gateway } from "../net/gateway";
import { type DescribedEndpoint, describeEndpoint } from "./find/describe";
import { Probe } from "./find/probe";
import { inMemory, recheck } from "./find/recheck";
import { isSameName } from "./model-name";
import type { KeyStore } from "./profile";
import { type ServerKind, serverFacts } from "./servers";
import { fieldOf, listOf } from "./stream/json";
import type { Place } from "./troubles";
import { loadOllamaModel } from "./window/widen";

export interface KnownServerOptions {
  endpoint: EndpointView;
  kind: ServerKind;
  gateway: Gateway;
  keys: KeyStore;
  /** The host that the server passes this model's requests on to, where it says so. */
  forwardedTo?: string | undefined;
  /** `endpoint`, `kind` and `forwardedTo` were read from the server just now. Otherwise it is asked before the first turn. */
  described?: boolean;
}

/** How long a server may take to say where its model is, before a chat that waits for that. */
const patienceMs = 10_000;

/** Servers that pass requests on: each model may be on this machine or anywhere. */
const forwarders: ReadonlySet<ServerKind> = new Set(["ollama", "litellm"]);

/** Servers whose word about a window may be another's, or the model's largest. */
const hearsay: ReadonlySet<ServerKind> = new Set(["litellm", "generic"]);
/** A prompt above this share of the window may not fit, as far as it can be estimated. */
const surelyFits = 0.8;

/** What is known now of the server behind one endpoint, and how to know it better. */
export class KnownServer {
  private view: EndpointView;
  private serverKind: ServerKind;
  private isDescribed: boolean;
  /** The server itself has named this model. Some answer to any name. */
  private isListed: boolean;
  forwardedTo: string | undefined;
  /** Why nothing should be sent: another model answers there now. */
  swapped: Trouble | undefined;
  /** Why nothing should be sent: the server has not said whether it passes it on. */
  private unplaced: Trouble | undefined;
  /** It has said so before. */
  private wasPlaced: boolean;

  constructor(private readonly options: KnownServerOptions) {
    this.view = options.endpoint;
    this.serverKind = options.kind;
    this.forwardedTo = options.forwardedTo;
    this.isDescribed = options.described ?? options.endpoint.practice;
    this.isListed = options.described ?? false;
    this.wasPlaced = this.isDescribed;
  }

  get endpoint(): EndpointView {
    return this.view;
  }

  get kind(): ServerKind {
    return this.serverKind;
  }

  get title(): string {
    return serverFacts[this.kind].title;
  }

  get place(): Place {
    const { baseUrl, model } = this.view;
    return { kind: this.kind, origin: new URL(baseUrl).origin, model };
  }

  get window(): number | undefined {
    return this.view.contextWindow;
  }

  /** The server itself has told its window. */
  set window(tokens: number | undefined) {
    this.view = tokens === undefined ? this.view : { ...this.view, contextWindow: tokens };
  }

  /** A prompt of so many tokens fits into the window that the server itself has told, and need not be cut. */
  hasRoomFor(tokens: number): boolean {
    return this.window !== undefined && !hearsay.has(this.kind) && tokens < this.window * surelyFits;
  }

  /** Why nothing should be sent. Where a model is passed on to, it is the gateway that asks for a permission. */
  get refusal(): Trouble | undefined {
    return this.swapped ?? (this.forwardedTo === undefined ? this.unplaced : undefined);
  }

  /** What is known may no longer hold: it is asked anew before the next turn. */
  doubt(): void {
    this.isDescribed = this.view.practice;
  }

  /** Looks from the beginning, unless that was done, and takes its time: what comes next is a chat. */
  describe(signal: AbortSignal): Promise<void> {
    return this.isDescribed ? Promise.resolve() : this.look(signal, patienceMs);
  }

  private async look(signal: AbortSignal, timeoutMs?: number): Promise<void> {
    const { gateway, keys } = this.options;
    const { name, baseUrl, model } = this.view;
    const found = await describeEndpoint(gateway, { name, baseUrl, model }, keys, signal, timeoutMs);
    if (found.server !== undefined) {
      this.serverKind = found.kind;
      this.isDescribed = found.isPlaced && (found.view.contextWindow !== undefined || found.model?.loaded !== false);
      this.isListed = found.trouble === undefined && found.model !== undefined && isSameName(found.model.id, model);
    }
    this.forwardedTo = found.forwardedTo ?? this.forwardedTo;
    const isSilent = found.server === undefined && this.wasPlaced && !forwarders.has(this.kind);
    this.unplaced = found.isPlaced || isSilent ? undefined : this.unplacedBy(found);
    this.wasPlaced ||= found.isPlaced;
    const { contextWindow, locality } = found.view;
    this.view = { ...this.view, locality, ...(contextWindow === undefined ? {} : { contextWindow }) };
  }

  /**
   * Asks in short whether what is known still holds, and looks from the beginning when it does not. True when the server may
   * have been started anew, or runs something else.
   */
  async refresh(signal: AbortSignal): Promise<boolean> {
    this.swapped = undefined;
    if (this.view.practice || !this.mayAsk) {
      return false;
    }
    if (!this.isDescribed) {
      await this.look(signal);
      return true;
    }
    const { window } = this;
    const key = await this.options.keys.get(this.view.name, this.view.baseUrl);
    const now = await recheck(this.probe("ask what is loaded", signal, key), this.kind, this.view.model, this.isListed);
    if (now.is === "there") {
      this.window = now.contextWindow;
    } else if (now.is === "gone" && this.isListed) {
      this.swapped = swappedTrouble(this.place, this.title, now.others);
    } else if (now.is === "other") {
      this.doubt();
      await this.look(signal);
    } else if (now.is === "silent" && forwarders.has(this.kind)) {
      this.doubt();
      this.unplaced = unplacedTrouble(this.place, this.title);
    }
    return now.is !== "there" || this.window !== window;
  }

  /** Whether the window will be known only once the model is in memory, which can be had without asking it anything. */
  async mustLoad(signal: AbortSignal): Promise<boolean> {
    const { model } = this.view;
    if (this.kind !== "ollama" || !this.mayAsk || this.forwardedTo !== undefined || this.unplaced !== undefined) {
      return false;
    }
    const now = await inMemory(this.probe("ask what is loaded", signal), model);
    return typeof now === "object" && !now.loaded;
  }

  /** Brings an Ollama model into memory and reads its window. What goes wrong shows again when the model is asked. */
  async load(signal: AbortSignal): Promise<void> {
    const root = this.view.baseUrl.replace(/\/v1$/, "");
    await loadOllamaModel(this.options.gateway, root, this.view.model, signal).catch(() => signal.throwIfAborted());
    const now = await inMemory(this.probe("ask what is loaded", signal), this.view.model);
    this.window = typeof now === "object" ? now.contextWindow : undefined;
  }

  /** Whether a llama-server still works on something. One on the network may work for others, which is no reason to wait. */
  async isBusy(): Promise<boolean> {
    if (this.kind !== "llamacpp" || this.view.locality !== "machine") {
      return false;
    }
    const slots = await this.probe("ask whether it is idle").get("/slots");
    return slots?.status === 200 && listOf(slots.json).some((slot) => fieldOf(slot, "is_processing") === true);
  }

  /** Undefined where nothing but chats may be sent. */
  async isAlive(): Promise<boolean | undefined> {
    if (!this.mayAsk) {
      return undefined;
    }
    return (await this.probe("ask whether it is alive").get("/v1/models")) !== undefined;
  }

  /** False while a llama-server says that it loads its model. */
  async isLoaded(signal: AbortSignal): Promise<boolean> {
    const health = await this.probe("ask whether the model is loaded", signal)
      .get("/health")
      .catch(() => undefined);
    return health === undefined || health.status !== 503;
  }

  private unplacedBy({ server, trouble }: DescribedEndpoint): Trouble {
    const isSaid = server === undefined || server.kind === "ollama";
    return (isSaid ? trouble : undefined) ?? unplacedTrouble(this.place, this.title);
  }

  /** Servers on this machine, and those of the network that the user allowed, may be asked about themselves. */
  private get mayAsk(): boolean {
    const { locality, baseUrl } = this.view;
    return locality === "machine" || (locality === "network" && this.options.gateway.isAllowedOnNetwork(baseUrl));
  }

  private probe(purpose: string, signal: AbortSignal = new AbortController().signal, key?: string): Probe {
    const root = this.view.baseUrl.replace(/\/v1$/, "");
    return new Probe(this.options.gateway, root, signal, key, { purpose });
  }
}

function unplacedTrouble({ origin, model }: Place, title: string): Trouble {
  return {
    code: "place_unknown",
    message: `${title} at ${origin} does not say whether it passes requests for ${model} on to another host, so nothing was sent.`,
    remedy: "Try again in a moment. If it stays so, restart the server or choose another model.",
  };
}

function swappedTrouble({ origin, model }: Place, title: string, others: readonly string[]): Trouble {
  const some = others.slice(0, 3).join(", ") + (others.length > 3 ? ", …" : "");
  return {
    code: "model_swapped",
    message: `${title} at ${origin} no longer has the model ${model}.${some === "" ? "" : ` It has: ${some}.`} Nothing was sent.`,
    remedy: "Choose a model again, or load the other one in the server; then go on.",
  };
}
