import type { EndpointView } from "../core/events";
import type { Gateway } from "../net/gateway";

/** What tells one server from another. This machine has several names, so there the port does. */
export function laneOf({ baseUrl, locality }: EndpointView): string {
  const { origin, port, protocol } = new URL(baseUrl);
  return locality === "machine" ? `this machine:${port || protocol}` : origin;
}

/** One request at a time for each server: local servers share one window, or reload, when two come at once. */
export class Lanes {
  private static readonly shared = new WeakMap<Gateway, Lanes>();
  private readonly tails = new Map<string, Promise<void>>();
  private readonly ends = new Set<string>();

  /** All models behind one gateway queue in the same lanes. */
  static of(gateway: Gateway): Lanes {
    const known = Lanes.shared.get(gateway) ?? new Lanes();
    Lanes.shared.set(gateway, known);
    return known;
  }

  /** `finishing`: what was stopped there is still being finished by the server. */
  state(lane: string): "free" | "queued" | "finishing" {
    return this.ends.has(lane) ? "finishing" : this.tails.has(lane) ? "queued" : "free";
  }

  /** What waits for this server waits for it to become idle, until the result is called. */
  finishing(lane: string): () => void {
    this.ends.add(lane);
    return () => this.ends.delete(lane);
  }

  /** Waits for its turn; the result gives the lane back. Rejects with the signal's reason when it is aborted. */
  async enter(lane: string, signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    const before = this.tails.get(lane) ?? Promise.resolve();
    let leave: () => void = () => undefined;
    const mine = new Promise<void>((done) => {
      leave = done;
    });
    const tail = before.then(() => mine);
    this.tails.set(lane, tail);
    void tail.then(() => {
      if (this.tails.get(lane) === tail) {
        this.tails.delete(lane);
      }
    });
    try {
      await untilAborted(before, signal);
    } catch (error) {
      leave();
      throw error;
    }
    return leave;
  }
}

function untilAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((done, fail) => {
    const stop = () => fail(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
    work.then(() => {
      signal.removeEventListener("abort", stop);
      done();
    }, fail);
  });
}
