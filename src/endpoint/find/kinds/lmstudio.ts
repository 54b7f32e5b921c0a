import { countOf, fieldOf, isObject, listOf, textOf } from "../../stream/json";
import { type FoundModel, model } from "../found";
import type { Said } from "../probe";

/** The list of `/api/v1/models` (LM Studio 0.4 and later). */
export function readLmStudio(said: Said | undefined): FoundModel[] {
  return listOf(fieldOf(said?.json, "models"))
    .filter((one) => textOf(fieldOf(one, "type")) !== "embedding")
    .map((one) => {
      const instances = listOf(fieldOf(one, "loaded_instances"));
      const [instance] = instances;
      const can = fieldOf(one, "capabilities");
      const quantization = fieldOf(one, "quantization");
      return model(textOf(fieldOf(instance, "id")) || textOf(fieldOf(one, "key")), {
        loaded: instances.length > 0,
        contextWindow: countOf(fieldOf(fieldOf(instance, "config"), "context_length")),
        maxContext: countOf(fieldOf(one, "max_context_length")),
        sizeBytes: countOf(fieldOf(one, "size_bytes")),
        quantization: textOf(fieldOf(quantization, "name")) || textOf(quantization) || undefined,
        parameters: textOf(fieldOf(one, "params_string")) || undefined,
        tools: flag(fieldOf(can, "trained_for_tool_use")),
        vision: flag(fieldOf(can, "vision")),
        reasoning: isObject(fieldOf(can, "reasoning")) ? true : flag(fieldOf(can, "reasoning")),
      });
    })
    .filter((one) => one.id !== "");
}

/** The list of `/api/v0/models`, which older versions have. */
export function readOldLmStudio(said: Said | undefined): FoundModel[] {
  return listOf(fieldOf(said?.json, "data"))
    .filter((one) => !/embedding/.test(textOf(fieldOf(one, "type"))))
    .map((one) => {
      const can = listOf(fieldOf(one, "capabilities"));
      return model(textOf(fieldOf(one, "id")), {
        loaded: textOf(fieldOf(one, "state")) === "loaded",
        contextWindow: countOf(fieldOf(one, "loaded_context_length")),
        maxContext: countOf(fieldOf(one, "max_context_length")),
        quantization: textOf(fieldOf(one, "quantization")) || undefined,
        ...(can.length === 0 ? {} : { tools: can.includes("tool_use") }),
        vision: textOf(fieldOf(one, "type")) === "vlm",
      });
    })
    .filter((one) => one.id !== "");
}

function flag(value: unknown): boolean | undefined {
  return typeof value === "boolean" ? value : undefined;
}
