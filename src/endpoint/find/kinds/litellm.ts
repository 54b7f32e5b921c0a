import { locality } from "../../../net/locality";
import { countOf, fieldOf, listOf, textOf } from "../../stream/json";
import { type FoundModel, model } from "../found";
import type { Probe, Said } from "../probe";
import { isCloudName } from "./ollama";

/** Where a model is of which LiteLLM says nothing. */
export const unknownHost = "an unknown host";

/** Providers of LiteLLM whose models run where their address says, and by default on this machine. */
const localProviders = new Set(["ollama", "ollama_chat", "lm_studio", "llamafile", "hosted_vllm", "vllm"]);

/** LiteLLM passes requests on: where to is in its own list. A model it says nothing about counts as not on this machine. */
export async function readLiteLlm(probe: Probe, list: Said | undefined): Promise<FoundModel[]> {
  const info = (await probe.get("/model/info")) ?? (await probe.get("/v1/model/info"));
  const deployments = listOf(fieldOf(info?.json, "data"));
  return listOf(fieldOf(list?.json, "data")).map((one) => {
    const id = textOf(fieldOf(one, "id"));
    const own = deployments.filter((each) => textOf(fieldOf(each, "model_name")) === id);
    const facts = fieldOf(own[0], "model_info");
    const tools = fieldOf(facts, "supports_function_calling");
    const vision = fieldOf(facts, "supports_vision");
    return model(id, {
      loaded: true,
      contextWindow: countOf(fieldOf(facts, "max_input_tokens")),
      tools: typeof tools === "boolean" ? tools : undefined,
      vision: typeof vision === "boolean" ? vision : undefined,
      forwardedTo: farthest(own),
    });
  });
}

/** LiteLLM chooses anew for each request among the places that it has for a name. */
function farthest(deployments: readonly unknown[]): string | undefined {
  const hosts = deployments.map((each) => behind(fieldOf(each, "litellm_params")));
  return hosts.length === 0 ? unknownHost : hosts.find((host) => host !== undefined);
}

function behind(params: unknown): string | undefined {
  const base = textOf(fieldOf(params, "api_base"));
  const name = textOf(fieldOf(params, "model"));
  const provider = name.split("/")[0] ?? "";
  if (isCloudName(name)) {
    return "ollama.com";
  }
  if (base === "") {
    return localProviders.has(provider) ? undefined : provider || unknownHost;
  }
  const host = URL.canParse(base) ? new URL(base).hostname.replace(/^\[|\]$/g, "") : base;
  return host === "localhost" || locality(host) === "machine" ? undefined : host;
}
