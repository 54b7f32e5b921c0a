import * as z from "zod";
import { AgentError } from "../core/errors";

/** An endpoint as the user configures it in `hearth.endpoints`. Keys never live here, only in the key store. */
export const EndpointProfile = z.object({
  name: z.string().trim().min(1),
  /** OpenAI-compatible base URL; what people paste is cleaned by `cleanBaseUrl`. */
  baseUrl: z.string().trim().min(1),
  model: z.string().trim().min(1),
});
export type EndpointProfile = z.infer<typeof EndpointProfile>;

/** Where API keys are kept. */
export interface KeyStore {
  /** The key of the endpoint of this name, when it was stored for this very server. */
  get(name: string, baseUrl: string): Promise<string | undefined>;
}

const pastedEnds =
  /\/+(?:v1\/chat\/completions|chat\/completions|v1\/completions|v1\/models|v1|api\/(?:chat|generate|tags|version|show|ps|v0|v1)|api)?\/*$/;

/**
 * The OpenAI base URL for whatever address was pasted: `localhost:11434/`, `http://0.0.0.0:8000/v1/chat/completions` and
 * `http://127.0.0.1:1234/v1` all end in `/v1`. Throws an `AgentError` when it is no address.
 */
export function cleanBaseUrl(pasted: string): string {
  return `${cleanRoot(pasted)}/v1`;
}

/** The server's root, where its own API lives: without `/v1` and without a slash at the end. */
export function cleanRoot(pasted: string): string {
  const text = pasted.trim();
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  if (!URL.canParse(withScheme)) {
    throw new AgentError(
      "address_refused",
      `“${text.slice(0, 200)}” is not a web address.`,
      "Write it like http://127.0.0.1:11434.",
    );
  }
  const url = new URL(withScheme);
  if (url.hostname === "0.0.0.0" || url.hostname === "[::]") {
    url.hostname = url.hostname === "0.0.0.0" ? "127.0.0.1" : "[::1]";
  }
  const user = url.username === "" ? "" : `${url.username}@`;
  return `${url.protocol}//${user}${url.host}${url.pathname.replace(pastedEnds, "")}`;
}
