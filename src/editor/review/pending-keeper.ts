import * as z from "zod";
import { FileReview } from "../../core/review/file-review";
import { type Disposable, DisposableStore } from "../disposables";
import { asError, type Log } from "../log";
import type { PendingReviews } from "./pending";
import type { TextStore } from "./proposal-keeper";

const settleMs = 300;
/** A large text is written less often. */
const lettersPerMs = 5_000;
const indexName = "pending";

const Index = z.object({ v: z.literal(1), paths: z.array(z.string()) });

/** Keeps what is pending over a reload: which files, what they were before, and what was done since. */
export class PendingKeeper implements Disposable {
  private readonly store = new DisposableStore();
  private readonly waiting = new Map<string, NodeJS.Timeout>();
  private kept = new Set<string>();

  constructor(
    private readonly pending: PendingReviews,
    private readonly texts: TextStore,
    private readonly log: Log,
  ) {
    this.store.add(pending.onDidChange((path) => this.keepSoon(path)));
  }

  /** Brings back what was pending in the window before. */
  async load(): Promise<void> {
    const index = parse(await this.texts.read(indexName), Index);
    this.kept = new Set(index?.paths);
    for (const path of index?.paths ?? []) {
      const review = parse(await this.texts.read(nameOf(path)), FileReview);
      if (review && !this.pending.review(path)) {
        this.pending.restore(review);
      }
    }
  }

  /** Writes what is waiting to be written, without waiting for it. */
  dispose(): void {
    for (const [path, timer] of this.waiting) {
      clearTimeout(timer);
      this.keep(path);
    }
    this.store.dispose();
  }

  private keepSoon(path: string): void {
    clearTimeout(this.waiting.get(path));
    this.waiting.set(
      path,
      setTimeout(() => this.keep(path), settleMs + this.sizeOf(path) / lettersPerMs),
    );
  }

  private sizeOf(path: string): number {
    const { base = "", target = "" } = this.pending.review(path) ?? {};
    return base.length + target.length;
  }

  /** The text first, then the index that names it. */
  private keep(path: string): void {
    this.waiting.delete(path);
    const review = this.pending.review(path);
    const write = review
      ? this.texts.write(nameOf(path), JSON.stringify(review)).then(() => this.list(path, true))
      : this.list(path, false).then(() => this.texts.remove(nameOf(path)));
    write.catch((error) => this.log.error(asError(error), "keeping a review"));
  }

  private async list(path: string, isPending: boolean): Promise<void> {
    if (this.kept.has(path) === isPending) {
      return;
    }
    if (isPending) {
      this.kept.add(path);
    } else {
      this.kept.delete(path);
    }
    await this.texts.write(indexName, JSON.stringify({ v: 1, paths: [...this.kept] }));
  }
}

function nameOf(path: string): string {
  return `pending ${path}`;
}

function parse<Value>(text: string | undefined, schema: z.ZodType<Value>): Value | undefined {
  if (text === undefined) {
    return undefined;
  }
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch (error) {
    if (error instanceof SyntaxError) {
      return undefined;
    }
    throw error;
  }
}
