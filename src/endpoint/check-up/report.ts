import * as z from "zod";

export const ProbeId = z.enum([
  "answers",
  "streams",
  "one_call",
  "uses_result",
  "edit",
  "two_calls",
  "no_invention",
  "speed",
  "memory",
  "prefix_cache",
]);
export type ProbeId = z.infer<typeof ProbeId>;

/** `not_measured`: there was no time, no need, or nothing to measure it on. It says nothing about the model. */
export const ProbeOutcome = z.enum(["passed", "failed", "not_measured"]);
export type ProbeOutcome = z.infer<typeof ProbeOutcome>;

export const ProbeResult = z.object({
  id: ProbeId,
  title: z.string(),
  outcome: ProbeOutcome,
  /** What happened, in a sentence. */
  detail: z.string(),
  durationMs: z.number().nonnegative(),
});
export type ProbeResult = z.infer<typeof ProbeResult>;

/** What was seen, for the loop and for later comparisons. What was not seen is absent. */
export const Findings = z.object({
  /**
   * `made`: as the server's own. `in_text`: written into the reply, and read from there. `lost_in_text`: written into it in
   * a form that cannot be read. `refused`: the server lets it have no tools.
   */
  calls: z.enum(["made", "in_text", "lost_in_text", "none", "refused"]).optional(),
  callsPerReply: z.enum(["several", "one"]).optional(),
  edits: z.enum(["first_try", "second_try", "rewrites", "fails"]).optional(),
  usesResults: z.boolean().optional(),
  inventsTools: z.boolean().optional(),
  streams: z.boolean().optional(),
  remembers: z.boolean().optional(),
  /** Tokens over which it kept or lost the fact. */
  rememberedOver: z.int().nonnegative().optional(),
  /** The server dropped a part of the prompt without an error. Tokens. */
  silentCut: z.object({ sent: z.int().nonnegative(), counted: z.int().nonnegative() }).optional(),
  prefixCache: z.enum(["works", "does_not_work"]).optional(),
  /** New prompt tokens read in a second. */
  readingSpeed: z.number().positive().optional(),
  /** Tokens written in a second. */
  writingSpeed: z.number().positive().optional(),
  /** From sending a short request to the first piece of the reply, with the model loaded. */
  firstTokenMs: z.number().nonnegative().optional(),
  thinks: z.boolean().optional(),
});
export type Findings = z.infer<typeof Findings>;

/** What the loop does differently with this model here. What is absent stays as it is for every model. */
export const LoopLimits = z.object({
  /** False: it can only answer, because it calls no tools that Hearth could see. */
  agentMode: z.boolean(),
  callsPerReply: z.enum(["several", "one"]),
  /** It is told to write files of up to this many lines whole instead of editing them. */
  wholeFileBelowLines: z.int().positive().optional(),
  /** Lines that one read returns when the model does not say. */
  readLines: z.int().positive().optional(),
  /** Tokens to count with in place of what the server says it has configured. */
  contextTokens: z.int().positive().optional(),
  /** Share of the window at which the conversation is compacted. */
  compactAtShare: z.number().positive().max(1).optional(),
  /** Calls come in the text, and are read from there. */
  callsInText: z.boolean(),
});
export type LoopLimits = z.infer<typeof LoopLimits>;

export const TrustSentence = z.object({
  level: z.enum(["can", "with_care", "cannot"]),
  text: z.string(),
});
export type TrustSentence = z.infer<typeof TrustSentence>;

/** How one model did on one server. Kept for each endpoint and model; see `checkUpKey`. */
export const CheckUpReport = z.object({
  version: z.literal(1),
  /** Milliseconds since the epoch. */
  at: z.number(),
  endpoint: z.string(),
  model: z.string(),
  baseUrl: z.string(),
  contextWindow: z.int().positive().optional(),
  durationMs: z.number().nonnegative(),
  /** `stopped`: by the user; keep an earlier report in that case. `no_answer`: the model never answered. */
  ended: z.enum(["finished", "stopped", "no_answer"]),
  /** In one sentence. */
  summary: z.string(),
  probes: z.array(ProbeResult),
  findings: Findings,
  limits: LoopLimits,
  trust: z.array(TrustSentence),
  /** What Hearth does differently because of it, in sentences. */
  consequences: z.array(z.string()),
  /** What this report is and what it is not. */
  remark: z.string(),
});
export type CheckUpReport = z.infer<typeof CheckUpReport>;

/** Under which a report is kept: the same model on another server, or under another name, is another model. */
export function checkUpKey(endpoint: { baseUrl: string; model: string }): string {
  return `${endpoint.baseUrl} ${endpoint.model}`;
}
