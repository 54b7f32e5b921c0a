import { AgentError } from "../../core/errors";
import { EscalatedModel } from "../../core/escalation/escalated-model";
import type { Redactor } from "../../core/escalation/redactor";
import type { Selection } from "../../core/escalation/selection";
import type { EndpointView, Trouble } from "../../core/events";
import type { Model, ModelHabits, ModelRequest } from "../../core/ports";
import { type DescribedEndpoint, describeEndpoint, describeFound } from "../../endpoint/find/describe";
import { detectServer } from "../../endpoint/find/detect";
import { findServers } from "../../endpoint/find/find-servers";
import { checkForeignHosts } from "../../endpoint/find/foreign-hosts";
import { Probe } from "../../endpoint/find/probe";
import type { LearnedStore } from "../../endpoint/learned";
import { OpenAiModel } from "../../endpoint/model";
import { isSameName } from "../../endpoint/model-name";
import { practiceOrigin, practiceServer } from "../../endpoint/practice/server";
import type { KeyStore } from "../../endpoint/profile";
import { guessKind } from "../../endpoint/servers";
import type { ModelStatus } from "../../endpoint/watch";
import { applyFix, type OneClickFix, type Widened } from "../../endpoint/window/apply-fix";
import { adviseWindow } from "../../endpoint/window/widen";
import { Gateway } from "../../net/gateway";
import { Ledger } from "../../net/ledger";
import type { ProxyWishes } from "../../net/proxies";
import { GuardedGateway, type Outgoing, RehearsalGateway } from "../escalation/outgoing";
import type { EndpointSetting } from "../settings/read-settings";
import { lockedCandidate } from "./locked-server";
import { type Candidate, keyOf } from "./model-choice";
import { originOf, type ReachPolicy, reachOf, remoteEndpoints } from "./reach";
import { isSameModel, isSameServer } from "./same-model";

export interface ConnectionParts {
  ledgerFolder: string;
  keys: KeyStore;
  learned: LearnedStore;
  habits(endpoint: EndpointView): ModelHabits | undefined;
  /** The user's settings now. */
  policy(): ReachPolicy;
  proxies(): ProxyWishes;
}

/** What a model is spoken with for. */
export interface ModelUse {
  taskId?: string;
  /** As the ledger says it; absent: chat. */
  purpose?: string;
  onStatus?: (status: ModelStatus) => void;
  /** In place of what a check-up found. */
  habits?: () => undefined;
  /** The user is shown a request before it is sent. */
  isShown?: boolean;
}

/** The one gateway of this window, and what was found through it. */
export class Connection {
  readonly ledger: Ledger;
  readonly gateway: Gateway;
  private known = new Map<string, DescribedEndpoint>();

  constructor(private readonly parts: ConnectionParts) {
    this.ledger = new Ledger(parts.ledgerFolder);
    this.gateway = new Gateway({
      ledger: this.ledger,
      inProcess: new Map([[practiceOrigin, practiceServer()]]),
      networkOrigins: () => parts.policy().networkServers.flatMap(originOf),
      remoteEndpoints: () => remoteEndpoints(parts.policy()),
      proxies: () => parts.proxies(),
    });
  }

  /** Configured endpoints first, then what else answers on this machine. Configured ones are listed also when they are down. */
  async find(endpoints: readonly EndpointSetting[], signal: AbortSignal): Promise<Candidate[]> {
    const [configured, servers] = await Promise.all([
      Promise.all(endpoints.map((endpoint) => this.describe(endpoint, signal))),
      findServers(this.gateway, signal),
    ]);
    const found = servers.flatMap((server) => server.models.map((model) => describeFound(server, model)));
    const all = [
      ...configured.map((described) => ({ described, configured: true })),
      ...found
        .filter(({ view }) => !configured.some((each) => isSameModel(each.view, view)))
        .map((described) => ({ described, configured: false })),
    ];
    const candidates = all.map(({ described, configured }) => this.candidate(described, configured));
    this.known = new Map(all.map(({ described }, index) => [keyOf(candidates[index] as Candidate), described]));
    const locked = servers.filter(
      (server) => server.locked && !configured.some(({ view }) => isSameServer(view, server)),
    );
    return [...candidates, ...locked.map(lockedCandidate)];
  }

  /** The models that a server on this machine lists for this key. */
  async listModels(baseUrl: string, key: string, signal: AbortSignal): Promise<string[]> {
    const server = await detectServer(new Probe(this.gateway, baseUrl.replace(/\/v1$/, ""), signal, key));
    return server?.models.map(({ id }) => id) ?? [];
  }

  /** What was last found out about a model. */
  described(candidate: Candidate): DescribedEndpoint | undefined {
    return this.known.get(keyOf(candidate));
  }

  /** Gives a model on this machine the window that was proposed for it, or the largest below it that can be had. */
  async widen(candidate: Candidate, fix: OneClickFix, signal: AbortSignal): Promise<Widened> {
    const { server, model } = this.described(candidate) ?? {};
    if (server === undefined || model === undefined) {
      throw new AgentError("server_down", "The model's server is no longer there.", "Search for servers again.");
    }
    return applyFix(this.gateway, server, model, fix, signal);
  }

  /** Why the server behind a model should be guarded better; undefined when it is on its guard. */
  async guardTrouble(candidate: Candidate, signal: AbortSignal): Promise<Trouble | undefined> {
    const server = this.described(candidate)?.server;
    return server && checkForeignHosts(this.gateway, server, signal);
  }

  model(candidate: Candidate, use: ModelUse): Model {
    return this.modelBehind(this.gateway, candidate, use, false);
  }

  /** A model outside this machine, behind a way that lets nothing but redacted chats through. */
  redactedModel(candidate: Candidate, taskId: string, redactor: Redactor, selection: Selection): Model {
    const way = new GuardedGateway(this.gateway, this.ledger, (body) => redactor.finds(body));
    return new EscalatedModel(this.modelBehind(way, candidate, { taskId, isShown: true }, true), redactor, selection);
  }

  /** The request that such a model would send for this, as it would go out. Nothing is sent to it. */
  async rehearse(candidate: Candidate, taskId: string, request: ModelRequest, signal: AbortSignal): Promise<Outgoing> {
    const way = new RehearsalGateway(this.gateway, this.ledger);
    const turn = this.modelBehind(way, candidate, { taskId }, true).reply(request, signal);
    let next = await turn.next();
    while (!next.done) {
      next = await turn.next();
    }
    if (way.outgoing === undefined) {
      throw notRehearsed(next.value.trouble);
    }
    return way.outgoing;
  }

  private modelBehind(gateway: Gateway, candidate: Candidate, use: ModelUse, described: boolean): Model {
    const { view: endpoint } = candidate;
    const known = this.described(candidate);
    const kind = endpoint.practice ? "practice" : (known?.kind ?? guessKind(endpoint.baseUrl));
    const { keys, learned, habits } = this.parts;
    return new OpenAiModel({
      endpoint,
      kind,
      gateway,
      keys,
      learned,
      forwardedTo: candidate.forwardedTo,
      habits,
      ...use,
      ...(described || isRead(known) ? { described: true } : {}),
    });
  }

  private async describe(endpoint: EndpointSetting, signal: AbortSignal): Promise<DescribedEndpoint> {
    const described = await describeEndpoint(this.gateway, endpoint, this.parts.keys, signal);
    const { contextWindow } = endpoint;
    return contextWindow === undefined || described.view.contextWindow !== undefined
      ? described
      : { ...described, view: { ...described.view, contextWindow } };
  }

  private candidate(described: DescribedEndpoint, configured: boolean): Candidate {
    const { view, server, model, trouble, forwardedTo } = described;
    const reach = reachOf({ view, configured, forwardedTo }, this.parts.policy());
    const facts = model && {
      sizeBytes: model.sizeBytes,
      quantization: model.quantization,
      parameters: model.parameters,
      maxContext: model.maxContext,
      onGpu: model.onGpu,
    };
    const advice = server && model && adviseWindow(server, model);
    return { view, loaded: model?.loaded, configured, trouble, reach, forwardedTo, facts, advice };
  }
}

/** Everything that matters was read from the server itself. */
function isRead(known: DescribedEndpoint | undefined): boolean {
  const isHere = known?.server !== undefined && known.isPlaced && known.trouble === undefined;
  return isHere && known.model !== undefined && isSameName(known.model.id, known.view.model);
}

function notRehearsed(trouble: Trouble | undefined): AgentError {
  const { code, message, remedy } = trouble ?? {
    code: "not_rehearsed",
    message: "What would be sent could not be worked out.",
    remedy: "Choose another model.",
  };
  return new AgentError(code, message, remedy);
}
