import type { NativeAnswer, Personality } from ".";

/** vLLM and SGLang: one model, a fixed window, overflow as an error. */
export class FixedWindow implements Personality {
  constructor(
    private readonly options: { kind: "vllm" | "sglang"; model: string; window: number; toolParser?: boolean },
  ) {}

  answer({ method, path, raw, body }: Parameters<Personality["answer"]>[0]): NativeAnswer | undefined {
    const { kind, model, window } = this.options;
    switch (`${method} ${path}`) {
      case "GET /v1/models":
        return {
          body: {
            object: "list",
            data: [{ id: model, object: "model", owned_by: kind, root: model, max_model_len: window }],
          },
        };
      case "GET /version":
        return kind === "vllm" ? { body: { version: "0.24.0" } } : { status: 404, body: { detail: "Not Found" } };
      case "GET /health":
        return { body: "", contentType: "text/plain" };
      case "POST /v1/chat/completions":
        return this.refuse(raw.length, (body ?? {}) as { max_tokens?: number; tools?: unknown });
      default:
        return { status: 404, body: { detail: "Not Found" } };
    }
  }

  shape(reply: Parameters<NonNullable<Personality["shape"]>>[0]) {
    return {
      callPieces: 6,
      reasoningField: this.options.kind === "vllm" ? "reasoning" : "reasoning_content",
      ...reply,
    };
  }

  private refuse(length: number, body: { max_tokens?: number; tools?: unknown }): NativeAnswer | undefined {
    const { kind, window, toolParser = true } = this.options;
    if (kind === "vllm" && body.tools !== undefined && !toolParser) {
      const message = '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set';
      return { status: 400, body: { error: { message, type: "BadRequestError", param: null, code: 400 } } };
    }
    const prompt = Math.ceil(length / 4);
    const output = body.max_tokens ?? 0;
    if (prompt + output <= window) {
      return undefined;
    }
    if (kind === "vllm") {
      const message = `This model's maximum context length is ${window} tokens. However, you requested ${output} output tokens and your prompt contains at least ${prompt} input tokens, for a total of at least ${prompt + output} tokens. Please reduce the length of the input prompt or the number of requested output tokens. (parameter=input_tokens, value=${prompt})`;
      return { status: 400, body: { error: { message, type: "BadRequestError", param: "input_tokens", code: 400 } } };
    }
    const message = `Requested token count exceeds the model's maximum context length of ${window} tokens. You requested a total of ${prompt + output} tokens: ${prompt} tokens from the input messages and ${output} tokens for the completion.`;
    return {
      body: `data: ${JSON.stringify({ error: { object: "error", message, type: "BadRequestError", param: null, code: 400 } })}\n\ndata: [DONE]\n\n`,
      contentType: "text/event-stream",
    };
  }
}
