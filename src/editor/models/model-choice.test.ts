import { expect, test } from "vitest";
import { ScriptedModel } from "../../../test/fakes/scripted-model";
import type { EndpointView } from "../../core/events";
import { lockedCandidate } from "./locked-server";
import { type Candidate, keyOf, ModelChoice, type ModelPerMode, type Models } from "./model-choice";

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

/** What is in `found` when a search is made is what it finds. */
function choice(found: Candidate[], kept?: string, perMode?: ModelPerMode) {
  let stored = kept;
  const models: Models = {
    find: async () => [...found],
    practice: candidate("Practice", { view: { practice: true } }),
    connect: ({ view }) => Object.assign(new ScriptedModel([]), { endpoint: view }),
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

test("a mode's model is found whether or not its name ends in latest", async () => {
  const planner = candidate("Ollama", { view: { model: "qwen3:latest" } });
  for (const name of ["qwen3", "qwen3:latest", "Ollama/qwen3"]) {
    const models = choice([candidate("Quick", { loaded: true }), planner], undefined, () => name);
    await models.search();
    expect(models.endpointFor("plan", undefined).model).toBe("qwen3:latest");
  }
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

const at = (port: number, more: Partial<EndpointView> = {}) => ({ baseUrl: `http://127.0.0.1:${port}/v1`, ...more });
const nextTurn = (models: ModelChoice, taskId = "t1") => models.model(taskId, "act", undefined).endpoint;

test("a server that misses one search keeps its model, which says so until it answers again", async () => {
  const ollama = candidate("Ollama", { loaded: true, view: at(11434) });
  const found = [ollama];
  const models = choice(found);
  await models.search();

  found.length = 0;
  await models.search();

  expect(models.chosen?.view).toEqual(ollama.view);
  expect(models.trouble).toMatchObject({
    code: "server_down",
    message: "Nothing answers at http://127.0.0.1:11434, where Ollama should be.",
  });
  found.push(ollama);
  await models.search();
  expect(models.trouble).toBeUndefined();
});

test("a server that answers and no longer lists a model has lost it", async () => {
  const found = [candidate("Ollama", { view: at(11434) })];
  const models = choice(found);
  await models.search();

  found[0] = candidate("Ollama", { view: at(11434, { model: "other" }) });
  await models.search();

  expect(models.candidates.map(({ view }) => view.model)).toEqual(["other", "m"]);
  expect(models.candidates.filter(({ view }) => !view.practice)).toHaveLength(1);
});

test("a model named in the settings keeps its window while its server is silent", async () => {
  const trouble = { code: "server_down", message: "silent", remedy: "" };
  const mine = candidate("Mine", { configured: true, view: at(9000, { contextWindow: 32_768 }) });
  const found = [mine];
  const models = choice(found);
  await models.search();

  found[0] = candidate("Mine", { configured: true, trouble, view: at(9000) });
  await models.search();

  expect(models.chosen).toMatchObject({ view: { contextWindow: 32_768 }, trouble });
  expect(models.candidates).toHaveLength(2);
});

test("a task at work stays with its model when a search misses it and finds another, and no trouble is shown", async () => {
  const busy = candidate("Ollama", { loaded: true, view: at(11434) });
  const other = candidate("LM Studio", { loaded: true, view: at(1234) });
  const found = [busy];
  const models = choice(found);
  await models.search();
  expect(nextTurn(models).name).toBe("Ollama");

  found[0] = other;
  await models.search();

  expect(nextTurn(models).name).toBe("Ollama");
  expect(models.trouble).toBeUndefined();
});

test("what a task of this window used is what the next one uses, though another model was loaded meanwhile", async () => {
  const found = [candidate("Ollama", { loaded: true, view: at(11434) })];
  const models = choice(found);
  await models.search();
  nextTurn(models);
  models.release("t1");

  found.unshift(candidate("LM Studio", { loaded: true, view: at(1234) }));
  await models.search();
  expect(nextTurn(models, "t2").name).toBe("Ollama");

  found.pop();
  await models.search();
  models.release("t2");
  await models.search();
  expect(models.trouble?.code).toBe("server_down");
  expect(nextTurn(models, "t3").name).toBe("Ollama");
});

test("a task at work whose model is gone from its server stays with its name until it rests", async () => {
  const found = [candidate("Ollama", { view: at(11434) })];
  const models = choice(found);
  await models.search();
  nextTurn(models);

  found[0] = candidate("Ollama", { view: at(11434, { model: "other" }) });
  await models.search();

  expect(nextTurn(models).model).toBe("m");
  models.release("t1");
  expect(nextTurn(models).model).toBe("other");
});

test("the user's choice, and the model that the settings name for a mode, reach a task that is at work", async () => {
  const names: { act: string | undefined; plan: undefined } = { act: undefined, plan: undefined };
  const [a, b, c] = [candidate("A", { loaded: true, view: at(1) }), candidate("B", { view: at(2) }), candidate("C")];
  const models = choice([a, b, c], undefined, (mode) => names[mode]);
  await models.search();
  expect(nextTurn(models).name).toBe("A");

  await models.choose(b);
  expect(nextTurn(models).name).toBe("B");
  names.act = "C";
  expect(nextTurn(models).name).toBe("C");
});

test("S-N5 a task at work is refused a model that the user's settings no longer let it use", async () => {
  const open = candidate("Cloud", { configured: true, view: { locality: "internet", model: "big" } });
  const found = [open];
  const models = choice(found);
  await models.search();
  expect(nextTurn(models).name).toBe("Cloud");

  found[0] = { ...open, reach: "one_task" };
  await models.search();

  expect(() => nextTurn(models)).toThrow("not on this machine");
});

const lan = candidate("Garage", {
  configured: true,
  view: { locality: "network", baseUrl: "http://192.168.1.20:11434/v1" },
});

test("S-N5 when the model on this machine is gone, nothing goes elsewhere before the user has chosen that", async () => {
  const found = [candidate("Ollama", { loaded: true, view: at(11434) }), lan];
  const models = choice(found);
  await models.search();
  nextTurn(models);
  models.release("t1");

  found.shift();
  await models.search();
  expect(models.chosen).toMatchObject({ view: { name: "Ollama" }, trouble: { code: "server_down" } });
  expect(nextTurn(models).locality).toBe("machine");

  await models.choose(lan);
  expect(nextTurn(models).name).toBe("Garage");
});

test("S-N5 a model on this machine that was chosen before and is not there gives way to none elsewhere", async () => {
  const models = choice([lan], "Ollama\nhttp://127.0.0.1:11434/v1\nm");
  await models.search();

  expect(models.chosen).toBeUndefined();
  expect(models.trouble?.remedy).toMatch(/To use a model elsewhere, choose it in the model picker\.$/);
  expect(() => nextTurn(models)).toThrow("No model server answers on this machine.");
});

test("S-N5 a model on this machine that the settings name for a mode gives way to none elsewhere", async () => {
  const trouble = { code: "server_down", message: "down", remedy: "start it" };
  const models = choice([candidate("Hands", { trouble }), lan], keyOf(lan), () => "Hands");
  await models.search();

  expect(models.chosen?.view.name).toBe("Garage");
  expect(models.endpointFor("act", undefined).name).toBe("Hands");
});

test("a choice holds when its server answers on its other address, or under another name", async () => {
  const other = candidate("Model server", { view: { baseUrl: "http://[::1]:1234/v1" } });
  const models = choice(
    [candidate("A", { loaded: true, view: at(1) }), other],
    "LM Studio\nhttp://127.0.0.1:1234/v1\nm",
  );
  await models.search();

  expect(models.chosen?.view.name).toBe("Model server");
});

test("a server that wants a key is listed, never taken, and named when nothing else is there", async () => {
  const found = [lockedServer(1337)];
  const models = choice(found);
  await models.search();

  expect(models.chosen).toBeUndefined();
  expect(models.trouble?.message).toBe("The server at http://127.0.0.1:1337 wants a key.");
  expect(() => models.endpointFor("act", "Model server")).toThrow("wants a key");
  expect(models.candidates).toHaveLength(2);

  found[0] = candidate("Ollama", { view: at(11434) });
  await models.search();
  expect(models.chosen?.view.name).toBe("Ollama");
  expect(models.candidates).toHaveLength(2);
});

function lockedServer(port: number): Candidate {
  const root = `http://127.0.0.1:${port}`;
  const unsaid = { version: undefined, slots: undefined, models: [], anyName: false, isToldApart: true };
  return lockedCandidate({
    kind: "generic",
    name: "Model server",
    root,
    baseUrl: `${root}/v1`,
    locked: true,
    ...unsaid,
  });
}
