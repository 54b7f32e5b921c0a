/** The servers whose own ways are known. Anything else is `generic`. */
export type ServerKind =
  | "ollama"
  | "lmstudio"
  | "llamacpp"
  | "vllm"
  | "sglang"
  | "koboldcpp"
  | "litellm"
  | "mlx"
  | "practice"
  | "generic";

interface ServerFacts {
  /** As people call it. */
  title: string;
  /** How to start it, as the beginning of a sentence. */
  start: string;
  ports: readonly number[];
}

export const serverFacts: Record<ServerKind, ServerFacts> = {
  ollama: { title: "Ollama", start: "Start Ollama", ports: [11434] },
  lmstudio: { title: "LM Studio", start: "Start the server in LM Studio", ports: [1234] },
  llamacpp: { title: "llama.cpp", start: "Start llama-server", ports: [8080, 9931] },
  vllm: { title: "vLLM", start: "Start vLLM", ports: [8000] },
  sglang: { title: "SGLang", start: "Start SGLang", ports: [30000] },
  koboldcpp: { title: "KoboldCpp", start: "Start KoboldCpp", ports: [5001] },
  litellm: { title: "LiteLLM", start: "Start the LiteLLM proxy", ports: [4000] },
  mlx: { title: "MLX", start: "Start mlx_lm.server", ports: [] },
  practice: { title: "Practice", start: "Reload the window", ports: [] },
  /** Jan's two ports: its desktop program, which wants a key, and `jan serve`. llama.cpp does the work in both. */
  generic: { title: "Model server", start: "Start the model server", ports: [1337, 6767] },
};

/** The server that usually listens on this address's port. */
export function guessKind(baseUrl: string): ServerKind {
  const port = URL.canParse(baseUrl) ? Number(new URL(baseUrl).port) : 0;
  const found = Object.entries(serverFacts).find(([, facts]) => facts.ports.includes(port));
  return (found?.[0] as ServerKind | undefined) ?? "generic";
}

interface Parsers {
  vllm?: string | undefined;
  sglang?: string | undefined;
}

/** Parser names of vLLM and SGLang for the ways in which models write calls. */
const parsers: Readonly<Record<string, Parsers>> = {
  hermes: { vllm: "hermes", sglang: "qwen25" },
  "qwen3-coder": { vllm: "qwen3_coder", sglang: "qwen3_coder" },
  glm: { vllm: "glm47", sglang: "glm47" },
  "deepseek-dsml": { vllm: "deepseek_v4", sglang: "deepseekv4" },
  "deepseek-v3": { vllm: "deepseek_v31", sglang: "deepseekv31" },
  "kimi-k2": { vllm: "kimi_k2", sglang: "kimi_k2" },
  "minimax-m3": { vllm: "minimax_m3", sglang: "minimax-m3" },
  "minimax-m2": { vllm: "minimax_m2", sglang: "minimax-m2" },
  mistral: { vllm: "mistral", sglang: "mistral" },
  harmony: { vllm: "openai", sglang: "gpt-oss" },
};

/** What to change so that the server recognises calls of this format, or with these parsers, itself. */
export function parserHint(kind: ServerKind, calls: string | Parsers): string {
  const parser = typeof calls === "string" ? parsers[calls] : calls;
  switch (kind) {
    case "vllm":
      return `Nothing has to be done. To let vLLM do it, start it with --enable-auto-tool-choice --tool-call-parser ${parser?.vllm ?? "NAME, the name of the parser for this model"}.`;
    case "sglang":
      return `Nothing has to be done. To let SGLang do it, start it with --tool-call-parser ${parser?.sglang ?? "NAME, the name of the parser for this model"}.`;
    case "llamacpp":
      return "Nothing has to be done. To let llama-server do it, start it with --jinja, or update it.";
    default:
      return "Nothing has to be done. A newer version of the server may recognise them itself.";
  }
}
