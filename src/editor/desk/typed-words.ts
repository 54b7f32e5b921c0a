import * as z from "zod";
import type { Disposable } from "../disposables";

/** A small store that outlives the window, such as a `Memento`. */
export interface KeyValues {
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<void>;
}

const Typed = z.object({ draft: z.string(), sent: z.array(z.string()), shownTask: z.string().nullable() });
type Typed = z.infer<typeof Typed>;

const key = "hearth.typed";
const mostSent = 50;
/** Longer inputs are pasted material; bringing them back with an arrow key helps nobody. */
const longestSent = 20_000;
const restMs = 500;

/** What the user typed in this workspace and not lost with the page: the draft, earlier inputs, and which task was shown. */
export class TypedWords implements Disposable {
  private words: Typed;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly kept: KeyValues) {
    this.words = Typed.safeParse(kept.get(key)).data ?? { draft: "", sent: [], shownTask: null };
  }

  get draft(): string {
    return this.words.draft;
  }

  /** Newest last. */
  get sent(): readonly string[] {
    return this.words.sent;
  }

  get shownTask(): string | null {
    return this.words.shownTask;
  }

  /** Kept once the typing rests. */
  changeDraft(draft: string): void {
    this.words = { ...this.words, draft };
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.keep(), restMs);
  }

  /** The draft became an input. */
  async addSent(text: string): Promise<void> {
    const others = this.words.sent.filter((earlier) => earlier !== text);
    const sent = text.length <= longestSent ? [...others, text].slice(-mostSent) : others;
    this.words = { ...this.words, draft: "", sent };
    await this.keep();
  }

  /** A deleted task leaves none of its words behind. */
  async forget(texts: readonly string[]): Promise<void> {
    this.words = { ...this.words, sent: this.words.sent.filter((earlier) => !texts.includes(earlier)) };
    await this.keep();
  }

  async showTask(taskId: string | null): Promise<void> {
    if (taskId !== this.words.shownTask) {
      this.words = { ...this.words, shownTask: taskId };
      await this.keep();
    }
  }

  /** Resolves when everything typed so far is kept. */
  async keep(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    await this.kept.update(key, this.words);
  }

  dispose(): void {
    if (this.timer) {
      void this.keep();
    }
  }
}
