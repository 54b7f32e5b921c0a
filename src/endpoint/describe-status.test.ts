import { expect, test } from "vitest";
import { describeStatus } from "./describe-status";
import type { ModelStatus } from "./watch";

test.each<[ModelStatus, string | undefined]>([
  [{ phase: "reading", elapsedMs: 9_000, progress: 0.43 }, "Reading your prompt: 43 %, about 12 s left"],
  [{ phase: "reading", elapsedMs: 500, progress: 0.01 }, "Reading your prompt: 1 %, 1 s so far"],
  [{ phase: "reading", elapsedMs: 3_000, expectedMs: 15_000 }, "Reading your prompt: about 20 %, about 12 s left"],
  [{ phase: "reading", elapsedMs: 20_000, expectedMs: 15_000 }, "Reading your prompt: 20 s so far"],
  [{ phase: "reading", elapsedMs: 61_000 }, "Reading your prompt: 61 s so far"],
  [{ phase: "reading", elapsedMs: 600_000 }, "Reading your prompt: 10 min so far"],
  [{ phase: "reading", elapsedMs: 9_000, progress: 0.99 }, "Reading your prompt: 99 %"],
  [{ phase: "loading", elapsedMs: 4_000 }, "Loading the model… 4 s so far"],
  [{ phase: "finishing" }, "The server is finishing its last step"],
  [{ phase: "queued" }, "Waiting: another request is at work on this server"],
  [{ phase: "silent", elapsedMs: 25_000, alive: true }, "Nothing has come for 25 s; the server still answers"],
  [
    { phase: "silent", elapsedMs: 25_000, alive: false },
    "Nothing has come for 25 s, and the server does not answer. You can stop.",
  ],
  [{ phase: "writing" }, undefined],
  [{ phase: "done" }, undefined],
])("%j", (status, words) => {
  expect(describeStatus(status)).toBe(words);
});
