import { watch } from "node:fs";

/** A computer that slept runs its timers late. */
const longestMs = 10 * 60_000;

/** Tells when a folder's files changed, whoever changed them, and when a day began. `folder` is asked for once it is there. */
export function followDays(
  folder: Promise<string>,
  untilTomorrow: () => number,
  tell: () => void,
): { dispose(): void } {
  const over = new AbortController();
  const start = (path: string) => {
    if (!over.signal.aborted) {
      watch(path, { persistent: false, signal: over.signal }, tell).on("error", () => over.abort());
    }
  };
  folder.then(start).catch(() => undefined); // what cannot be watched is followed by the timer, and in this window
  let timer = wait();
  function wait(): NodeJS.Timeout {
    return setTimeout(
      () => {
        timer = wait();
        tell();
      },
      Math.min(untilTomorrow(), longestMs),
    ).unref();
  }
  return {
    dispose() {
      over.abort();
      clearTimeout(timer);
    },
  };
}
