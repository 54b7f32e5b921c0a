import * as z from "zod";

/** What was measured about one model behind one endpoint. It only ever makes guesses better; nothing depends on it. */
export const LearnedFacts = z.object({
  /** Tokens per character of a request, as this model's tokenizer counts. */
  tokensPerCharacter: z.number().positive().optional(),
  /** Tokens of a prompt read in a second. */
  promptSpeed: z.number().positive().optional(),
  /** How calls were written when the server did not recognise them, and how often that happened. */
  rescued: z.object({ format: z.string(), times: z.int().positive() }).optional(),
  /** The server refuses tools: they are described in words, and calls are read from the text. */
  toolsAsText: z.boolean().optional(),
  /** The server could not read the full descriptions of the tools. */
  plainSchemas: z.boolean().optional(),
  /** Its chat template knows user and assistant alone. */
  plainRoles: z.boolean().optional(),
  /** The server refuses replies with calls that come back without their reasoning. */
  demandsReasoning: z.boolean().optional(),
  /** The name under which the server sends reasoning. */
  reasoningField: z.enum(["reasoning", "reasoning_content"]).optional(),
});
export type LearnedFacts = z.infer<typeof LearnedFacts>;

/** Where such facts are kept between windows. Keys are made by `factsKey`. */
export interface LearnedStore {
  get(key: string): LearnedFacts | undefined;
  set(key: string, facts: LearnedFacts): void;
}

export class MemoryLearned implements LearnedStore {
  private readonly facts = new Map<string, LearnedFacts>();

  get(key: string): LearnedFacts | undefined {
    return this.facts.get(key);
  }

  set(key: string, facts: LearnedFacts): void {
    this.facts.set(key, facts);
  }
}

export function factsKey(baseUrl: string, model: string): string {
  return `${baseUrl} ${model}`;
}

/** Moves a measured value a third of the way towards a new measurement. */
export function blend(old: number | undefined, measured: number): number {
  return old === undefined ? measured : old + (measured - old) / 3;
}
