import { expect, test } from "vitest";
import type { Candidate } from "./model-choice";
import { sayFound } from "./say-found";

function candidate(name: string, model: string, more: Partial<Candidate> = {}): Candidate {
  const view = { name, model, baseUrl: "http://127.0.0.1:1/v1", locality: "machine" as const, practice: false };
  return { view, loaded: false, configured: false, trouble: undefined, reach: "free", ...more };
}

test("with one model there is nothing more to say", () => {
  expect(sayFound([])).toBeUndefined();
  expect(sayFound([candidate("Ollama", "a")])).toBeUndefined();
});

test("what was found is said by server, without what is elsewhere, down or a script", () => {
  const trouble = { code: "server_down", message: "down", remedy: "" };
  const cloud = candidate("Cloud", "big");
  expect(
    sayFound([
      candidate("Ollama", "a"),
      candidate("Ollama", "b"),
      candidate("LM Studio", "c"),
      candidate("Down", "d", { trouble }),
      { ...cloud, view: { ...cloud.view, locality: "internet" } },
      { ...cloud, view: { ...cloud.view, practice: true } },
    ]),
  ).toBe("3 models were found: 2 in Ollama and 1 in LM Studio.");
});
