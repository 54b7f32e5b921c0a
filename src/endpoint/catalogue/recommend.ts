import * as z from "zod";
import { readableMemory } from "../../core/text/sizes";
import { catalogue, pullLine, sizeOf } from "./catalogue";
import { Fit, fitModel, KvType, type Verdict } from "./fit";
import type { MachineMemory } from "./memory";
import { type CatalogueModel, Quant } from "./schema";
import { agentContexts, classifyContext, contextSentences, showTokens } from "./words";

/** `best`: fully on the graphics processor with room for agent work. `no`: does not fit, or cannot be told. */
export const Suitability = z.enum(["best", "usable", "poor", "no"]);
export type Suitability = z.infer<typeof Suitability>;

export const Recommendation = z.object({
  modelId: z.string(),
  name: z.string(),
  suitability: Suitability,
  quant: Quant,
  kvType: KvType,
  /** Tokens to configure on the server. */
  contextTokens: z.int().nonnegative(),
  /** Why, in a sentence. */
  reason: z.string(),
  /** The command to copy; absent where Ollama has no copy for this machine, or where it does not fit. */
  pull: z.string().optional(),
  fit: Fit,
});
export type Recommendation = z.infer<typeof Recommendation>;

/** More than this helps no task and only takes memory. */
const mostContext = 131_072;
const quants: readonly Quant[] = ["4bit", "native", "3bit", "2bit", "1bit"];

/** Every model of the catalogue as it would run on this machine, the most suitable first; what does not fit by what it lacks. */
export function recommend(machine: MachineMemory, models = catalogue().models): Recommendation[] {
  const order = (advice: Recommendation) => models.find(({ id }) => id === advice.modelId)?.preference ?? 0;
  const need = ({ suitability, fit }: Recommendation) => (suitability === "no" ? (fit.total ?? Number.MAX_VALUE) : 0);
  return models
    .map((model) => adviseOn(model, machine))
    .sort((left, right) => rankOf(left) - rankOf(right) || need(left) - need(right) || order(left) - order(right));
}

/** The best of: on the graphics processor, the same with a smaller cache, partly on the processor; else why it does not run. */
function adviseOn(model: CatalogueModel, machine: MachineMemory): Recommendation {
  const quant = quants.find((each) => sizeOf(model, each) !== undefined) ?? "4bit";
  const at = (kvType: KvType, contextTokens: number) => settingsAt(model, quant, kvType, contextTokens, machine);
  const { maxContext = 0, maxContextOnGpu = 0 } = at("f16", agentContexts.normal).fit;
  const smallCache = at("q8_0", agentContexts.normal).fit.maxContextOnGpu ?? 0;
  const partly = Math.min(maxContext, agentContexts.good); // a longer cache would push more of the model off the graphics memory
  const tried = [at("f16", maxContextOnGpu), at("q8_0", smallCache), at("f16", partly)];
  const [best = at("f16", agentContexts.normal)] = tried
    .filter(({ contextTokens }) => contextTokens > 0)
    .map((settings) => ({ settings, rank: rankOf(recommendationFor(model, settings)) }))
    .sort((left, right) => left.rank - right.rank)
    .map(({ settings }) => settings);
  return recommendationFor(model, best);
}

type Settings = Pick<Recommendation, "quant" | "kvType" | "contextTokens" | "fit">;

function settingsAt(
  model: CatalogueModel,
  quant: Quant,
  kvType: KvType,
  longest: number,
  machine: MachineMemory,
): Settings {
  const contextTokens = Math.min(longest, mostContext);
  return { quant, kvType, contextTokens, fit: fitModel(model, { quant, kvType, contextTokens }, machine) };
}

function recommendationFor(model: CatalogueModel, settings: Settings): Recommendation {
  const suitability = suitabilityOf(settings.fit, settings.contextTokens, model);
  const pull = suitability === "no" || settings.quant !== model.ollama?.quant ? undefined : pullLine(model);
  return {
    modelId: model.id,
    name: model.name,
    suitability,
    ...settings,
    reason: reasonFor(settings, model),
    ...(pull === undefined ? {} : { pull }),
  };
}

const ranks: Record<Suitability, number> = { best: 0, usable: 1, poor: 2, no: 3 };

function rankOf({ suitability, fit, contextTokens }: Recommendation): number {
  if (suitability === "no") {
    return ranks.no * 100;
  }
  const size = { too_small: 3, short: 2, normal: 1, good: 0 }[classifyContext(contextTokens)];
  return ranks[suitability] * 100 + (fit.verdict === "fully_on_gpu" ? 0 : 10) + size;
}

function suitabilityOf(fit: Fit, contextTokens: number, model: CatalogueModel): Suitability {
  if (!runsHere(fit.verdict) || contextTokens === 0 || fit.kv === undefined) {
    return "no";
  }
  if (contextTokens < agentContexts.least) {
    return "poor";
  }
  if (fit.verdict === "fully_on_gpu") {
    return contextTokens >= agentContexts.normal ? "best" : "usable";
  }
  const bearable = (model.parameters.active ?? model.parameters.total) <= 5;
  return bearable ? "usable" : "poor";
}

function runsHere(verdict: Verdict): boolean {
  return verdict === "fully_on_gpu" || verdict === "partly_on_cpu";
}

function reasonFor({ fit, contextTokens, kvType }: Settings, model: CatalogueModel): string {
  const [first = ""] = fit.notes;
  if (!runsHere(fit.verdict) || fit.kv === undefined) {
    return first;
  }
  const cache = kvType === "f16" ? "" : ` and an 8-bit cache`;
  const sentence = contextSentences[classifyContext(contextTokens)];
  const better = sizeOf(model, "8bit");
  const room = fit.room?.graphics ?? 0;
  const eight =
    better !== undefined && (fit.total ?? 0) + better.gigabytes * 1e9 - (fit.weights ?? 0) <= room
      ? ` There is room for its 8-bit weights too (${readableMemory(better.gigabytes * 1e9)}).`
      : "";
  return `${first} With ${showTokens(contextTokens)} tokens of context${cache} it needs ${readableMemory(fit.total ?? 0)}. ${sentence}${eight}`;
}
