import * as z from "zod";
import { sizeOf } from "./catalogue";
import { gibibyte, type MachineMemory, type Room, roomIn } from "./memory";
import type { CatalogueModel, Quant } from "./schema";
import { fitNotes } from "./words";

/** Precision of the cache. `q4_0` saves most and hurts tool calls. */
export const KvType = z.enum(["f16", "q8_0", "q4_0"]);
export type KvType = z.infer<typeof KvType>;

export const Verdict = z.enum(["fully_on_gpu", "partly_on_cpu", "does_not_fit", "unknown"]);
export type Verdict = z.infer<typeof Verdict>;

/** Bytes and tokens. What is not known is absent. */
export const Fit = z.object({
  verdict: Verdict,
  weights: z.number().nonnegative().optional(),
  kv: z.number().nonnegative().optional(),
  /** Buffers for computing, fixed states, pictures, and what each further device costs. */
  overhead: z.number().nonnegative(),
  /** A lower bound where `kv` is absent. */
  total: z.number().nonnegative().optional(),
  contextTokens: z.int().nonnegative(),
  /** Longest context with which it still runs at all, at this precision. 0: not even the shortest. */
  maxContext: z.int().nonnegative().optional(),
  /** Longest context with which it runs on graphics memory alone. */
  maxContextOnGpu: z.int().nonnegative().optional(),
  /** Bytes that a model may take. */
  room: z.object({ graphics: z.number().nonnegative(), all: z.number().nonnegative() }).optional(),
  notes: z.array(z.string()),
});
export type Fit = z.infer<typeof Fit>;

/** What the question "does it fit?" needs to know of a model. */
export interface FitSubject {
  name: string;
  weightsBytes: number | undefined;
  kvBytesPerToken: number | undefined;
  /** It keeps a state of fixed size beside the cache. */
  fixedState: boolean;
  vision: boolean;
  /** The longest context the model can have. */
  maxContext: number | undefined;
  /** Only some parameters work on each token: bearable from RAM. */
  sparse: boolean;
}

export interface FitWish {
  kvType: KvType;
  contextTokens: number;
  /** Conversations that the server keeps side by side, each with a cache of its own. */
  parallel?: number;
}

const kvFactors: Record<KvType, number> = { f16: 1, q8_0: 0.53, q4_0: 0.28 };
const contextStep = 4096;

const shortestBuffers = 0.5 * gibibyte;
const longestBuffers = 1.5 * gibibyte;
const fullBuffersAt = 262_144;
const buffersPerToken = (longestBuffers - shortestBuffers) / fullBuffersAt;
const fixedStateBytes = 0.25 * gibibyte;
const visionBytes = gibibyte;
const perFurtherDevice = gibibyte;

export function fitModel(model: CatalogueModel, wish: FitWish & { quant: Quant }, machine: MachineMemory): Fit {
  const subject = subjectOf(model, wish.quant);
  const room = roomIn(machine);
  const perToken = cachePerToken(subject, wish);
  const fixed = fixedOverhead(subject, machine);
  const kv = perToken === undefined ? undefined : perToken * wish.contextTokens;
  const overhead = fixed + buffersFor(wish.contextTokens);
  const { weightsBytes: weights } = subject;
  const total = weights === undefined ? undefined : weights + (kv ?? 0) + overhead;
  const bound = (bytes: number) => longestContext(bytes - (weights ?? 0) - fixed, perToken, subject.maxContext);
  const canBound = weights !== undefined && perToken !== undefined && room !== undefined;
  const sized = {
    verdict: judge(total, room),
    overhead,
    contextTokens: wish.contextTokens,
    ...(weights === undefined ? {} : { weights }),
    ...(kv === undefined ? {} : { kv }),
    ...(total === undefined ? {} : { total }),
    ...(room === undefined ? {} : { room }),
    ...(canBound ? { maxContext: bound(room.all), maxContextOnGpu: bound(room.graphics) } : {}),
  };
  return { ...sized, notes: fitNotes(sized, subject, wish, machine) };
}

function subjectOf(model: CatalogueModel, quant: Quant): FitSubject {
  const size = sizeOf(model, quant);
  return {
    name: model.name,
    weightsBytes: size === undefined ? undefined : size.gigabytes * 1e9,
    kvBytesPerToken: model.kv?.bytesPerToken,
    fixedState: model.kv?.fixedState === true,
    vision: model.vision,
    maxContext: model.context.tokens,
    sparse: model.parameters.active !== undefined,
  };
}

function judge(total: number | undefined, room: Room | undefined): Verdict {
  if (total === undefined || room === undefined) {
    return "unknown";
  }
  if (total <= room.graphics) {
    return "fully_on_gpu";
  }
  return total <= room.all ? "partly_on_cpu" : "does_not_fit";
}

function cachePerToken(subject: FitSubject, wish: FitWish): number | undefined {
  const { kvBytesPerToken } = subject;
  return kvBytesPerToken === undefined ? undefined : kvBytesPerToken * kvFactors[wish.kvType] * (wish.parallel ?? 1);
}

function fixedOverhead(subject: FitSubject, machine: MachineMemory): number {
  const further = Math.max(0, (machine.graphics?.length ?? 0) - 1);
  return (subject.fixedState ? fixedStateBytes : 0) + (subject.vision ? visionBytes : 0) + further * perFurtherDevice;
}

function buffersFor(tokens: number): number {
  return shortestBuffers + Math.min(tokens, fullBuffersAt) * buffersPerToken;
}

/** Solves for the context, in steps of 4,096 tokens; the buffers grow with it up to a point. */
function longestContext(bytes: number, perToken: number | undefined, most: number | undefined): number {
  if (perToken === undefined) {
    return 0;
  }
  const whileGrowing = (bytes - shortestBuffers) / (perToken + buffersPerToken);
  const tokens = whileGrowing > fullBuffersAt ? (bytes - longestBuffers) / perToken : whileGrowing;
  const stepped = Math.floor(tokens / contextStep) * contextStep;
  return Math.max(0, Math.min(stepped, most ?? stepped));
}
