import * as z from "zod";
import { readableMemory } from "../../core/text/sizes";
import { MemoryBar, memoryBars } from "./bars";
import { catalogue, sizeOf } from "./catalogue";
import type { MachineMemory } from "./memory";
import { Recommendation, recommend } from "./recommend";
import { type CatalogueModel, Evidence, LicenceClass } from "./schema";
import { licenceTitles, showTokens } from "./words";

/** A fact in words, with what it rests on. */
export const SourcedText = z.object({ text: z.string(), evidence: Evidence, source: z.string() });
export type SourcedText = z.infer<typeof SourcedText>;

/** A model as the catalogue page shows it on this machine. Texts are ready to be shown; sources are titles with dates. */
export const ModelCard = z.object({
  recommendation: Recommendation,
  bars: z.array(MemoryBar),
  maker: z.string(),
  repository: z.string(),
  parameters: z.string(),
  licence: SourcedText.extend({ class: LicenceClass, classTitle: z.string(), name: z.string() }),
  context: z.string(),
  vision: z.boolean(),
  fourBit: SourcedText.optional(),
  eightBit: SourcedText.optional(),
  cachePerToken: SourcedText.optional(),
  /** `text` says who ran it, always. */
  scores: z.array(SourcedText.extend({ by: z.enum(["vendor", "independent"]) })),
  sampling: z.array(SourcedText),
  thinking: z.string(),
  toolFormat: z.string(),
  ollama: z.string().optional(),
  notes: z.array(z.string()),
});
export type ModelCard = z.infer<typeof ModelCard>;

/** The catalogue for this machine, the most suitable model first. */
export function modelCards(machine: MachineMemory): ModelCard[] {
  const { models } = catalogue();
  return recommend(machine).flatMap((recommendation) => {
    const model = models.find(({ id }) => id === recommendation.modelId);
    return model === undefined ? [] : [cardOf(model, recommendation, machine)];
  });
}

function cardOf(model: CatalogueModel, recommendation: Recommendation, machine: MachineMemory): ModelCard {
  const { licence, kv, ollama } = model;
  const fourBit = weights(model, "4bit");
  const eightBit = weights(model, "8bit");
  return {
    recommendation,
    bars: memoryBars(recommendation.fit, machine),
    maker: model.maker,
    repository: model.repository,
    parameters: parametersOf(model),
    licence: {
      ...sourced(licence, licence.restricts),
      name: licence.name,
      class: licence.class,
      classTitle: licenceTitles[licence.class],
    },
    context: contextOf(model),
    vision: model.vision,
    ...(fourBit === undefined ? {} : { fourBit }),
    ...(eightBit === undefined ? {} : { eightBit }),
    ...(kv === undefined
      ? {}
      : { cachePerToken: sourced(kv, withRemark(`${showKib(kv.bytesPerToken)} a token`, kv.remark)) }),
    scores: model.scores.map((score) => ({ ...sourced(score, scoreText(score)), by: score.by })),
    sampling: model.sampling.map((advice) => sourced(advice, samplingText(advice))),
    thinking: withRemark(thinkingTitles[model.thinking.mode], model.thinking.remark),
    toolFormat: model.toolFormat.name,
    ...(ollama?.remark === undefined ? {} : { ollama: ollama.remark }),
    notes: model.notes,
  };
}

const thinkingTitles = {
  never: "Does not think",
  optional: "Thinks unless told not to",
  always: "Always thinks",
} as const;

function sourced({ evidence, source }: { evidence: Evidence; source: string }, text: string): SourcedText {
  const named = catalogue().sources[source];
  return { text, evidence, source: named === undefined ? source : `${named.title} (${named.seen})` };
}

function parametersOf({ parameters: { total, active } }: CatalogueModel): string {
  const all = total >= 1000 ? `${total / 1000} trillion` : `${total} billion`;
  return active === undefined ? `${all}, all of them active` : `${all}, ${active} billion active`;
}

function contextOf({ context: { tokens, extended } }: CatalogueModel): string {
  const all = `${showTokens(tokens)} tokens`;
  return extended === undefined ? all : `${all}, stretched to ${showTokens(extended)}`;
}

function weights(model: CatalogueModel, quant: "4bit" | "8bit"): SourcedText | undefined {
  const size = sizeOf(model, quant);
  return size === undefined
    ? undefined
    : sourced(size, withRemark(readableMemory(size.gigabytes * 1e9), size.format, ", "));
}

function scoreText({ benchmark, percent, by, vendor, release, remark }: CatalogueModel["scores"][number]): string {
  const who = by === "vendor" ? `run by ${vendor ?? "its maker"}` : "run independently";
  const what = release === undefined ? benchmark : `${benchmark}, ${release}`;
  return withRemark(`${what}: ${percent} %, ${who}.`, remark);
}

function samplingText(advice: CatalogueModel["sampling"][number]): string {
  const { temperature, topP, topK, minP, repetitionPenalty, use } = advice;
  const values = [
    `temperature ${temperature}`,
    topP === undefined ? "" : `top_p ${topP}`,
    topK === undefined ? "" : `top_k ${topK}`,
    minP === undefined ? "" : `min_p ${minP}`,
    repetitionPenalty === undefined ? "" : `repetition penalty ${repetitionPenalty}`,
  ].filter((value) => value !== "");
  return use === undefined ? values.join(", ") : `${values.join(", ")} (${use})`;
}

function withRemark(text: string, remark: string | undefined, between = text.endsWith(".") ? " " : ". "): string {
  return remark === undefined ? text : `${text}${between}${remark}`;
}

function showKib(bytes: number): string {
  return `${(bytes / 1024).toFixed(bytes < 10_240 ? 1 : 0)} KiB`;
}
