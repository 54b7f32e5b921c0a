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
  generic: { title: "Model server", start: "Start the model server", ports: [1337, 6767] },
};

/** The server that usually listens on this address's port. */
export function guessKind(baseUrl: string): ServerKind {
  const port = URL.canParse(baseUrl) ? Number(new URL(baseUrl).port) : 0;
  const found = Object.entries(serverFacts).find(([, facts]) => facts.ports.includes(port));
  return (found?.[0] as ServerKind | undefined) ?? "generic";
}
