import type { EndpointView } from "../../core/events";
import type { Model } from "../../core/ports";
import { type DescribedEndpoint, describeEndpoint, describeFound } from "../../endpoint/find/describe";
import { findServers } from "../../endpoint/find/find-servers";
import { OpenAiModel } from "../../endpoint/model";
import { practiceOrigin, practiceServer } from "../../endpoint/practice/server";
import type { KeyStore } from "../../endpoint/profile";
import { guessKind } from "../../endpoint/servers";
import { Gateway } from "../../net/gateway";
import { Ledger } from "../../net/ledger";
import type { EndpointSetting } from "../settings/read-settings";
import { type Candidate, keyOf } from "./model-choice";

/** The one gateway of this window, and what was found through it. */
export class Connection {
  readonly ledger: Ledger;
  private readonly gateway: Gateway;
  private known = new Map<string, DescribedEndpoint>();

  constructor(
    ledgerFolder: string,
    private readonly keys: KeyStore,
  ) {
    this.ledger = new Ledger(ledgerFolder);
    this.gateway = new Gateway({ ledger: this.ledger, inProcess: new Map([[practiceOrigin, practiceServer()]]) });
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
        .filter(({ view }) => !configured.some((each) => isSame(each.view, view)))
        .map((described) => ({ described, configured: false })),
    ];
    const candidates = all.map(({ described, configured }) => candidateOf(described, configured));
    this.known = new Map(all.map(({ described }, index) => [keyOf(candidates[index] as Candidate), described]));
    return candidates;
  }

  model(candidate: Candidate, taskId: string): Model {
    const { view: endpoint } = candidate;
    const known = this.known.get(keyOf(candidate));
    const kind = endpoint.practice ? "practice" : (known?.kind ?? guessKind(endpoint.baseUrl));
    const { gateway, keys } = this;
    const forwardedTo = known?.forwardedTo;
    return new OpenAiModel({ endpoint, kind, gateway, keys, taskId, ...(forwardedTo ? { forwardedTo } : {}) });
  }

  private async describe(endpoint: EndpointSetting, signal: AbortSignal): Promise<DescribedEndpoint> {
    const described = await describeEndpoint(this.gateway, endpoint, this.keys, signal);
    const { contextWindow } = endpoint;
    return contextWindow === undefined || described.view.contextWindow !== undefined
      ? described
      : { ...described, view: { ...described.view, contextWindow } };
  }
}

function candidateOf({ view, model, trouble }: DescribedEndpoint, configured: boolean): Candidate {
  return { view, loaded: model?.loaded, configured, trouble };
}

function isSame(a: EndpointView, b: EndpointView): boolean {
  return a.model === b.model && new URL(a.baseUrl).port === new URL(b.baseUrl).port;
}
