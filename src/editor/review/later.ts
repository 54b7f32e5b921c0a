import type { Disposable } from "../disposables";

/** Puts things off, each under a name; the same name again puts off anew. */
export class Later implements Disposable {
  private readonly waiting = new Map<string, { timer: NodeJS.Timeout; run: () => void }>();

  constructor(private readonly delayMs: number) {}

  put(name: string, thing: () => void, delayMs = this.delayMs): void {
    this.drop(name);
    const run = () => {
      this.waiting.delete(name);
      thing();
    };
    this.waiting.set(name, { timer: setTimeout(run, delayMs), run });
  }

  has(name: string): boolean {
    return this.waiting.has(name);
  }

  drop(name: string): void {
    clearTimeout(this.waiting.get(name)?.timer);
    this.waiting.delete(name);
  }

  /** Everything that waits happens at once. */
  now(): void {
    for (const { timer, run } of [...this.waiting.values()]) {
      clearTimeout(timer);
      run();
    }
  }

  dispose(): void {
    for (const name of [...this.waiting.keys()]) {
      this.drop(name);
    }
  }
}
