import { expect, test } from "vitest";
import { ScriptedModel } from "../../../test/fakes/scripted-model";
import type { EndpointView } from "../../core/events";
import { type Candidate, ModelChoice, type ModelPerMode, type Models } from "./model-choice";

function candidate(
  name: string,
  more: Partial<Omit<Candidate, "view">> & { view?: Partial<EndpointView> } = {},
): Candidate {
  const view = { name, model: "m", baseUrl: "http://127.0.0.1:1/v1", locality: "machine" as const, practice: false };
  return {
    loaded: false,
    configured: false,
    trouble: undefined,
    reach: "free",
    ...more,
    view: { ...view, ...more.view },
  };
}

function choice(found: Candidate[], kept?: string, perMode?: ModelPerMode) {
  let stored = kept;
  const models: Models = {
    find: async () => found,
    practice: candidate("Practice", { view: { practice: true } }),
    connect: () => new ScriptedModel([]),
  };
  const store = {
    get: () => stored,
    set: async (key: string) => {
      stored = key;
    },
  };
  return new ModelChoice(models, store, perMode);
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

const cloud = candidate("Cloud", { configured: true, reach: "one_task", view: { locality: "internet", model: "big" } });
const garage = candidate("Garage", { configured: true, reach: "once_allowed", view: { locality: "network" } });

test("S-N5 what tasks may not use is never taken, not even when it was chosen before or is the only one there", async () => {
  const models = choice([cloud, garage], "Cloud\nhttp://127.0.0.1:1/v1\nbig");

  await models.search();

  expect(models.chosen).toBeUndefined();
  expect(models.trouble?.code).toBe("no_model");
});

test.each([
  ["outside this machine", cloud, "on purpose"],
  ["on the network and not allowed yet", garage, "model picker"],
])(
  "S-N5 a model %s cannot be chosen nor asked for by name, and the remedy says how to use it",
  async (_, remote, how) => {
    const models = choice([remote, candidate("Mine", { loaded: true })]);
    await models.search();

    await expect(models.choose(remote)).rejects.toMatchObject({
      code: "not_local",
      remedy: expect.stringContaining(how),
    });
    expect(() => models.endpointFor("act", remote.view.name)).toThrow("is");
    expect(models.chosen?.view.name).toBe("Mine");
  },
);

test("one model may plan and another act, by the name of the endpoint or of the model", async () => {
  const planner = candidate("Big", { view: { model: "thinker" } });
  const names = { plan: "thinker", act: undefined };
  const models = choice([candidate("Quick", { loaded: true }), planner], undefined, (mode) => names[mode]);
  await models.search();

  expect(models.endpointFor("plan", undefined).name).toBe("Big");
  expect(models.endpointFor("act", undefined).name).toBe("Quick");
});

test("a model for a mode that is not there, is down or is elsewhere gives way to the chosen one", async () => {
  const trouble = { code: "server_down", message: "down", remedy: "start it" };
  const found = [candidate("Quick", { loaded: true }), cloud, candidate("Down", { trouble })];
  for (const name of ["nowhere", "Cloud", "Down"]) {
    const models = choice(found, undefined, () => name);
    await models.search();
    expect(models.endpointFor("plan", undefined).name).toBe("Quick");
  }
});
