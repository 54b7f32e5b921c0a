import data from "./models.json";
import { Catalogue, type CatalogueModel, type Quant, type WeightsSize } from "./schema";

let read: Catalogue | undefined;

/** What is known of open coding models, with sources and dates. Comes with the extension; nothing is fetched. */
export function catalogue(): Catalogue {
  read ??= Catalogue.parse(data);
  return read;
}

/** The entry that a served model's name belongs to (`qwen3-coder:30b`, a GGUF file's name, a repository), if there is one. */
export function findInCatalogue(served: string): CatalogueModel | undefined {
  const name = served.toLowerCase();
  return catalogue().models.find((model) => model.servedAs.some((pattern) => new RegExp(pattern).test(name)));
}

export function sizeOf(model: CatalogueModel, quant: Quant): WeightsSize | undefined {
  return model.sizes.find((size) => size.quant === quant);
}

/** The command to copy, for models that Ollama offers for this machine. */
export function pullLine(model: CatalogueModel): string | undefined {
  return model.ollama?.pull === undefined ? undefined : `ollama pull ${model.ollama.pull}`;
}
