import { countOf, fieldOf, listOf, textOf } from "../../stream/json";
import { type FoundModel, model } from "../found";
import type { Said } from "../probe";
import { isCloudName } from "./ollama";

/** Models of a server that only has the plain OpenAI list (vLLM, SGLang, mlx_lm, unknown ones). */
export function readListed(list: Said | undefined): FoundModel[] {
  return listOf(fieldOf(list?.json, "data"))
    .map((one) => {
      const window = countOf(fieldOf(one, "max_model_len")) ?? countOf(fieldOf(one, "context_length"));
      const id = textOf(fieldOf(one, "id"));
      return model(id, {
        loaded: true,
        contextWindow: window,
        forwardedTo: isCloudName(id) ? "ollama.com" : undefined,
      });
    })
    .filter((one) => one.id !== "");
}
