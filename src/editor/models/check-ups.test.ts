import { expect, test } from "vitest";
import type { CheckUpReport } from "../../endpoint/check-up/report";
import { CheckUps, describeReport } from "./check-ups";

const endpoint = { baseUrl: "http://127.0.0.1:11434/v1", model: "qwen3" };

function report(more: Partial<CheckUpReport> = {}): CheckUpReport {
  const probe = { title: "Answers", detail: "It did.", durationMs: 1 };
  return {
    version: 1,
    at: 1,
    endpoint: "Ollama",
    ...endpoint,
    durationMs: 10,
    ended: "finished",
    summary: "Good.",
    probes: [
      { ...probe, id: "answers", outcome: "passed" },
      { ...probe, id: "edit", outcome: "failed" },
      { ...probe, id: "memory", outcome: "not_measured" },
    ],
    findings: {},
    limits: { agentMode: true, callsPerReply: "several", callsInText: false, readLines: 150, compactAtShare: 0.6 },
    trust: [],
    consequences: [],
    remark: "Once.",
    ...more,
  };
}

function memory() {
  const kept = new Map<string, unknown>();
  return {
    get: (key: string) => kept.get(key),
    update: async (key: string, value: unknown) => void kept.set(key, JSON.parse(JSON.stringify(value))),
  };
}

test("a report is kept for its endpoint and model, and the loop goes by it", async () => {
  const checkUps = new CheckUps(memory());
  await checkUps.keep(report());

  expect(checkUps.get(endpoint)?.summary).toBe("Good.");
  expect(checkUps.habits(endpoint)).toEqual({
    readLines: 150,
    compactAtShare: 0.6,
    contextTokens: undefined,
    wholeFileBelowLines: undefined,
    callsPerReply: undefined,
    answersOnly: false,
  });
  expect(checkUps.get({ ...endpoint, model: "other" })).toBeUndefined();
  expect(checkUps.habits({ ...endpoint, baseUrl: "http://127.0.0.1:1/v1" })).toBeUndefined();
});

test("a check-up that was stopped does not take the place of one that was not", async () => {
  const checkUps = new CheckUps(memory());
  await checkUps.keep(report({ ended: "stopped", summary: "Half." }));
  expect(checkUps.get(endpoint)?.summary).toBe("Half.");
  await checkUps.keep(report());
  await checkUps.keep(report({ ended: "stopped", summary: "Half again." }));
  expect(checkUps.get(endpoint)?.summary).toBe("Good.");
});

test("what another version left is as if it were not there", async () => {
  const store = memory();
  await store.update("checkUps", { "http://127.0.0.1:11434/v1 qwen3": { version: 2 } });
  expect(new CheckUps(store).get(endpoint)).toBeUndefined();
  await store.update("checkUps", "nonsense");
  expect(new CheckUps(store).words(endpoint)).toBeUndefined();
});

test("a line of the picker says how the model did", () => {
  expect(describeReport(report())).toBe("check-up: 1 of 2");
  expect(describeReport(report({ ended: "no_answer" }))).toBe("did not answer when checked");
  const limits = { agentMode: false, callsPerReply: "one" as const, callsInText: false };
  expect(describeReport(report({ limits }))).toBe("check-up: 1 of 2, can only answer");
});
