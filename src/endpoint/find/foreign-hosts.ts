import type { Trouble } from "../../core/events";
import type { Gateway } from "../../net/gateway";
import type { FoundServer } from "./found";

const foreign = "rebinding.example";
const timeoutMs = 1_000;

/**
 * Whether a server answers requests that claim to be meant for another host. Then a web page that the user visits could
 * reach it through the browser. Undefined when the server is on its guard or does not answer at all.
 */
export async function checkForeignHosts(
  gateway: Gateway,
  server: FoundServer,
  signal: AbortSignal,
): Promise<Trouble | undefined> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const headers = { host: foreign, origin: `http://${foreign}` };
  const path = server.kind === "ollama" ? "/api/tags" : "/v1/models";
  try {
    const init = { headers, signal: limit };
    const response = await gateway.fetch(`${server.root}${path}`, init, {
      purpose: "ask whether it answers to foreign names",
    });
    await response.body?.cancel();
    return response.ok ? answersTrouble(server) : undefined;
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

function answersTrouble(server: FoundServer): Trouble {
  return {
    code: "answers_foreign_hosts",
    message: `${server.name} at ${server.root} answers requests under any name, so a web page in your browser may be able to use it.`,
    remedy:
      server.kind === "ollama"
        ? "Let Ollama listen on 127.0.0.1 only (unset OLLAMA_HOST) and remove * from OLLAMA_ORIGINS."
        : "If the server can check host names or ask for a key, switch that on.",
  };
}
