import type { NativeAnswer, Personality } from ".";
import { field } from "./answers";

export interface LmStudioModel {
  key: string;
  loadedContext?: number;
  maxContext?: number;
  tools?: boolean;
}

/** LM Studio: lists everything that is downloaded, streams calls in fragments, says overflow in its own words. */
export class LmStudio implements Personality {
  private readonly models: LmStudioModel[];

  /** `fitting`: tokens of context that fit into memory; a larger window cannot be loaded. */
  constructor(private readonly options: { models: readonly LmStudioModel[]; old?: boolean; fitting?: number }) {
    this.models = options.models.map((one) => ({ ...one }));
  }

  answer({ method, path, body, raw }: Parameters<Personality["answer"]>[0]): NativeAnswer | undefined {
    switch (`${method} ${path}`) {
      case "GET /api/v1/models":
        return this.options.old ? unexpected(path) : { body: { models: this.models.map(listed) } };
      case "GET /api/v0/models":
        return { body: { object: "list", data: this.models.map(listedOld) } };
      case "POST /api/v1/models/load":
        return this.load(String(field(body, "model")), Number(field(body, "context_length")));
      case "POST /api/v1/models/unload":
        return this.unload(String(field(body, "instance_id")));
      case "GET /v1/models":
        return {
          body: {
            object: "list",
            data: this.models.map(({ key }) => ({ id: key, object: "model", owned_by: "organization_owner" })),
          },
        };
      case "POST /v1/chat/completions":
        return this.refuse(String(field(body, "model")), Math.ceil(raw.length / 4));
      default:
        return path.startsWith("/v1/") ? undefined : unexpected(path);
    }
  }

  shape(reply: Parameters<NonNullable<Personality["shape"]>>[0]) {
    return { callPieces: 8, ...reply };
  }

  private load(key: string, context: number): NativeAnswer {
    const found = this.models.find((one) => one.key === key);
    if (found === undefined) {
      return { status: 404, body: { error: { message: "Model not found", type: "model_not_found" } } };
    }
    if (context > (this.options.fitting ?? Number.POSITIVE_INFINITY)) {
      return { status: 500, body: { error: "Failed to load model: insufficient memory" } };
    }
    found.loadedContext = context || 4096;
    return {
      body: {
        type: "llm",
        instance_id: key,
        load_time_seconds: 1.2,
        status: "loaded",
        load_config: { context_length: found.loadedContext },
      },
    };
  }

  private unload(key: string): NativeAnswer {
    const found = this.models.find((one) => one.key === key);
    if (found?.loadedContext === undefined) {
      return { status: 404, body: { error: { message: "No such instance", type: "model_not_found" } } };
    }
    delete found.loadedContext;
    return { body: { instance_id: key } };
  }

  private refuse(key: string, tokens: number): NativeAnswer | undefined {
    const found = this.models.find((one) => one.key === key);
    if (found?.loadedContext === undefined) {
      return {
        status: 404,
        body: {
          error: {
            message: "No models loaded. Please load a model in the developer page or use the 'lms load' command.",
            type: "invalid_request_error",
            param: "model",
            code: "model_not_found",
          },
        },
      };
    }
    return tokens <= found.loadedContext
      ? undefined
      : {
          status: 400,
          body: {
            error: `The number of tokens to keep from the initial prompt is greater than the context length (n_keep: ${tokens}>= n_ctx: ${found.loadedContext}). Try to load the model with a larger context length, or provide a shorter input.`,
          },
        };
  }
}

function listed(one: LmStudioModel): unknown {
  return {
    type: "llm",
    key: one.key,
    display_name: one.key,
    architecture: "qwen3",
    quantization: { name: "Q4_K_M", bits_per_weight: 4 },
    size_bytes: 18_600_000_000,
    params_string: "30B",
    format: "gguf",
    max_context_length: one.maxContext ?? 262_144,
    capabilities: { vision: false, trained_for_tool_use: one.tools ?? true },
    loaded_instances:
      one.loadedContext === undefined ? [] : [{ id: one.key, config: { context_length: one.loadedContext } }],
  };
}

function listedOld(one: LmStudioModel): unknown {
  return {
    id: one.key,
    object: "model",
    type: "llm",
    state: one.loadedContext === undefined ? "not-loaded" : "loaded",
    quantization: "Q4_K_M",
    max_context_length: one.maxContext ?? 262_144,
    ...(one.loadedContext === undefined ? {} : { loaded_context_length: one.loadedContext }),
    capabilities: one.tools === false ? [] : ["tool_use"],
  };
}

function unexpected(path: string): NativeAnswer {
  return { body: { error: `Unexpected endpoint or method. (GET ${path})` } };
}
