import type { Trouble } from "../../core/events";

/**
 * What to say when no model server was found. `remoteName` is where the editor's extensions run, as the editor names it:
 * `wsl`, `dev-container`, `ssh-remote`; undefined on the machine itself.
 */
export function nothingFoundTrouble(remoteName: string | undefined): Trouble {
  const where = places.find(([names]) => names.some((name) => remoteName?.startsWith(name)));
  if (where !== undefined) {
    return { code: "no_model", message: where[1], remedy: where[2] };
  }
  return {
    code: "no_model",
    message: "No model server answers on this machine.",
    remedy: "Start Ollama, LM Studio, llama-server, vLLM or SGLang, then search again; or try the practice model.",
  };
}

const places: readonly [remoteNames: readonly string[], message: string, remedy: string][] = [
  [
    ["wsl"],
    "No model server answers inside WSL, where Hearth runs.",
    "If it runs on Windows, set networkingMode=mirrored in .wslconfig, so that both share 127.0.0.1, then search again; or try the practice model.",
  ],
  [
    ["dev-container", "attached-container"],
    "No model server answers inside the container, where Hearth runs.",
    "If it runs on the host, add http://host.docker.internal with its port to hearth.endpoints and choose it in the model picker, which asks you once; or try the practice model. Ollama then needs OLLAMA_HOST=0.0.0.0, with which everyone on your network can use it.",
  ],
  [
    ["ssh-remote"],
    "No model server answers on the remote machine, where Hearth runs.",
    "Start one there, or bring yours along with ssh -R 11434:127.0.0.1:11434, then search again; or try the practice model.",
  ],
];
