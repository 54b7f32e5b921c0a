import { countOf, fieldOf, listOf, textOf } from "../../stream/json";
import { type FoundModel, model } from "../found";
import type { Probe, Said } from "../probe";

/** The models of a llama-server: one, or several when it runs as a router. */
export async function readLlamaCpp(
  probe: Probe,
  props: Said | undefined,
  list: Said | undefined,
): Promise<FoundModel[]> {
  const listed = listOf(fieldOf(list?.json, "data"));
  const isRouter = listed.some(isRouted);
  return Promise.all(
    listed.map(async (one) => {
      const id = textOf(fieldOf(one, "id"));
      const status = textOf(fieldOf(fieldOf(one, "status"), "value"));
      const loaded = !isRouter || status === "loaded" || status === "sleeping";
      const own = isRouter && loaded ? await probe.get(`/props?model=${encodeURIComponent(id)}`) : props;
      return describe(id, one, loaded, loaded ? own?.json : undefined);
    }),
  );
}

/** A llama-server that was started with one model does not look at the name that a request asks for. */
export function answersToAnyName(list: Said | undefined): boolean {
  const listed = listOf(fieldOf(list?.json, "data"));
  return listed.length === 1 && !listed.some(isRouted);
}

function isRouted(listed: unknown): boolean {
  return textOf(fieldOf(fieldOf(listed, "status"), "value")) !== "";
}

function describe(id: string, listed: unknown, loaded: boolean, props: unknown): FoundModel {
  const meta = fieldOf(listed, "meta");
  const inputs = listOf(fieldOf(fieldOf(listed, "architecture"), "input_modalities"));
  const caps = fieldOf(props, "chat_template_caps");
  const template = textOf(fieldOf(props, "chat_template"));
  const tools = fieldOf(caps, "supports_tools") ?? fieldOf(caps, "supports_tool_calls");
  const vision = fieldOf(fieldOf(props, "modalities"), "vision");
  const count = countOf(fieldOf(meta, "n_params"));
  return model(id, {
    loaded,
    contextWindow: countOf(fieldOf(fieldOf(props, "default_generation_settings"), "n_ctx")),
    maxContext: countOf(fieldOf(meta, "n_ctx_train")),
    sizeBytes: countOf(fieldOf(meta, "size")),
    quantization: /(?:^|[-._])((?:UD-)?(?:IQ\d\w*|Q\d(?:_\w+)*|MXFP4|BF16|F16))(?:[-.]|$)/i.exec(id)?.[1],
    parameters: count === undefined ? undefined : `${(count / 1e9).toFixed(1)}B`,
    tools: typeof tools === "boolean" ? tools : template === "" ? undefined : /\btools\b/.test(template),
    vision: typeof vision === "boolean" ? vision : inputs.length === 0 ? undefined : inputs.includes("image"),
    reasoning: template === "" ? undefined : /<think>|reasoning_content|<\|channel\|>/.test(template),
  });
}
