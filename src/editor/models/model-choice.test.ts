import { expect, test } from "vitest";
import { ScriptedModel } from "../../../test/fakes/scripted-model";
import type { EndpointView } from "../../core/events";
import { type Candidate, ModelChoice, type Models } from "./model-choice";

function candidate(
  name: string,
  more: Partial<Omit<Candidate, "view">> & { view?: Partial<EndpointView> } = {},
): Candidate {
  const view = { name, model: "m", baseUrl: "http://127.0.0.1:1/v1", locality: "machine" as const, practice: false };
  return { loaded: false, configured: false, trouble: undefined, ...more, view: { ...view, ...more.view } };
}

function choice(found: Candidate[], kept?: string) {
  let stored = kept;
  const models: Models = {
    find: async () => found,
    practice: candidate("Practice", { view: { practice: true } }),
    connect: () => new ScriptedModel([]),
  };
  return new ModelChoice(models, {
    get: () => stored,
    set: async (key) => {
      stored = key;
    },
  });
}

test("the loaded model is taken without a question", async () => {
  const models = choice([candidate("Ollama"), candidate("LM Studio", { loaded: true })]);

  await models.search();

  expect(models.chosen?.view.name).toBe("LM Studio");
});

test("a model outside this machine is not taken while one on it is there", async () => {
  const models = choice([
    candidate("Cloud", { configured: true, view: { locality: "internet" } }),
    candidate("Mine", { configured: true }),
  ]);

  await models.search();

  expect(models.chosen?.view.name).toBe("Mine");
});

test("without a server nothing is chosen, the trouble says what to do, and the practice model is not taken unasked", async () => {
  const models = choice([]);

  await models.search();

  expect(models.chosen).toBeUndefined();
  expect(models.trouble?.remedy).toContain("practice model");
  expect(() => models.endpointFor("act", undefined)).toThrow("No model server answers");
});

test("the user's choice is kept", async () => {
  const models = choice([candidate("A", { loaded: true }), candidate("B")]);
  await models.search();

  await models.choose(candidate("B"));

  expect(models.endpointFor("act", undefined).name).toBe("B");
});

test("two searches at the same moment are one", async () => {
  const models = choice([candidate("A")]);

  expect(models.search()).toBe(models.search());
});
