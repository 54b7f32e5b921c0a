import { readableMemory } from "../../core/text/sizes";
import type { Fit, FitSubject, FitWish } from "./fit";
import type { MachineMemory } from "./memory";
import type { LicenceClass } from "./schema";

export const licenceTitles: Record<LicenceClass, string> = {
  open_source: "Open source",
  open_weights_with_conditions: "Open weights with conditions",
  weights_available: "Weights available",
};

/** Contexts in tokens: below the first agent work fails, from the second it is normal, from the third it is comfortable. */
export const agentContexts = { least: 16_384, normal: 32_768, good: 65_536 } as const;

export type ContextClass = "too_small" | "short" | "normal" | "good";

export function classifyContext(tokens: number): ContextClass {
  if (tokens < agentContexts.least) {
    return "too_small";
  }
  if (tokens < agentContexts.normal) {
    return "short";
  }
  return tokens < agentContexts.good ? "normal" : "good";
}

export const contextSentences: Record<ContextClass, string> = {
  too_small: "Agent mode will not work well with less than 16,384 tokens of context.",
  short: "Enough for short tasks; 32,768 tokens or more are recommended for agent work.",
  normal: "Enough for agent work; longer tasks are easier with 65,536 tokens.",
  good: "Comfortable for agent work.",
};

export function showTokens(tokens: number): string {
  return tokens.toLocaleString("en");
}

type Sized = Omit<Fit, "notes">;

/** What a person has to know beside the numbers, most important first. */
export function fitNotes(fit: Sized, subject: FitSubject, wish: FitWish, machine: MachineMemory): string[] {
  return [
    ...verdictNotes(fit, subject, machine),
    ...unknownNotes(fit, subject, machine),
    ...contextNotes(fit, subject, wish),
    ...(wish.kvType === "q4_0" ? ["A 4-bit cache makes tool calls less reliable; prefer q8_0."] : []),
    ...((machine.graphics?.length ?? 0) > 1
      ? ["The model is split over several graphics devices, which costs memory and speed."]
      : []),
  ];
}

function verdictNotes(fit: Sized, subject: FitSubject, machine: MachineMemory): string[] {
  const { total, room } = fit;
  if (total === undefined || room === undefined) {
    return [];
  }
  switch (fit.verdict) {
    case "fully_on_gpu":
      return ["Runs fully on the graphics processor."];
    case "partly_on_cpu":
      return [partlySentence(subject, machine)];
    default:
      return [`Needs ${readableMemory(total)}; a model may take ${readableMemory(room.all)} here now.`];
  }
}

function partlySentence(subject: FitSubject, machine: MachineMemory): string {
  const where =
    machine.graphics?.length === 0
      ? "Runs on the processor alone, because no graphics memory was found"
      : "Runs partly on the processor";
  return subject.sparse
    ? `${where}: slow, but usable, because only a part of the model works on each token.`
    : `${where}: slow, because the whole model works on each token.`;
}

function unknownNotes(fit: Sized, subject: FitSubject, machine: MachineMemory): string[] {
  const notes: string[] = [];
  if (subject.weightsBytes === undefined) {
    notes.push("The size of these weights is not known.");
  }
  if (subject.kvBytesPerToken === undefined) {
    notes.push(
      "The size of its cache is not known, so the need is at least this, and the longest context is not known.",
    );
  }
  if (fit.room === undefined) {
    notes.push("The memory of this machine could not be read.");
  } else if (machine.graphics === undefined) {
    notes.push("Graphics memory could not be read and is left out.");
  }
  return notes;
}

function contextNotes(fit: Sized, subject: FitSubject, wish: FitWish): string[] {
  const notes: string[] = [];
  if (subject.maxContext !== undefined && wish.contextTokens > subject.maxContext) {
    notes.push(`The model itself holds ${showTokens(subject.maxContext)} tokens at most.`);
  }
  const { maxContext } = fit;
  if (maxContext !== undefined && maxContext < wish.contextTokens && maxContext > 0) {
    notes.push(`At most ${showTokens(maxContext)} tokens of context fit.`);
  }
  const usable = Math.min(wish.contextTokens, maxContext ?? wish.contextTokens);
  if (fit.verdict !== "does_not_fit" || (maxContext ?? 0) > 0) {
    const kind = classifyContext(usable);
    if (kind === "too_small" || kind === "short") {
      notes.push(contextSentences[kind]);
    }
  }
  return notes;
}
