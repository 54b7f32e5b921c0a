import { expect, test } from "vitest";
import type { ToPanel } from "../../src/protocol/panel";
import { type Clock, Inbox } from "./inbox";

class ManualClock implements Clock {
  time = 0;
  waits: number[] = [];
  #frame: (() => void) | undefined;
  #painted: (() => void) | undefined;

  now(): number {
    return this.time;
  }

  later(run: () => void, waitMs: number): void {
    this.waits.push(waitMs);
    this.#frame = run;
  }

  afterPaint(run: () => void): void {
    this.#painted = run;
  }

  /** One frame in which showing the batch takes `costMs`. */
  frame(costMs: number): void {
    const run = this.#frame;
    this.#frame = undefined;
    run?.();
    this.time += costMs;
    this.#painted?.();
    this.#painted = undefined;
  }
}

const message: ToPanel = { type: "input_focused" };

test("messages of one frame are shown together, in order", () => {
  const clock = new ManualClock();
  const shown: number[] = [];
  const inbox = new Inbox(clock, (messages) => shown.push(messages.length));
  for (let count = 0; count < 50; count += 1) {
    inbox.receive(message);
  }
  expect(clock.waits).toEqual([0]);
  clock.frame(3);
  inbox.receive(message);
  clock.frame(3);
  expect(shown).toEqual([50, 1]);
  expect(clock.waits).toEqual([0, 0]);
});

test("after a batch that took long the page rests, so that it can answer the user", () => {
  const clock = new ManualClock();
  const inbox = new Inbox(clock, () => undefined);
  inbox.receive(message);
  clock.frame(112);
  inbox.receive(message);
  expect(clock.waits).toEqual([0, 200]);
});
