import * as z from "zod";
import { LearnedFacts, type LearnedStore } from "../../endpoint/learned";

/** A small store of the editor's, kept over reloads. */
export interface Memory {
  get(key: string): unknown;
  update(key: string, value: unknown): Thenable<void>;
}

const memoryKey = "learnedAboutModels";
const mostKept = 100;
const Kept = z.record(z.string(), z.unknown());

/** What was measured about models, kept between windows. Facts that are not understood are forgotten. */
export class KeptFacts implements LearnedStore {
  constructor(
    private readonly memory: Memory,
    private readonly told: (error: unknown) => void,
  ) {}

  get(key: string): LearnedFacts | undefined {
    return LearnedFacts.safeParse(this.all()[key]).data;
  }

  set(key: string, facts: LearnedFacts): void {
    const { [key]: before, ...others } = this.all();
    if (JSON.stringify(before) === JSON.stringify(facts)) {
      return;
    }
    const kept = Object.fromEntries([...Object.entries(others), [key, facts] as const].slice(-mostKept));
    this.memory.update(memoryKey, kept).then(undefined, this.told);
  }

  private all(): Record<string, unknown> {
    return Kept.safeParse(this.memory.get(memoryKey)).data ?? {};
  }
}
