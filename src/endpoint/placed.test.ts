import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type ModelServer, says, startModelServer } from "../../test/support/model-server";
import {
  type NativeAnswer,
  Ollama,
  type Personality,
  type PersonalityName,
  personalities,
} from "../../test/support/personalities";
import { Gateway } from "../net/gateway";
import { Ledger } from "../net/ledger";
import { describeEndpoint } from "./find/describe";
import { OpenAiModel } from "./model";
import { guessKind, type ServerKind } from "./servers";

/** S-N1: a server that passes requests on is sent nothing before it has said that the model runs where it is. */
let folder: string;
let gateway: Gateway;
const servers: ModelServer[] = [];
const never = new AbortController().signal;
const keys = { get: async () => undefined };
const slowMs = 1_500;
const down: NativeAnswer = { status: 503, body: { detail: "Service Unhealthy" } };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "hearth-placed-"));
  gateway = new Gateway({ ledger: new Ledger(folder) });
});

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
  await rm(folder, { recursive: true });
});

async function serve(personality: Personality): Promise<ModelServer> {
  const server = await startModelServer({ personality, respond: () => says("Hi.") });
  servers.push(server);
  return server;
}

/** A server some of whose answers are other than usual; `own` are tried first. */
function but(usual: Personality, own: Record<string, Partial<NativeAnswer>>): Personality {
  return {
    ...usual,
    answer: (request, earlier) => {
      const plain = usual.answer(request, earlier);
      const other = own[request.path] ?? (request.path === "/v1/chat/completions" ? undefined : own["*"]);
      return other ? { body: {}, ...plain, ...other } : plain;
    },
  };
}

/** As it is used: looked at when servers are searched for, then chosen for a task. */
async function chat(server: ModelServer, model: string) {
  const profile = { name: "Mine", baseUrl: server.baseUrl, model };
  const found = await describeEndpoint(gateway, profile, keys, never);
  const isNamed = found.trouble === undefined && found.model?.id === model;
  const isRead = found.isPlaced && found.server !== undefined && isNamed;
  return ask(modelAt(server, model, found.server?.kind ?? guessKind(server.baseUrl), isRead, found.forwardedTo));
}

function modelAt(server: ModelServer, model: string, kind: ServerKind, described: boolean, forwardedTo?: string) {
  const endpoint = { name: "Mine", model, baseUrl: server.baseUrl, locality: "machine" as const, practice: false };
  return new OpenAiModel({ endpoint, kind, gateway, keys, forwardedTo, ...(described ? { described } : {}) });
}

async function ask(model: OpenAiModel) {
  await model.refresh(never);
  const stream = model.reply({ system: "s", tools: [], messages: [{ role: "user", text: "my source" }] }, never);
  let next = await stream.next();
  while (!next.done) {
    next = await stream.next();
  }
  return next.value;
}

const liteLlm = personalities.litellm();

const liteLlms: [how: string, own: Record<string, Partial<NativeAnswer>>][] = [
  ["that is ready", {}],
  ["whose database is down", { "/health/readiness": down }],
  [
    "that is slow to say what it is",
    { "/health/readiness": { delayMs: slowMs }, "/health/liveliness": { delayMs: slowMs } },
  ],
  ["that is slow to list its models", { "/v1/models": { delayMs: slowMs } }],
];

test.each(liteLlms)("S-N1 LiteLLM %s gets chats for the models alone that it runs on this machine", async (_, own) => {
  const server = await serve(but(liteLlm, own));

  const [here, there, unlisted] = await Promise.all(["here", "there", "gpt-4o"].map((model) => chat(server, model)));

  expect(here?.text).toBe("Hi.");
  expect(there?.trouble).toMatchObject({ code: "not_local", message: expect.stringContaining("openai") });
  expect(unlisted?.trouble).toMatchObject({ code: "not_local", message: expect.stringContaining("an unknown host") });
  expect(server.chats.map(({ body }) => (body as { model: string }).model)).toEqual(["here"]);
});

test("S-N1 LiteLLM that begins to run a model elsewhere gets no byte of the next turn", async () => {
  const info: Record<string, Partial<NativeAnswer>> = {};
  const server = await serve(but(liteLlm, info));
  const model = modelAt(server, "here", "litellm", true);
  expect((await ask(model)).text).toBe("Hi.");
  info["/model/info"] = { body: { data: [{ model_name: "here", litellm_params: { model: "openai/gpt-5" } }] } };

  expect((await ask(model)).trouble?.code).toBe("not_local");
  expect(server.chats).toHaveLength(1);
});

test("S-N1 a server that answers every question with 503 gets no byte", async () => {
  const server = await serve(but(personalities.generic(["m"]), { "*": down }));

  expect((await chat(server, "m")).trouble?.code).toBe("server_down");
  expect(server.chats).toEqual([]);
});

test("S-N1 a server that could be one that passes requests on, and does not say, gets no byte and is named", async () => {
  const server = await serve(but(personalities.generic(["m"]), { "/health/liveliness": down }));

  expect((await chat(server, "m")).trouble).toEqual({
    code: "place_unknown",
    message: `Model server at ${server.url} does not say whether it passes requests for m on to another host, so nothing was sent.`,
    remedy: expect.stringContaining("choose another model"),
  });
  expect(server.chats).toEqual([]);
});

const far = { name: "mine:latest", remoteHost: "https://far.example" };
const here = { name: "qwen:latest" };

test.each<[how: string, own: Record<string, Partial<NativeAnswer>>]>([
  ["does not list its models", { "/api/tags": down }],
  ["is slow to list its models", { "/api/tags": { delayMs: slowMs } }],
  ["is slow at everything", { "*": { delayMs: slowMs } }],
])("S-N1 Ollama that %s is asked for the model itself", async (_, own) => {
  const server = await serve(but(new Ollama({ models: [far, here] }), own));

  const [passedOn, local] = await Promise.all(["mine:latest", "qwen:latest"].map((model) => chat(server, model)));

  expect(passedOn?.trouble).toMatchObject({ code: "not_local", message: expect.stringContaining("far.example") });
  expect(local?.text).toBe("Hi.");
  expect(server.chats).toHaveLength(1);
});

test("S-N1 Ollama that says nothing of a model gets no byte, and the model is not loaded", async () => {
  const server = await serve(but(new Ollama({ models: [here] }), { "/api/tags": down, "/api/show": down }));

  expect((await chat(server, "qwen:latest")).trouble?.code).toBe("place_unknown");
  expect(server.requests.map(({ path }) => path)).not.toContain("/api/generate");
  expect(server.chats).toEqual([]);
});

test("S-N1 Ollama that misses the question before a turn is asked again, with more time", async () => {
  const server = await serve(but(new Ollama({ models: [far] }), { "/api/show": { delayMs: slowMs } }));
  const model = modelAt(server, "mine:latest", "ollama", true);

  expect((await ask(model)).trouble?.code).toBe("not_local");
  expect(server.requests.map(({ path }) => path)).not.toContain("/api/generate");
  expect(server.chats).toEqual([]);
});

test.each<PersonalityName>(["generic", "llamacpp", "vllm", "sglang", "lmstudio", "koboldcpp", "mlx"])(
  "%s, which passes nothing on, is used under any name",
  async (kind) => {
    const server = await serve(personalities[kind](["m"]));

    await chat(server, "unlisted");

    expect(server.chats).toHaveLength(1);
  },
);

test("a server that knows nothing but chats is used", async () => {
  const server = await serve({ answer: () => undefined });

  expect((await chat(server, "m")).text).toBe("Hi.");
});

test("a server that sends every question elsewhere is told by its chat, which is not followed", async () => {
  const away = { status: 307, body: {} };
  const server = await serve({ answer: () => away });

  expect((await chat(server, "m")).trouble?.code).toBe("redirected");
});
