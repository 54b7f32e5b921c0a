import { countOf, fieldOf, isObject, listOf, textOf } from "../../stream/json";
import { type FoundModel, model } from "../found";
import type { Probe } from "../probe";

const mostDescribed = 60;
const atOnce = 4;

/** Ollama's models: what is there, what is loaded with which window, and what is really somewhere else. */
export async function readOllama(probe: Probe): Promise<FoundModel[]> {
  const [tags, running] = await Promise.all([probe.get("/api/tags"), probe.get("/api/ps")]);
  const loaded = new Map(
    listOf(fieldOf(running?.json, "models")).map((one) => [textOf(fieldOf(one, "name") ?? fieldOf(one, "model")), one]),
  );
  const listed = listOf(fieldOf(tags?.json, "models")).filter((one) => textOf(fieldOf(one, "name")) !== "");
  const models: FoundModel[] = [];
  for (let at = 0; at < listed.length; at += atOnce) {
    const some = listed.slice(at, at + atOnce);
    models.push(
      ...(await Promise.all(some.map((one, index) => describe(probe, one, loaded, at + index < mostDescribed)))),
    );
  }
  return models.filter(
    (one) =>
      one.tools !== undefined || one.vision !== undefined || one.maxContext !== undefined || !isEmbedding(one.id),
  );
}

async function describe(
  probe: Probe,
  listed: unknown,
  loaded: ReadonlyMap<string, unknown>,
  ask: boolean,
): Promise<FoundModel> {
  const id = textOf(fieldOf(listed, "name"));
  const shown = ask ? (await probe.post("/api/show", { model: id }))?.json : undefined;
  const running = loaded.get(id);
  const details = fieldOf(listed, "details") ?? fieldOf(shown, "details");
  const maxContext = maxContextOf(fieldOf(shown, "model_info")) ?? countOf(fieldOf(details, "context_length"));
  const can = listOf(fieldOf(shown, "capabilities") ?? fieldOf(listed, "capabilities"));
  return model(id, {
    loaded: running !== undefined,
    contextWindow:
      countOf(fieldOf(running, "context_length")) ?? capped(numCtxOf(fieldOf(shown, "parameters")), maxContext),
    maxContext,
    sizeBytes: countOf(fieldOf(listed, "size")),
    quantization: textOf(fieldOf(details, "quantization_level")) || undefined,
    parameters: textOf(fieldOf(details, "parameter_size")) || undefined,
    ...(can.length === 0
      ? {}
      : { tools: can.includes("tools"), vision: can.includes("vision"), reasoning: can.includes("thinking") }),
    forwardedTo: forwardedTo(id, listed, shown),
    onGpu: shareOnGpu(running),
  });
}

/** A model that was not in the list, asked for by its name. Undefined when Ollama does not say that it has it. */
export async function askForModel(probe: Probe, id: string): Promise<FoundModel | undefined> {
  const shown = await probe.post("/api/show", { model: id });
  const isThere = shown?.status === 200 && isObject(shown.json);
  return isThere ? model(id, { forwardedTo: forwardedTo(id, shown.json) }) : undefined;
}

/** A window that the model file sets; nothing set means that the server decides when it loads the model. */
function numCtxOf(parameters: unknown): number | undefined {
  const found = /^\s*num_ctx\s+(\d+)\s*$/m.exec(textOf(parameters))?.[1];
  return found === undefined ? undefined : Number(found);
}

function capped(value: number | undefined, most: number | undefined): number | undefined {
  return value === undefined || most === undefined ? value : Math.min(value, most);
}

function maxContextOf(info: unknown): number | undefined {
  if (!isObject(info)) {
    return undefined;
  }
  const architecture = textOf(info["general.architecture"]);
  const own = countOf(info[`${architecture}.context_length`]);
  return own ?? countOf(Object.entries(info).find(([key]) => key.endsWith(".context_length"))?.[1]);
}

/** The host behind a model that answers here but runs elsewhere: by its record, or by its name. */
export function forwardedTo(id: string, ...records: unknown[]): string | undefined {
  for (const record of records) {
    const host = textOf(fieldOf(record, "remote_host"));
    if (host !== "") {
      return URL.canParse(host) ? new URL(host).host : host;
    }
    if (textOf(fieldOf(record, "remote_model")) !== "") {
      return "ollama.com";
    }
  }
  return isCloudName(id) ? "ollama.com" : undefined;
}

/** Ollama's names for models that run on its makers' servers: `x:cloud`, `x:120b-cloud`. */
export function isCloudName(id: string): boolean {
  return /(?::|-)cloud$/i.test(id);
}

function shareOnGpu(running: unknown): number | undefined {
  const size = countOf(fieldOf(running, "size"));
  const vram = countOf(fieldOf(running, "size_vram"));
  return size === undefined || vram === undefined || size === 0 ? undefined : Math.min(1, vram / size);
}

function isEmbedding(id: string): boolean {
  return /embed|minilm|bge-/i.test(id);
}
