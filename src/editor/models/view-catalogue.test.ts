import { expect, test } from "vitest";
import type { Hardware } from "../../machine/hardware/hardware";
import type { Candidate } from "./model-choice";
import { viewCatalogue } from "./view-catalogue";

const gib = 2 ** 30;

function hardware(more: Partial<Hardware> = {}): Hardware {
  return {
    at: 0,
    platform: "linux",
    place: "machine",
    ram: { totalBytes: 32 * gib, availableBytes: 26 * gib },
    graphics: [{ name: "GeForce", totalBytes: 24 * gib, freeBytes: 23 * gib }],
    isShared: false,
    notes: [],
    ...more,
  };
}

function candidate(model: string, more: Partial<Candidate> = {}): Candidate {
  const view = {
    name: "Ollama",
    model,
    baseUrl: "http://127.0.0.1:11434/v1",
    locality: "machine" as const,
    practice: false,
  };
  return { view, loaded: false, configured: false, trouble: undefined, reach: "free", ...more };
}

test("a machine without a server is told what to install, what to fetch and how to start it", () => {
  const { setup, entries } = viewCatalogue(hardware(), []);
  const best = entries[0];

  expect(best?.suitability).toBe("best");
  expect(setup.map(({ copy }) => copy)).toEqual([
    undefined,
    best?.pull,
    `OLLAMA_CONTEXT_LENGTH=${best?.contextTokens} ollama serve`,
    undefined,
  ]);
  expect(best?.pull).toMatch(/^ollama pull \S+$/);
});

test.each([
  ["macos", "brew install ollama"],
  ["windows", "winget install Ollama.Ollama"],
] as const)("on %s the server is installed with one line", (platform, line) => {
  expect(viewCatalogue(hardware({ platform }), []).setup[0]?.copy).toBe(line);
});

test("with a server nothing needs to be installed, and what is there is marked", () => {
  const { setup, entries } = viewCatalogue(hardware(), [
    candidate("qwen3-coder:30b"),
    candidate("x", { reach: "one_task", view: { ...candidate("gpt-oss:20b").view, locality: "internet" } }),
  ]);

  expect(setup).toEqual([]);
  expect(entries.flatMap(({ id, here }) => (here === undefined ? [] : [`${id}: ${here}`]))).toEqual([
    "qwen3-coder-30b: qwen3-coder:30b (Ollama)",
  ]);
});

test("memory that a loaded model holds counts as free for another one", () => {
  const full = hardware({ graphics: [{ name: "GeForce", totalBytes: 24 * gib, freeBytes: 2 * gib }] });
  const facts = {
    sizeBytes: 21 * gib,
    quantization: undefined,
    parameters: undefined,
    maxContext: undefined,
    onGpu: 1,
  };
  const loaded = candidate("some-model", { loaded: true, facts });

  expect(viewCatalogue(full, []).entries[0]?.suitability).not.toBe("best");
  expect(viewCatalogue(full, [loaded]).entries[0]?.suitability).toBe("best");
  expect(viewCatalogue(full, [loaded]).machineNotes.at(-1)).toContain("counted as free");
});

test("a machine that is too small is told so, with another way", () => {
  const small = hardware({ ram: { totalBytes: 2 * gib, availableBytes: gib }, graphics: [] });
  const { setup, entries } = viewCatalogue(small, []);

  expect(entries.every(({ suitability }) => suitability === "no")).toBe(true);
  expect(setup[0]?.text).toContain("on your network");
  expect(setup).toHaveLength(2);
});

test("every score says who ran it, and every fact where it comes from", () => {
  const { entries } = viewCatalogue(hardware(), []);
  for (const { scores, sourced } of entries) {
    expect(scores.every(({ text }) => /run by|independently/.test(text))).toBe(true);
    expect(sourced.every(({ source }) => source.length > 3)).toBe(true);
  }
});
