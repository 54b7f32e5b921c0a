import { countOf, isObject, listOf, textOf } from "../stream/json";
import { findInCatalogue } from "./catalogue";
import type { FitSubject } from "./fit";

/** The cache of a model, from the facts in its own file. */
export interface CacheFacts {
  /** At 16 bits. */
  bytesPerToken: number;
  fixedState: boolean;
  /** How it was worked out, in words. */
  basis: string;
}

/** Every how manieth layer sees the whole conversation, where the model file only says that some do not. */
const fullEvery: Record<string, number> = { gptoss: 2, "gpt-oss": 2, gemma2: 2, gemma3: 6, cohere2: 4 };

/**
 * Bytes of cache for each token, from Ollama's `/api/show` `model_info` or the same keys of a GGUF file. Undefined when
 * they do not tell; Ollama empties long lists unless it is asked for everything.
 */
export function cacheFromModelInfo(info: unknown): CacheFacts | undefined {
  if (!isObject(info)) {
    return undefined;
  }
  const facts = new ModelInfo(info);
  const layers = facts.count("block_count");
  return layers === undefined ? undefined : (latent(facts, layers) ?? attention(facts, layers));
}

/** What "does it fit?" needs, of a model that Ollama has: the file's size from `/api/tags`, the rest from `/api/show`. */
export function subjectFromOllama(id: string, sizeBytes: number | undefined, shown: unknown): FitSubject {
  const info = isObject(shown) ? shown["model_info"] : undefined;
  const facts = isObject(info) ? new ModelInfo(info) : undefined;
  const known = findInCatalogue(id);
  const cache = cacheFromModelInfo(info);
  const can = listOf(isObject(shown) ? shown["capabilities"] : undefined);
  return {
    name: known?.name ?? id,
    weightsBytes: sizeBytes,
    kvBytesPerToken: cache?.bytesPerToken ?? known?.kv?.bytesPerToken,
    fixedState: cache?.fixedState ?? known?.kv?.fixedState === true,
    vision: can.includes("vision"),
    maxContext: facts?.count("context_length") ?? known?.context.tokens,
    sparse: (facts?.count("expert_count") ?? 0) > 0 || known?.parameters.active !== undefined,
  };
}

class ModelInfo {
  readonly architecture: string;

  constructor(private readonly info: Record<string, unknown>) {
    this.architecture = textOf(info["general.architecture"]);
  }

  get(key: string): unknown {
    return this.info[`${this.architecture}.${key}`];
  }

  count(key: string): number | undefined {
    return countOf(this.get(key));
  }
}

function latent(facts: ModelInfo, layers: number): CacheFacts | undefined {
  const rank = facts.count("attention.kv_lora_rank");
  if (rank === undefined || rank === 0) {
    return undefined;
  }
  const rope = facts.count("rope.dimension_count");
  if (rope === undefined) {
    return undefined;
  }
  return {
    bytesPerToken: layers * (rank + rope) * 2,
    fixedState: false,
    basis: `${layers} layers × (${rank} + ${rope}) × 2 bytes, compressed`,
  };
}

function attention(facts: ModelInfo, layers: number): CacheFacts | undefined {
  const widths = headWidths(facts);
  const heads = headsOf(facts);
  if (widths === undefined || heads === undefined) {
    return undefined;
  }
  const full = fullLayers(facts, layers, heads);
  const headLayers = typeof heads === "number" ? heads * full.count : sumOf(heads, full.at);
  const { key, value } = widths;
  return {
    bytesPerToken: headLayers * (key + value) * 2,
    fixedState: full.count < layers,
    basis: `${full.count} of ${layers} layers × ${typeof heads === "number" ? `${heads} heads` : "their heads"} × (${key} + ${value}) × 2 bytes`,
  };
}

function headWidths(facts: ModelInfo): { key: number; value: number } | undefined {
  const embedding = facts.count("embedding_length");
  const heads = facts.count("attention.head_count");
  const fallback = embedding === undefined || heads === undefined || heads === 0 ? undefined : embedding / heads;
  const key = facts.count("attention.key_length") ?? fallback;
  const value = facts.count("attention.value_length") ?? key;
  return key === undefined || value === undefined ? undefined : { key, value };
}

/** One number for all layers, or one for each; 0 for a layer without a cache that grows. */
function headsOf(facts: ModelInfo): number | number[] | undefined {
  const heads = facts.get("attention.head_count_kv");
  if (Array.isArray(heads)) {
    const counts = heads.map(countOf);
    return heads.length > 0 && counts.every((count) => count !== undefined) ? counts : undefined;
  }
  const count = countOf(heads);
  return count === undefined || count === 0 ? undefined : count;
}

interface FullLayers {
  count: number;
  at: (layer: number) => boolean;
}

/** The layers whose cache grows with the conversation. Where the pattern is not known all of them count. */
function fullLayers(facts: ModelInfo, layers: number, heads: number | readonly number[]): FullLayers {
  const hasHeads = (layer: number) => typeof heads === "number" || (heads[layer] ?? 0) > 0;
  const sees = seesAll(facts);
  const at = (layer: number) => hasHeads(layer) && sees(layer);
  return { count: Array.from({ length: layers }, (_, layer) => layer).filter(at).length, at };
}

function seesAll(facts: ModelInfo): (layer: number) => boolean {
  const interval = facts.count("full_attention_interval");
  if (interval !== undefined && interval > 0) {
    return (layer) => (layer + 1) % interval === 0;
  }
  if ((facts.count("attention.sliding_window") ?? 0) === 0) {
    return () => true;
  }
  const pattern = facts.get("attention.sliding_window_pattern");
  if (Array.isArray(pattern) && pattern.length > 0) {
    return (layer) => pattern[layer] === false || pattern[layer] === 0;
  }
  const every = countOf(pattern) ?? fullEvery[facts.architecture];
  return every === undefined || every === 0 ? () => true : (layer) => (layer + 1) % every === 0;
}

function sumOf(heads: readonly number[], at: (layer: number) => boolean): number {
  return heads.filter((_, layer) => at(layer)).reduce((total, count) => total + count, 0);
}
