import { AgentError } from "../../core/errors";
import { parseJson } from "../../core/json";
import type { Gateway } from "../../net/gateway";
import type { FoundModel, FoundServer } from "../find/found";
import { errorText } from "../troubles";

/** The least window that agent work needs, and what is good. Tokens. */
export const leastWindow = 16_384;
export const goodWindow = 32_768;

/** How a model's window can be made larger. */
export type WindowFix =
  /** Ollama: a second name for the same weights, with this window. One click. */
  | { kind: "derive"; from: string; name: string; window: number }
  /** LM Studio: load the model again with this window. One click. */
  | { kind: "load"; model: string; window: number }
  /** The server must be started with another option, by hand. */
  | { kind: "restart"; option: string; window: number };

export interface WindowAdvice {
  /** A sentence: what is, and what is needed. */
  message: string;
  fix: WindowFix | undefined;
}

/** What to say about a model's window, or nothing when it is good enough. Whether memory is enough shows when it is loaded. */
export function adviseWindow(server: FoundServer, model: FoundModel): WindowAdvice | undefined {
  const { contextWindow } = model;
  if (contextWindow === undefined || contextWindow >= goodWindow) {
    return undefined;
  }
  const most = model.maxContext ?? Number.POSITIVE_INFINITY;
  const window = Math.min(65_536, Math.floor(most / 4_096) * 4_096 || 65_536);
  const now = contextWindow.toLocaleString("en");
  const message =
    contextWindow < leastWindow
      ? `${server.name} gives ${model.id} ${now} tokens of context. That is too few to work with: a task needs at least ${leastWindow.toLocaleString("en")}, better ${goodWindow.toLocaleString("en")}.`
      : `${server.name} gives ${model.id} ${now} tokens of context. Longer tasks need ${goodWindow.toLocaleString("en")} or more.`;
  return { message, fix: window <= contextWindow ? undefined : fixFor(server, model, window) };
}

function fixFor(server: FoundServer, model: FoundModel, window: number): WindowFix | undefined {
  switch (server.kind) {
    case "ollama":
      return { kind: "derive", from: model.id, name: derivedName(model.id, window), window };
    case "lmstudio":
      return { kind: "load", model: model.id, window };
    case "llamacpp":
      return { kind: "restart", option: `llama-server -c ${window} -np 1`, window };
    case "vllm":
      return { kind: "restart", option: `vllm serve --max-model-len ${window}`, window };
    case "sglang":
      return { kind: "restart", option: `python -m sglang.launch_server --context-length ${window}`, window };
    case "koboldcpp":
      return { kind: "restart", option: `koboldcpp --contextsize ${window}`, window };
    default:
      return undefined;
  }
}

/** `qwen3-coder:30b` with 65,536 tokens is `qwen3-coder:30b-64k`. */
export function derivedName(from: string, window: number): string {
  const [name = from, tag] = from.split(":");
  const size = `${Math.round(window / 1024)}k`;
  return tag === undefined || tag === "latest" ? `${name}:${size}` : `${name}:${tag.replace(/-\d+k$/, "")}-${size}`;
}

/** Makes an Ollama model that has the window set. No weights are copied. Throws an `AgentError` when Ollama refuses. */
export async function deriveOllamaModel(
  gateway: Gateway,
  root: string,
  fix: Extract<WindowFix, { kind: "derive" }>,
  signal: AbortSignal,
): Promise<string> {
  const { from, name, window } = fix;
  const body = { model: name, from, parameters: { num_ctx: window }, stream: false };
  await call(gateway, `${root}/api/create`, body, signal, `make the model ${name}`);
  return name;
}

/**
 * Loads an LM Studio model with a window. It stays loaded until someone unloads it. Returns the id to use in requests.
 * Throws an `AgentError` when LM Studio refuses, for example for lack of memory.
 */
export async function loadLmStudioModel(
  gateway: Gateway,
  root: string,
  fix: Extract<WindowFix, { kind: "load" }>,
  signal: AbortSignal,
): Promise<string> {
  const body = { model: fix.model, context_length: fix.window, echo_load_config: true };
  const answer = await call(gateway, `${root}/api/v1/models/load`, body, signal, `load ${fix.model}`);
  const id = (answer as { instance_id?: unknown } | null)?.instance_id;
  return typeof id === "string" && id !== "" ? id : fix.model;
}

/** Takes an LM Studio model out of memory. One that is not in memory is no error. */
export async function unloadLmStudioModel(
  gateway: Gateway,
  root: string,
  instance: string,
  signal: AbortSignal,
): Promise<void> {
  const init = postOf({ instance_id: instance }, signal);
  const response = await gateway.fetch(`${root}/api/v1/models/unload`, init, { purpose: `unload ${instance}` });
  await response.body?.cancel();
}

/** Takes an Ollama model that was made for its window away again. The weights stay with the model it was made from. */
export async function deleteOllamaModel(
  gateway: Gateway,
  root: string,
  model: string,
  signal: AbortSignal,
): Promise<void> {
  const init = { ...postOf({ model }, signal), method: "DELETE" };
  const response = await gateway.fetch(`${root}/api/delete`, init, { purpose: `remove the model ${model}` });
  await response.body?.cancel();
}

/** Brings an Ollama model into memory without asking it anything, so that its window can be read and the first word comes soon. */
export async function loadOllamaModel(
  gateway: Gateway,
  root: string,
  model: string,
  signal: AbortSignal,
): Promise<void> {
  await call(gateway, `${root}/api/generate`, { model, stream: false }, signal, `load ${model}`);
}

function postOf(body: unknown, signal: AbortSignal) {
  return { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body), signal };
}

async function call(gateway: Gateway, url: string, body: unknown, signal: AbortSignal, what: string): Promise<unknown> {
  const response = await gateway.fetch(url, postOf(body, signal), { purpose: what });
  const text = await response.text();
  if (!response.ok) {
    throw new AgentError(
      "not_done",
      `The server did not ${what}: ${errorText(text) ?? `status ${response.status}`}`,
      "Choose a smaller context, or look at the server's own log.",
    );
  }
  return parseJson(text);
}
