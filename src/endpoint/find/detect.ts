import { type ServerKind, serverFacts } from "../servers";
import { countOf, fieldOf, isObject, listOf, textOf } from "../stream/json";
import type { FoundModel, FoundServer } from "./found";
import { readListed } from "./kinds/listed";
import { readLiteLlm } from "./kinds/litellm";
import { answersToAnyName, readLlamaCpp } from "./kinds/llamacpp";
import { readLmStudio, readOldLmStudio } from "./kinds/lmstudio";
import { readOllama } from "./kinds/ollama";
import type { Probe, Said } from "./probe";

interface Clues {
  list: Said | undefined;
  kobold: Said | undefined;
  koboldWindow: Said | undefined;
  lmStudio: Said | undefined;
  oldLmStudio: Said | undefined;
  ollamaVersion: Said | undefined;
  home: Said | undefined;
  props: Said | undefined;
  health: Said | undefined;
  readiness: Said | undefined;
  liveliness: Said | undefined;
  version: Said | undefined;
}

/** What listens at an address: undefined when nothing there looks like a model server, which may be sure or not. */
interface Detected {
  server: FoundServer | undefined;
  isToldApart: boolean;
}

/** Finds out what listens at an address, and what it offers. Undefined when nothing there looks like a model server. */
export async function detectServer(probe: Probe): Promise<FoundServer | undefined> {
  return (await tellApart(probe)).server;
}

export async function tellApart(probe: Probe): Promise<Detected> {
  const list = await probe.get("/v1/models");
  if (list === undefined) {
    return { server: undefined, isToldApart: false };
  }
  const said = await gather(probe);
  const clues = { ...onlyGood(said), list };
  const kind = kindOf(clues);
  const isToldApart = (kind !== undefined && kind !== "generic") || isNoForwarder(said);
  return { server: kind && { ...(await describeServer(kind, probe, clues)), isToldApart }, isToldApart };
}

async function describeServer(kind: ServerKind, probe: Probe, clues: Clues): Promise<Omit<FoundServer, "isToldApart">> {
  const { list } = clues;
  const models = await modelsOf(kind, probe, clues);
  return {
    kind,
    name: serverFacts[kind].title,
    root: probe.root,
    baseUrl: `${probe.root}/v1`,
    version: versionOf(kind, clues),
    slots: kind === "llamacpp" ? countOf(fieldOf(clues.props?.json, "total_slots")) : undefined,
    models,
    anyName: kind === "llamacpp" && answersToAnyName(list),
    locked: models.length === 0 && wantsKey(list),
  };
}

async function gather(probe: Probe): Promise<Omit<Clues, "list">> {
  const paths = {
    kobold: "/api/extra/version",
    koboldWindow: "/api/extra/true_max_context_length",
    lmStudio: "/api/v1/models",
    oldLmStudio: "/api/v0/models",
    ollamaVersion: "/api/version",
    home: "/",
    props: "/props",
    health: "/health",
    readiness: "/health/readiness",
    liveliness: "/health/liveliness",
    version: "/version",
  };
  const names = Object.keys(paths) as (keyof typeof paths)[];
  const said = await Promise.all(names.map(async (name) => [name, await probe.get(paths[name])] as const));
  return Object.fromEntries(said) as Omit<Clues, "list">;
}

function onlyGood(said: Omit<Clues, "list">): Omit<Clues, "list"> {
  return Object.fromEntries(Object.entries(said).map(([name, one]) => [name, good(one)])) as typeof said;
}

/** A server that answers everything alike, or not at all, gives no clue. `/props` and `/health` may say 503 while loading. */
function good(said: Said | undefined): Said | undefined {
  const isLoading = said?.status === 503 && /loading model/i.test(said.text);
  return said !== undefined && (said.status === 200 || isLoading) ? said : undefined;
}

/** Ollama always tells its version, LiteLLM always how it is: a server that answers both otherwise is neither. */
function isNoForwarder({ ollamaVersion, home, readiness, liveliness }: Omit<Clues, "list">): boolean {
  const hasVersion = textOf(fieldOf(ollamaVersion?.json, "version")) !== "";
  const decisive = [ollamaVersion, readiness, liveliness, ...(hasVersion ? [home] : [])];
  return decisive.every((said) => said !== undefined && said.status < 500);
}

/** The order matters: some servers imitate the answers of others. */
function kindOf(clues: Clues): ServerKind | undefined {
  const { list, kobold, lmStudio, oldLmStudio, ollamaVersion, home, props, health } = clues;
  if (/koboldcpp/i.test(textOf(fieldOf(kobold?.json, "result")))) {
    return "koboldcpp";
  }
  if (listOf(fieldOf(lmStudio?.json, "models")).some((one) => fieldOf(one, "loaded_instances") !== undefined)) {
    return "lmstudio";
  }
  if (listOf(fieldOf(oldLmStudio?.json, "data")).some((one) => fieldOf(one, "state") !== undefined)) {
    return "lmstudio";
  }
  if (textOf(fieldOf(ollamaVersion?.json, "version")) !== "" && /ollama is running/i.test(home?.text ?? "")) {
    return "ollama";
  }
  if (
    isObject(props?.json) &&
    (fieldOf(props.json, "build_info") !== undefined || fieldOf(props.json, "total_slots") !== undefined)
  ) {
    return "llamacpp";
  }
  return isLiteLlm(clues) ? "litellm" : kindByOwner(list, health);
}

/** It is not ready while its database cannot be reached, and passes requests on all the same. */
function isLiteLlm({ readiness, liveliness }: Clues): boolean {
  return textOf(fieldOf(readiness?.json, "litellm_version")) !== "" || /i'm alive/i.test(liveliness?.text ?? "");
}

function kindByOwner(list: Said | undefined, health: Said | undefined): ServerKind | undefined {
  const entries = listOf(fieldOf(list?.json, "data"));
  const owner = textOf(fieldOf(entries[0], "owned_by"));
  switch (owner) {
    case "vllm":
    case "sglang":
    case "llamacpp":
      return owner;
    case "library":
      return "ollama";
    default:
      break;
  }
  if (/loading model/i.test(health?.text ?? "")) {
    return "llamacpp";
  }
  if (entries.length > 0) {
    return owner === "" && textOf(fieldOf(health?.json, "status")) === "ok" ? "mlx" : "generic";
  }
  const isList = list?.status === 200 && Array.isArray(fieldOf(list.json, "data"));
  return isList || wantsKey(list) ? "generic" : undefined;
}

/** Jan refuses in plain words, others in JSON; a page for people is that of another kind of server. */
function wantsKey(list: Said | undefined): boolean {
  if (list?.status !== 401 && list?.status !== 403) {
    return false;
  }
  return isObject(list.json) || (/\b(?:token|key|authorization)\b/i.test(list.text) && !list.text.includes("<"));
}

async function modelsOf(kind: ServerKind, probe: Probe, clues: Clues): Promise<FoundModel[]> {
  switch (kind) {
    case "ollama":
      return readOllama(probe);
    case "lmstudio": {
      const models = readLmStudio(clues.lmStudio);
      return models.length > 0 ? models : readOldLmStudio(clues.oldLmStudio);
    }
    case "llamacpp":
      return readLlamaCpp(probe, clues.props, clues.list);
    case "litellm":
      return readLiteLlm(probe, clues.list);
    case "koboldcpp": {
      const window = countOf(fieldOf(clues.koboldWindow?.json, "value"));
      return readListed(clues.list).map((one) => ({ ...one, contextWindow: window ?? one.contextWindow }));
    }
    default:
      return readListed(clues.list);
  }
}

function versionOf(kind: ServerKind, clues: Clues): string | undefined {
  const found: Partial<Record<ServerKind, unknown>> = {
    ollama: fieldOf(clues.ollamaVersion?.json, "version"),
    koboldcpp: fieldOf(clues.kobold?.json, "version"),
    llamacpp: fieldOf(clues.props?.json, "build_info"),
    vllm: fieldOf(clues.version?.json, "version"),
    litellm: fieldOf(clues.readiness?.json, "litellm_version"),
  };
  return textOf(found[kind]) || undefined;
}
