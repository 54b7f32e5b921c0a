import type { NativeAnswer, Personality } from ".";

export interface LlamaCppOptions {
  model?: string;
  context?: number;
  slots?: number;
  /** Answers 503 until `ready()` is called. */
  loading?: boolean;
  /** Sends prompt progress and timings. */
  newer?: boolean;
}

/** llama.cpp's llama-server. */
export class LlamaCpp implements Personality {
  private loading: boolean;
  /** A request is being worked on. */
  busy = false;

  constructor(private readonly options: LlamaCppOptions = {}) {
    this.loading = options.loading ?? false;
  }

  ready(): void {
    this.loading = false;
  }

  answer({ method, path, raw }: Parameters<Personality["answer"]>[0]): NativeAnswer | undefined {
    const { model = "Qwen3-Coder-30B-A3B-Instruct-Q4_K_M.gguf", context = 32_768, slots = 1 } = this.options;
    if (this.loading && path !== "/v1/models") {
      return { status: 503, body: { error: { code: 503, message: "Loading model", type: "unavailable_error" } } };
    }
    switch (`${method} ${path}`) {
      case "GET /health":
        return { body: { status: "ok" } };
      case "GET /props":
        return {
          body: {
            default_generation_settings: { n_ctx: context },
            total_slots: slots,
            model_path: `/models/${model}`,
            chat_template: "{% if tools %}{{ tools }}{% endif %}",
            chat_template_caps: { supports_tools: true },
            modalities: { vision: false, audio: false },
            build_info: "b7000-abcdef",
          },
        };
      case "GET /slots":
        return { body: Array.from({ length: slots }, (_, id) => ({ id, n_ctx: context, is_processing: this.busy })) };
      case "GET /v1/models":
        return {
          body: {
            object: "list",
            data: [
              {
                id: model,
                object: "model",
                owned_by: "llamacpp",
                meta: this.loading ? null : { n_ctx_train: 262_144, n_params: 30_532_122_624, size: 18_556_686_912 },
              },
            ],
          },
        };
      case "POST /v1/chat/completions": {
        const tokens = Math.ceil(raw.length / 4);
        return tokens <= context
          ? undefined
          : {
              status: 400,
              body: {
                error: {
                  code: 400,
                  message: `request (${tokens} tokens) exceeds the available context size (${context} tokens), try increasing it`,
                  type: "exceed_context_size_error",
                  n_prompt_tokens: tokens,
                  n_ctx: context,
                },
              },
            };
      }
      default:
        return { status: 404, body: { error: { code: 404, message: "File Not Found", type: "not_found_error" } } };
    }
  }

  shape(reply: Parameters<NonNullable<Personality["shape"]>>[0]) {
    return { callPieces: 5, ...reply };
  }
}
