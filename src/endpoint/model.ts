import { AgentError } from "../core/errors";
import type { EndpointView, Trouble } from "../core/events";
import type { Model, ModelRequest, Reply, ReplyPiece } from "../core/ports";
import type { Gateway, Purpose } from "../net/gateway";
import type { ReasoningField } from "./chat/render";
import { chatRequest } from "./chat/request";
import { postChat, ServerRefusal } from "./client";
import type { KeyStore } from "./profile";
import type { ServerKind } from "./servers";
import { readBody } from "./stream/body";
import { type Flaw, ReplyReader } from "./stream/reply";
import {
  cutTrouble,
  emptyBodyTrouble,
  networkTrouble,
  notAStreamTrouble,
  type Place,
  refusedTrouble,
  streamErrorTrouble,
  tooLongTrouble,
} from "./troubles";

export interface OpenAiModelOptions {
  endpoint: EndpointView;
  kind: ServerKind;
  gateway: Gateway;
  keys: KeyStore;
  /** Recorded in the ledger with every request. */
  taskId?: string;
  /** The host that the server passes this model's requests on to, where it says so. */
  forwardedTo?: string;
  /** Milliseconds, monotonic. */
  now?: () => number;
}

/** A model behind an OpenAI-compatible server. What goes wrong becomes part of the reply. */
export class OpenAiModel implements Model {
  readonly endpoint: EndpointView;
  private readonly now: () => number;

  constructor(private readonly options: OpenAiModelOptions) {
    this.endpoint = options.endpoint;
    this.now = options.now ?? (() => performance.now());
  }

  async *reply(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ReplyPiece, Reply> {
    const body = chatRequest(request, {
      model: this.endpoint.model,
      reasoningField: reasoningFieldOf(this.options.kind),
      contextWindow: this.endpoint.contextWindow,
    });
    const reader = new ReplyReader({
      now: this.now,
      usedIds: idsOf(request),
      maxTokens: body.max_tokens,
      tools: request.tools,
    });
    let hadBegun = false;
    try {
      const response = await this.post(body, signal);
      for await (const bytes of readBody(response, () => reader.over)) {
        hadBegun = true;
        yield* reader.push(bytes);
      }
      const { reply, flaw, pieces } = reader.end();
      yield* pieces;
      return flaw === undefined ? reply : { ...reply, trouble: this.explain(flaw) };
    } catch (error) {
      if (signal.aborted) {
        return reader.interrupt("aborted");
      }
      return reader.interrupt("error", this.troubleOf(error, hadBegun));
    }
  }

  private async post(body: Record<string, unknown>, signal: AbortSignal): Promise<Response> {
    const { gateway, keys, taskId, forwardedTo } = this.options;
    const { name, model, baseUrl, practice } = this.endpoint;
    const purpose: Purpose = {
      purpose: practice ? "practice chat" : "chat",
      endpoint: name,
      model,
      taskId,
      forwardedTo,
    };
    const key = practice ? undefined : await keys.get(name);
    return postChat({ gateway, baseUrl, key, body, signal, purpose });
  }

  private explain(flaw: Flaw): Trouble {
    switch (flaw.kind) {
      case "error":
        return streamErrorTrouble(flaw.error, this.place);
      case "not_a_stream":
        return notAStreamTrouble(flaw.text, this.place);
      case "empty_body":
        return emptyBodyTrouble(this.place);
      case "too_long":
        return tooLongTrouble(this.place);
      case "cut":
        return cutTrouble(this.place);
    }
  }

  /** Anything that is neither the server's nor the network's doing is our bug and is thrown on. */
  private troubleOf(error: unknown, hadBegun: boolean): Trouble {
    if (error instanceof ServerRefusal) {
      return refusedTrouble(error.status, error.body, this.place);
    }
    if (error instanceof AgentError) {
      return networkTrouble(error, this.place, hadBegun);
    }
    throw error;
  }

  private get place(): Place {
    const { baseUrl, model } = this.endpoint;
    return { kind: this.options.kind, origin: new URL(baseUrl).origin, model };
  }
}

/** Ollama and newer vLLM read earlier reasoning from `reasoning`; everything else from `reasoning_content`. */
function reasoningFieldOf(kind: ServerKind): ReasoningField {
  return kind === "ollama" || kind === "vllm" ? "reasoning" : "reasoning_content";
}

function idsOf(request: ModelRequest): ReadonlySet<string> {
  return new Set(
    request.messages.flatMap((message) => (message.role === "assistant" ? message.calls.map((call) => call.id) : [])),
  );
}
