import { AgentError } from "../core/errors";
import type { Gateway, Purpose } from "../net/gateway";

/** The server answered with a status other than 2xx. `body` is the beginning of what it said. */
export class ServerRefusal extends Error {
  override readonly name = "ServerRefusal";

  constructor(
    readonly status: number,
    readonly body: string,
  ) {
    super(`the server answered ${status}`);
  }
}

export interface ChatPost {
  gateway: Gateway;
  /** Ends in `/v1`. */
  baseUrl: string;
  key: string | undefined;
  body: Record<string, unknown>;
  signal: AbortSignal;
  purpose: Purpose;
}

const longestErrorBody = 64 * 1024;
const noTimeLimitMs = 2 ** 31 - 1;

/** Says nothing about this machine, and sends no key where none is configured. */
const headers = {
  "User-Agent": "hearth",
  "X-Stainless-Lang": null,
  "X-Stainless-Package-Version": null,
  "X-Stainless-OS": null,
  "X-Stainless-Arch": null,
  "X-Stainless-Runtime": null,
  "X-Stainless-Runtime-Version": null,
  "X-Stainless-Retry-Count": null,
  "X-Stainless-Timeout": null,
};

/**
 * Posts a chat completion and answers with the streaming response. Never repeats a request and sets no time limit. Throws
 * `ServerRefusal`, an `AgentError` of the gateway, or the signal's reason.
 */
export async function postChat(post: ChatPost): Promise<Response> {
  const { OpenAI } = await import("openai/client");
  const client = new OpenAI({
    baseURL: post.baseUrl,
    apiKey: post.key ?? "none",
    organization: null,
    project: null,
    maxRetries: 0,
    timeout: noTimeLimitMs,
    logLevel: "off",
    defaultHeaders: post.key === undefined ? { ...headers, Authorization: null } : headers,
    fetch: (url, init) => send(post, String(url instanceof Request ? url.url : url), init),
  });
  try {
    return await client.post("/chat/completions", { body: post.body, signal: post.signal }).asResponse();
  } catch (error) {
    post.signal.throwIfAborted();
    throw ours(error);
  }
}

async function send(post: ChatPost, url: string, init: RequestInit | undefined): Promise<Response> {
  const { method, headers, body } = init ?? {};
  if (typeof body !== "string") {
    throw new TypeError("a chat request has a body of text");
  }
  const response = await post.gateway.fetch(url, { method, headers, body, signal: post.signal }, post.purpose);
  if (!response.ok) {
    throw new ServerRefusal(response.status, await beginning(response));
  }
  return response;
}

async function beginning(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const bytes of response.body ?? []) {
    text += decoder.decode(bytes, { stream: true });
    if (text.length > longestErrorBody) {
      break;
    }
  }
  return text.slice(0, longestErrorBody);
}

/** The client wraps what its fetch throws: what we threw ourselves is found in the chain of causes. */
function ours(error: unknown): unknown {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at instanceof AgentError || at instanceof ServerRefusal) {
      return at;
    }
  }
  return error;
}
