import type { EndpointView } from "../../core/events";
import type { Model } from "../../core/ports";
import { OpenAiModel } from "../../endpoint/model";
import { practiceOrigin, practiceServer } from "../../endpoint/practice/server";
import { cleanBaseUrl, type KeyStore } from "../../endpoint/profile";
import { guessKind } from "../../endpoint/servers";
import { Gateway } from "../../net/gateway";
import { Ledger } from "../../net/ledger";
import type { EndpointSetting } from "../settings/read-settings";
import type { Candidate } from "./model-choice";

export class Connection {
  readonly ledger: Ledger;
  readonly gateway: Gateway;

  constructor(
    ledgerFolder: string,
    private readonly keys: KeyStore,
  ) {
    this.ledger = new Ledger(ledgerFolder);
    this.gateway = new Gateway({ ledger: this.ledger, inProcess: new Map([[practiceOrigin, practiceServer()]]) });
  }

  async find(endpoints: readonly EndpointSetting[], _signal: AbortSignal) {
    const candidates: Candidate[] = endpoints.map(({ name, baseUrl, model, contextWindow }) => ({
      view: {
        name,
        model,
        baseUrl: cleanBaseUrl(baseUrl),
        locality: "machine",
        practice: false,
        ...(contextWindow ? { contextWindow } : {}),
      },
      loaded: undefined,
      configured: true,
    }));
    return { candidates, trouble: undefined };
  }

  model(endpoint: EndpointView, taskId: string): Model {
    return new OpenAiModel({
      endpoint,
      kind: endpoint.practice ? "practice" : guessKind(endpoint.baseUrl),
      gateway: this.gateway,
      keys: this.keys,
      taskId,
    });
  }
}
