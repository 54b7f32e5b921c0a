import * as z from "zod";

/**
 * How well a fact is known. `read`: in the maker's or server's own source or documentation; `thread`: in an issue or pull
 * request; `third_party`: on a page of somebody else; `computed`: worked out from such facts; `unverified`: general
 * knowledge that nobody has checked.
 */
export const Evidence = z.enum(["read", "thread", "third_party", "computed", "unverified"]);
export type Evidence = z.infer<typeof Evidence>;

const sourced = {
  evidence: Evidence,
  /** A key of the catalogue's `sources`. */
  source: z.string(),
};

export const Source = z.object({
  title: z.string(),
  /** Day on which the fact was looked up, as year-month-day. */
  seen: z.iso.date(),
});
export type Source = z.infer<typeof Source>;

/**
 * What a licence amounts to. `open_source`: use it for anything; `open_weights_with_conditions`: free, with duties for some
 * users; `weights_available`: the weights can be had, and some uses need a permission.
 */
export const LicenceClass = z.enum(["open_source", "open_weights_with_conditions", "weights_available"]);
export type LicenceClass = z.infer<typeof LicenceClass>;

export const Licence = z.object({
  name: z.string(),
  class: LicenceClass,
  /** What it restricts, in a sentence. */
  restricts: z.string(),
  ...sourced,
});
export type Licence = z.infer<typeof Licence>;

/** `native` is the form in which the maker publishes the weights. */
export const Quant = z.enum(["1bit", "2bit", "3bit", "4bit", "8bit", "native"]);
export type Quant = z.infer<typeof Quant>;

export const WeightsSize = z.object({
  quant: Quant,
  /** 10^9 bytes. */
  gigabytes: z.number().positive(),
  /** Name of the file format or mix, where it is known. */
  format: z.string().optional(),
  ...sourced,
});
export type WeightsSize = z.infer<typeof WeightsSize>;

/** What the bytes per token follow from, at 16 bits. `latent` is a compressed cache; `reported` has no formula. */
export const KvBasis = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("attention"),
    /** Layers whose cache grows with the conversation. */
    layers: z.int().positive(),
    kvHeads: z.int().positive(),
    headDim: z.int().positive(),
    /** Bytes per token that a separate index takes. */
    indexBytes: z.int().positive().optional(),
  }),
  z.object({ kind: z.literal("latent"), layers: z.int().positive(), width: z.int().positive() }),
  z.object({ kind: z.literal("reported") }),
]);
export type KvBasis = z.infer<typeof KvBasis>;

export const KvCache = z.object({
  /** Bytes for each token of context in a 16-bit cache. */
  bytesPerToken: z.int().positive(),
  basis: KvBasis,
  /** Other layers keep a state or window of fixed size, so that long contexts are cheap but cannot be rewound. */
  fixedState: z.boolean().optional(),
  remark: z.string().optional(),
  ...sourced,
});
export type KvCache = z.infer<typeof KvCache>;

export const Score = z.object({
  benchmark: z.string(),
  percent: z.number().min(0).max(100),
  /** Who ran it. Vendor-run scores were 3 to 9 points above the independent ones that are known. */
  by: z.enum(["vendor", "independent"]),
  /** The vendor that ran it, when that is not the model's maker. */
  vendor: z.string().optional(),
  /** The release that was scored, when it is another than this entry's. */
  release: z.string().optional(),
  remark: z.string().optional(),
  ...sourced,
});
export type Score = z.infer<typeof Score>;

export const SamplingAdvice = z.object({
  temperature: z.number().nonnegative(),
  topP: z.number().positive().max(1).optional(),
  topK: z.int().positive().optional(),
  minP: z.number().positive().optional(),
  repetitionPenalty: z.number().positive().optional(),
  /** For what, when a model has several. */
  use: z.string().optional(),
  ...sourced,
});
export type SamplingAdvice = z.infer<typeof SamplingAdvice>;

export const Thinking = z.object({
  /** `optional`: on unless switched off. */
  mode: z.enum(["never", "optional", "always"]),
  remark: z.string().optional(),
  source: z.string().optional(),
});
export type Thinking = z.infer<typeof Thinking>;

export const ToolFormat = z.object({
  name: z.string(),
  /** Values of `--tool-call-parser` and `--reasoning-parser`. */
  vllmToolParser: z.string().optional(),
  vllmReasoningParser: z.string().optional(),
  sglangToolParser: z.string().optional(),
  ...sourced,
});
export type ToolFormat = z.infer<typeof ToolFormat>;

/** `pull` is absent where Ollama offers the model from its makers' servers only. */
export const OllamaNames = z.object({
  pull: z.string().optional(),
  /** What that name downloads. */
  quant: Quant.optional(),
  cloudOnly: z.boolean().optional(),
  remark: z.string().optional(),
  ...sourced,
});
export type OllamaNames = z.infer<typeof OllamaNames>;

export const CatalogueModel = z.object({
  id: z.string(),
  name: z.string(),
  maker: z.string(),
  repository: z.string(),
  /** Lower-case regular expressions; a served model's name that matches one is this model. */
  servedAs: z.array(z.string()),
  released: z.string().optional(),
  /** Billions. `active` is absent for dense models. */
  parameters: z.object({ total: z.number().positive(), active: z.number().positive().optional() }),
  vision: z.boolean(),
  licence: Licence,
  /** Tokens. */
  context: z.object({ tokens: z.int().positive(), extended: z.int().positive().optional() }),
  sizes: z.array(WeightsSize),
  kv: KvCache.optional(),
  scores: z.array(Score),
  sampling: z.array(SamplingAdvice),
  thinking: Thinking,
  toolFormat: ToolFormat,
  ollama: OllamaNames.optional(),
  /** Whose machine holds it, by its smallest usable weights: up to 36 GB, up to 64 GB, or more. */
  runsOn: z.enum(["laptop", "workstation", "server"]),
  /** Our own order of preference for agent work among models that fit equally well; 1 comes first. A judgement, not a measurement. */
  preference: z.int().positive(),
  notes: z.array(z.string()),
});
export type CatalogueModel = z.infer<typeof CatalogueModel>;

export const Catalogue = z.object({
  version: z.literal(1),
  /** Day on which the catalogue was last brought up to date. */
  asOf: z.iso.date(),
  sources: z.record(z.string(), Source),
  models: z.array(CatalogueModel),
});
export type Catalogue = z.infer<typeof Catalogue>;
