import * as z from "zod";
import { parseJson } from "../../core/json";
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

/** Where this window keeps its texts, and what windows that closed have left. */
export interface KeepingPlace {
  texts: TextStore;
  /** Resolves when `texts` may be written. */
  enter(): Promise<void>;
  /** Gives what each closed window has left, which then goes. Returns whether other windows are still open. */
  inherit(take: (texts: TextStore) => Promise<void>): Promise<boolean>;
}

/** Keeps what is pending over a reload: which files, what they were before, and what was done since. */
export class PendingKeeper implements Disposable {
  private readonly store = new DisposableStore();
  private readonly waiting = new Map<string, NodeJS.Timeout>();
  private readonly kept = new Set<string>();

  constructor(
    private readonly pending: PendingReviews,
    private readonly place: KeepingPlace,
    private readonly log: Log,
  ) {
    this.store.add(pending.onDidChange((path) => this.keepSoon(path)));
  }

  /** Brings back what was pending in windows that have closed: each is this window's before it is theirs no longer. */
  async load(): Promise<{ paths: string[]; othersOpen: boolean }> {
    const paths: string[] = [];
    const othersOpen = await this.place.inherit(async (texts) => {
      const index = parse(await texts.read(indexName), Index);
      for (const path of index?.paths ?? []) {
        const review = parse(await texts.read(nameOf(path)), FileReview);
        if (review && !this.pending.review(path)) {
          this.pending.restore(review);
          await this.keep(path);
          paths.push(path);
        }
      }
    });
    return { paths, othersOpen };
  }

  /** Writes what is waiting to be written. */
  async close(): Promise<void> {
    this.store.dispose();
    await Promise.all([...this.waiting.keys()].map((path) => this.keepNow(path)));
  }

  dispose(): void {
    for (const timer of this.waiting.values()) {
      clearTimeout(timer);
    }
    this.store.dispose();
  }

  private keepSoon(path: string): void {
    clearTimeout(this.waiting.get(path));
    this.waiting.set(
      path,
      setTimeout(() => this.keepNow(path), settleMs + this.sizeOf(path) / lettersPerMs),
    );
  }

  private keepNow(path: string): Promise<void> {
    return this.keep(path).catch((error) => this.log.error(asError(error), "keeping a review"));
  }

  private sizeOf(path: string): number {
    const { base = "", target = "" } = this.pending.review(path) ?? {};
    return base.length + target.length;
  }

  /** The text first, then the index that names it. */
  private async keep(path: string): Promise<void> {
    clearTimeout(this.waiting.get(path));
    this.waiting.delete(path);
    const { texts } = this.place;
    await this.place.enter();
    const review = this.pending.review(path);
    if (review) {
      await texts.write(nameOf(path), JSON.stringify(review));
      await this.list(path, true);
    } else {
      await this.list(path, false);
      await texts.remove(nameOf(path));
    }
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
    await this.place.texts.write(indexName, JSON.stringify({ v: 1, paths: [...this.kept] }));
  }
}

function nameOf(path: string): string {
  return `pending ${path}`;
}

function parse<Value>(text: string | undefined, schema: z.ZodType<Value>): Value | undefined {
  return text === undefined ? undefined : schema.safeParse(parseJson(text)).data;
}
