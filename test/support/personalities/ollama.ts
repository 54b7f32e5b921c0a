import type { NativeAnswer, Personality } from ".";
import { field, says404 } from "./answers";

export interface OllamaModel {
  name: string;
  /** Bytes on disk. */
  size?: number;
  maxContext?: number;
  capabilities?: readonly string[];
  /** Set in the model file. */
  numCtx?: number;
  remoteHost?: string;
  remoteModel?: string;
}

export interface OllamaOptions {
  models: readonly OllamaModel[];
  version?: string;
  /** What a model without `num_ctx` is loaded with. */
  defaultContext?: number;
  /** Names of models that are in memory from the start. */
  loaded?: readonly string[];
  /** Before 0.30 the list did not name capabilities or context. */
  old?: boolean;
  /** Tokens of context that fit into memory beside the model; a larger window cannot be loaded. */
  fitting?: number;
  /** Tokens of context that fit into graphics memory; with a larger window a part lies in the RAM. */
  fittingOnGpu?: number;
}

/** Ollama: its own API, its silent truncation, and its stream shapes. */
export class Ollama implements Personality {
  private readonly models: OllamaModel[];
  private readonly running = new Map<string, number>();

  constructor(private readonly options: OllamaOptions) {
    this.models = [...options.models];
    for (const name of options.loaded ?? []) {
      this.load(name);
    }
  }

  answer({ method, path, body }: Parameters<Personality["answer"]>[0]): NativeAnswer | undefined {
    const { options } = this;
    switch (`${method} ${path}`) {
      case "GET /":
        return { body: "Ollama is running", contentType: "text/plain" };
      case "GET /api/version":
        return { body: { version: options.version ?? "0.33.0" } };
      case "GET /api/tags":
        return { body: { models: this.models.map((one) => this.listed(one)) } };
      case "GET /api/ps":
        return {
          body: { models: [...this.running].map(([name, context_length]) => this.process(name, context_length)) },
        };
      case "POST /api/show":
        return this.show(String(field(body, "model")));
      case "POST /api/create":
        return this.create(body);
      case "DELETE /api/delete":
        return this.remove(String(field(body, "model")));
      case "POST /api/generate":
        return this.generate(body);
      case "GET /v1/models":
        return {
          body: {
            object: "list",
            data: this.models.map(({ name }) => ({ id: name, object: "model", owned_by: "library" })),
          },
        };
      case "POST /v1/chat/completions":
        return this.refuse(body);
      default:
        return path.startsWith("/api/") || path === "/props"
          ? { status: 404, body: "404 page not found", contentType: "text/plain" }
          : undefined;
    }
  }

  /** Old messages fall out silently when the prompt is too long: only the usage tells. */
  shape(
    reply: Parameters<NonNullable<Personality["shape"]>>[0],
    request: Parameters<NonNullable<Personality["shape"]>>[1],
  ) {
    const name = String(field(request.body, "model"));
    const context = this.running.get(name) ?? this.load(name);
    const estimated = Math.ceil(request.raw.length / 4);
    const shaped = { callPieces: "whole" as const, reasoningField: "reasoning", ...reply };
    if (reply.usage !== undefined || estimated <= context) {
      return shaped;
    }
    return { ...shaped, usage: { prompt_tokens: Math.floor(context / 2), completion_tokens: 12 } };
  }

  /** Takes a model out of memory, as Ollama does after five idle minutes. */
  unload(name: string): void {
    this.running.delete(name);
  }

  private find(name: string): OllamaModel | undefined {
    return this.models.find((one) => one.name === name || one.name === `${name}:latest`);
  }

  private load(name: string, asked?: number): number {
    const found = this.find(name);
    const context = Math.min(
      asked ?? found?.numCtx ?? this.options.defaultContext ?? 4096,
      found?.maxContext ?? 262_144,
    );
    this.running.set(found?.name ?? name, context);
    return context;
  }

  private refuse(body: unknown): NativeAnswer | undefined {
    const name = String(field(body, "model"));
    const found = this.find(name);
    if (found === undefined) {
      return {
        status: 404,
        body: {
          error: {
            message: `model "${name}" not found, try pulling it first`,
            type: "not_found_error",
            param: null,
            code: null,
          },
        },
      };
    }
    const offersTools = Array.isArray(field(body, "tools"));
    if (offersTools && found.capabilities !== undefined && !found.capabilities.includes("tools")) {
      const message = `registry.ollama.ai/library/${name} does not support tools`;
      return { status: 400, body: { error: { message, type: "invalid_request_error", param: null, code: null } } };
    }
    return undefined;
  }

  private show(name: string): NativeAnswer {
    const found = this.find(name);
    if (found === undefined) {
      return { status: 404, body: { error: `model '${name}' not found` } };
    }
    return {
      body: {
        parameters:
          found.numCtx === undefined
            ? "temperature 0.7"
            : `temperature                    0.7\nnum_ctx                        ${found.numCtx}`,
        details: this.details(found),
        model_info: {
          "general.architecture": "qwen3",
          "qwen3.context_length": found.maxContext ?? 262_144,
          "qwen3.block_count": 36,
        },
        ...(this.options.old ? {} : { capabilities: found.capabilities ?? ["completion", "tools"] }),
        ...remote(found),
      },
    };
  }

  private create(body: unknown): NativeAnswer {
    const from = this.find(String(field(body, "from")));
    if (from === undefined) {
      return says404("model not found");
    }
    const numCtx = Number(field(field(body, "parameters"), "num_ctx"));
    const name = String(field(body, "model"));
    this.models.push({ ...from, name: name.includes(":") ? name : `${name}:latest`, numCtx });
    return { body: { status: "success" } };
  }

  private generate(body: unknown): NativeAnswer {
    const asked = field(field(body, "options"), "num_ctx");
    const name = String(field(body, "model"));
    const context = this.load(name, typeof asked === "number" ? asked : undefined);
    if (context > (this.options.fitting ?? Number.POSITIVE_INFINITY)) {
      this.running.delete(this.find(name)?.name ?? name);
      return { status: 500, body: { error: "model failed to load: out of memory" } };
    }
    return { body: { done: true, done_reason: "load" } };
  }

  private remove(name: string): NativeAnswer {
    const at = this.models.findIndex((one) => one.name === name || one.name === `${name}:latest`);
    if (at < 0) {
      return { status: 404, body: { error: `model '${name}' not found` } };
    }
    this.running.delete(this.models[at]?.name ?? name);
    this.models.splice(at, 1);
    return { body: {} };
  }

  private listed(one: OllamaModel): unknown {
    return {
      name: one.name,
      model: one.name,
      size: one.size ?? 18_600_000_000,
      details: this.details(one),
      ...(this.options.old ? {} : { capabilities: one.capabilities ?? ["completion", "tools"] }),
      ...remote(one),
    };
  }

  private details(one: OllamaModel): unknown {
    const details = { format: "gguf", family: "qwen3", parameter_size: "30.5B", quantization_level: "Q4_K_M" };
    return this.options.old ? details : { ...details, context_length: one.maxContext ?? 262_144 };
  }

  private process(name: string, context_length: number): unknown {
    const isWhole = context_length <= (this.options.fittingOnGpu ?? Number.POSITIVE_INFINITY);
    const size_vram = isWhole ? 20_000_000_000 : 12_000_000_000;
    return { name, model: name, size: 20_000_000_000, size_vram, context_length };
  }
}

function remote(one: OllamaModel): Record<string, string> {
  return {
    ...(one.remoteHost === undefined ? {} : { remote_host: one.remoteHost }),
    ...(one.remoteModel === undefined ? {} : { remote_model: one.remoteModel }),
  };
}
