import type { ToPanel } from "../../src/protocol/panel";

/** When the next batch may be shown. `later` runs its callback once, before the next frame or after a pause. */
export interface Clock {
  now(): number;
  later(run: () => void, waitMs: number): void;
  /** Runs after the browser has laid out and painted what was just changed. */
  afterPaint(run: () => void): void;
}

/**
 * Collects messages and hands them over at most once per frame. When showing a batch took long, the next
 * one waits at least twice as long as that, so that the page keeps time to answer the user.
 */
export class Inbox {
  #waiting: ToPanel[] = [];
  #isScheduled = false;
  #readyAt = 0;

  constructor(
    private readonly clock: Clock,
    private readonly show: (messages: readonly ToPanel[]) => void,
  ) {}

  receive(message: ToPanel): void {
    this.#waiting.push(message);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isScheduled) {
      return;
    }
    this.#isScheduled = true;
    this.clock.later(() => this.#flush(), Math.max(0, this.#readyAt - this.clock.now()));
  }

  #flush(): void {
    this.#isScheduled = false;
    const batch = this.#waiting;
    this.#waiting = [];
    const startedAt = this.clock.now();
    this.show(batch);
    this.clock.afterPaint(() => {
      const shownAt = this.clock.now();
      this.#readyAt = shownAt + 2 * Math.max(0, shownAt - startedAt - quickMs);
    });
  }
}

/** A batch within one frame's time needs no pause after it. */
const quickMs = 12;

export const browserClock: Clock = {
  now: () => performance.now(),
  later(run, waitMs) {
    if (document.hidden) {
      setTimeout(run, Math.max(waitMs, 100));
    } else if (waitMs > 0) {
      setTimeout(() => requestAnimationFrame(run), waitMs);
    } else {
      requestAnimationFrame(run);
    }
  },
  afterPaint(run) {
    setTimeout(run, 0);
  },
};
