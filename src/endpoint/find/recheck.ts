import type { ServerKind } from "../servers";
import { countOf, fieldOf, isObject, listOf, textOf } from "../stream/json";
import type { FoundModel } from "./found";
import { readListed } from "./kinds/listed";
import { readLiteLlm } from "./kinds/litellm";
import { answersToAnyName, readLlamaCpp } from "./kinds/llamacpp";
import { readLmStudio, readOldLmStudio } from "./kinds/lmstudio";
import { forwardedTo } from "./kinds/ollama";
import type { Probe } from "./probe";

/** What a server that is known already says about one model now. */
export type Recheck =
  | { is: "there"; loaded: boolean | undefined; contextWindow: number | undefined }
  /** It lists other models and not this one. */
  | { is: "gone"; others: string[] }
  /** It no longer answers as this kind of server does: whoever wants to know must look from the beginning. */
  | { is: "other" }
  /** It did not answer in time. */
  | { is: "silent" };

/**
 * Asks in one or two short questions whether what is known of a model still holds. `isListed`: the server has named it
 * before; it may have answered to a name that it does not list.
 */
export async function recheck(probe: Probe, kind: ServerKind, id: string, isListed: boolean): Promise<Recheck> {
  switch (kind) {
    case "ollama":
      return askOllama(probe, id);
    case "lmstudio":
      return among(await lmStudioModels(probe), id);
    case "llamacpp": {
      const [props, list] = await Promise.all([probe.get("/props"), probe.get("/v1/models")]);
      if (props === undefined && list === undefined) {
        return { is: "silent" };
      }
      if (!isObject(props?.json)) {
        return { is: "other" };
      }
      const models = await readLlamaCpp(probe, props, list);
      return among(models, isListed || !answersToAnyName(list) ? id : models[0]?.id);
    }
    default: {
      const list = await probe.get("/v1/models");
      if (list === undefined) {
        return { is: "silent" };
      }
      return among(kind === "litellm" ? await readLiteLlm(probe, list) : readListed(list), id);
    }
  }
}

/** What Ollama has in memory, and whether the name still stands for a model that is here. */
async function askOllama(probe: Probe, id: string): Promise<Recheck> {
  const [running, shown] = await Promise.all([inMemory(probe, id), probe.post("/api/show", { model: id })]);
  if (running === undefined || shown === undefined) {
    return { is: "silent" };
  }
  if (shown.status === 404 && isObject(shown.json)) {
    return { is: "gone", others: [] };
  }
  const isHere = running !== "unknown" && isObject(shown.json) && forwardedTo(id, shown.json) === undefined;
  return isHere ? { is: "there", ...running } : { is: "other" };
}

/** Whether Ollama has a model in memory, and with which window. Undefined when it did not answer in time. */
export async function inMemory(
  probe: Probe,
  id: string,
): Promise<{ loaded: boolean; contextWindow: number | undefined } | "unknown" | undefined> {
  const said = await probe.get("/api/ps");
  if (said?.status !== 200 || !isObject(said.json)) {
    return said && "unknown";
  }
  const names = [id, `${id}:latest`];
  const running = listOf(fieldOf(said.json, "models")).find((one) => names.includes(textOf(fieldOf(one, "name"))));
  return { loaded: running !== undefined, contextWindow: countOf(fieldOf(running, "context_length")) };
}

async function lmStudioModels(probe: Probe): Promise<FoundModel[] | undefined> {
  const said = await probe.get("/api/v1/models");
  const models = readLmStudio(said);
  if (said === undefined || models.length > 0) {
    return said && models;
  }
  return readOldLmStudio(await probe.get("/api/v0/models"));
}

function among(models: readonly FoundModel[] | undefined, id: string | undefined): Recheck {
  if (models === undefined) {
    return { is: "silent" };
  }
  const found = models.find((one) => one.id === id);
  if (found?.forwardedTo !== undefined) {
    return { is: "other" };
  }
  if (found !== undefined) {
    return { is: "there", loaded: found.loaded, contextWindow: found.contextWindow };
  }
  return models.length === 0 ? { is: "other" } : { is: "gone", others: models.map((one) => one.id) };
}
