import type { Personality } from ".";

/** KoboldCpp, which imitates Ollama too. */
export const koboldCpp: Personality = {
  answer: ({ path }) => {
    switch (path) {
      case "/api/extra/version":
        return { body: { result: "KoboldCpp", version: "1.110" } };
      case "/api/extra/true_max_context_length":
        return { body: { value: 8192 } };
      case "/api/version":
        return { body: { version: "0.7.0" } };
      case "/":
        return { body: "Ollama is running", contentType: "text/plain" };
      case "/v1/models":
        return {
          body: { object: "list", data: [{ id: "koboldcpp/Qwen3-8B", object: "model", owned_by: "koboldcpp" }] },
        };
      default:
        return undefined;
    }
  },
};

/** mlx_lm.server. */
export const mlx: Personality = {
  answer: ({ path }) => {
    switch (path) {
      case "/health":
        return { body: { status: "ok" } };
      case "/v1/models":
        return { body: { object: "list", data: [{ id: "mlx-community/Qwen3-8B-4bit", object: "model", created: 1 }] } };
      default:
        return undefined;
    }
  },
};

/** A LiteLLM proxy in front of a local and a remote model. */
export const liteLlm: Personality = {
  answer: ({ path }) => {
    switch (path) {
      case "/health/readiness":
        return { body: { status: "connected", litellm_version: "1.80.0" } };
      case "/health/liveliness":
        return { body: '"I\'m alive!"' };
      case "/v1/models":
        return {
          body: {
            object: "list",
            data: ["here", "there", "hidden"].map((id) => ({ id, object: "model", owned_by: "openai" })),
          },
        };
      case "/model/info":
        return {
          body: {
            data: [
              {
                model_name: "here",
                litellm_params: { model: "ollama_chat/qwen3", api_base: "http://localhost:11434" },
                model_info: { max_input_tokens: 32_768, supports_function_calling: true },
              },
              {
                model_name: "there",
                litellm_params: { model: "openai/gpt-5" },
                model_info: { max_input_tokens: 400_000 },
              },
            ],
          },
        };
      default:
        return undefined;
    }
  },
};
