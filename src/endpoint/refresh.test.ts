import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type ModelServer, says, startModelServer } from "../../test/support/model-server";
import { FixedWindow, LlamaCpp, LmStudio, Ollama, type Personality } from "../../test/support/personalities";
import type { ToolSpec } from "../core/ports";
import { Gateway } from "../net/gateway";
import { Ledger } from "../net/ledger";
import { factsKey, MemoryLearned } from "./learned";
import { OpenAiModel } from "./model";
import type { ServerKind } from "./servers";
import type { ModelStatus } from "./watch";

let folder: string;
let gateway: Gateway;
let server: ModelServer;
let statuses: ModelStatus[];
const never = new AbortController().signal;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "hearth-refresh-"));
  gateway = new Gateway({ ledger: new Ledger(folder) });
  statuses = [];
});

afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

async function start(personality: Personality, port = 0): Promise<void> {
  server = await startModelServer({ personality, port, script: [says("Hi."), says("Hi."), says("Hi.")] });
}

async function restart(personality: Personality): Promise<void> {
  const { port } = server;
  await server.close();
  await start(personality, port);
}

function modelAt(
  kind: ServerKind,
  model: string,
  contextWindow: number | undefined,
  described = true,
  learned = new MemoryLearned(),
): OpenAiModel {
  const view = { name: "Test", model, baseUrl: server.baseUrl, locality: "machine" as const, practice: false };
  return new OpenAiModel({
    endpoint: contextWindow === undefined ? view : { ...view, contextWindow },
    kind,
    gateway,
    keys: { get: async () => undefined },
    described,
    learned,
    onStatus: (status) => statuses.push(status),
    timing: { tickMs: 10, retryMs: 10 },
  });
}

async function ask(model: OpenAiModel, tools: readonly ToolSpec[] = []) {
  const stream = model.reply({ system: "s", tools, messages: [{ role: "user", text: "Hello" }] }, never);
  let next = await stream.next();
  while (!next.done) {
    next = await stream.next();
  }
  return next.value;
}

const paths = () => server.requests.map(({ method, path }) => `${method} ${path}`);

test("rule 1: a llama-server that was restarted with another window is noticed by two short questions", async () => {
  await start(new LlamaCpp({ model: "qwen.gguf", context: 32_768 }));
  const model = modelAt("llamacpp", "qwen.gguf", 32_768);
  await restart(new LlamaCpp({ model: "qwen.gguf", context: 8_192 }));

  await model.refresh(never);

  expect(model.endpoint.contextWindow).toBe(8_192);
  expect(paths().sort()).toEqual(["GET /props", "GET /v1/models"]);
});

test.each<[name: string, kind: ServerKind, personality: () => Personality]>([
  ["llama-server", "llamacpp", () => new LlamaCpp({ model: "other.gguf" })],
  ["vLLM", "vllm", () => new FixedWindow({ kind: "vllm", model: "other.gguf", window: 40_960 })],
])("%s: a model that was swapped is said, and nothing is sent to the other one", async (_, kind, personality) => {
  await start(personality());
  const model = modelAt(kind, "qwen.gguf", 32_768);

  await model.refresh(never);
  const reply = await ask(model);

  expect(reply).toMatchObject({
    stop: "error",
    trouble: {
      code: "model_swapped",
      message: expect.stringContaining("It has: other.gguf"),
      remedy: expect.any(String),
    },
  });
  expect(server.chats).toEqual([]);
});

test("a server that answers to any name is used under the name that the user wrote", async () => {
  await start(new LlamaCpp({ model: "qwen.gguf" }));
  const model = modelAt("llamacpp", "mine", undefined, false);

  for (let times = 0; times < 2; times++) {
    await model.refresh(never);
    expect((await ask(model)).text).toBe("Hi.");
  }
  await restart(new LlamaCpp({ model: "qwen.gguf", context: 8_192 }));
  await model.refresh(never);
  expect(model.endpoint).toMatchObject({ model: "mine", contextWindow: 8_192 });
});

test("when the model is back, the task goes on", async () => {
  await start(new LlamaCpp({ model: "other.gguf" }));
  const model = modelAt("llamacpp", "qwen.gguf", 32_768);
  await model.refresh(never);
  expect((await ask(model)).trouble?.code).toBe("model_swapped");

  await restart(new LlamaCpp({ model: "qwen.gguf" }));
  await model.refresh(never);

  expect((await ask(model)).text).toBe("Hi.");
});

test("another kind of server on the same address is found out from the beginning", async () => {
  await start(new Ollama({ models: [{ name: "qwen:latest" }], loaded: ["qwen:latest"], defaultContext: 16_384 }));
  const model = modelAt("llamacpp", "qwen:latest", 32_768);

  await model.refresh(never);

  expect(model.endpoint.contextWindow).toBe(16_384);
});

test("rule 1: Ollama's window is asked for again, because another program may have loaded the model anew", async () => {
  await start(new Ollama({ models: [{ name: "qwen:latest" }], loaded: ["qwen:latest"], defaultContext: 4_096 }));
  const model = modelAt("ollama", "qwen:latest", 32_768);

  await model.refresh(never);

  expect(model.endpoint.contextWindow).toBe(4_096);
  expect(new Set(paths())).toEqual(new Set(["GET /api/ps", "POST /api/show"]));
});

test("a model that Ollama has not loaded is loaded before the first turn, and that is said", async () => {
  await start(new Ollama({ models: [{ name: "qwen:latest" }], defaultContext: 8_192 }));
  const model = modelAt("ollama", "qwen:latest", undefined);

  await model.refresh(never);

  expect(model.endpoint.contextWindow).toBe(8_192);
  expect(statuses[0]).toMatchObject({ phase: "loading" });
  expect(statuses.at(-1)).toEqual({ phase: "done" });
  expect(server.requests.find(({ path }) => path === "/api/generate")?.body).toEqual({
    model: "qwen:latest",
    stream: false,
  });
  expect(server.chats).toEqual([]);
});

test("S-N1 a model that Ollama passes on is not loaded and not asked", async () => {
  await start(new Ollama({ models: [{ name: "glm-5.2:cloud" }] }));
  const model = modelAt("ollama", "glm-5.2:cloud", undefined, false);

  await model.refresh(never);

  expect(paths()).not.toContain("POST /api/generate");
  expect((await ask(model)).trouble?.code).toBe("not_local");
});

test("S-N1 a name that Ollama passes on since it was found is noticed before anything is sent", async () => {
  await start(new Ollama({ models: [{ name: "qwen:latest", remoteHost: "https://far.example" }] }));
  const model = modelAt("ollama", "qwen:latest", 32_768);

  await model.refresh(never);

  expect(model.endpoint.locality).toBe("internet");
  expect((await ask(model)).trouble).toMatchObject({ code: "not_local" });
  expect(server.chats).toEqual([]);
});

test("a model that was removed from Ollama is said to be gone", async () => {
  await start(new Ollama({ models: [{ name: "other:latest" }] }));
  const model = modelAt("ollama", "qwen:latest", 32_768);

  await model.refresh(never);

  expect((await ask(model)).trouble).toMatchObject({
    code: "model_swapped",
    message: expect.stringContaining("qwen:latest"),
  });
});

test("LM Studio: a model that was loaded anew with another context is noticed", async () => {
  await start(new LmStudio({ models: [{ key: "qwen", loadedContext: 4_096 }] }));
  const model = modelAt("lmstudio", "qwen", 32_768);

  await model.refresh(never);

  expect(model.endpoint.contextWindow).toBe(4_096);
  expect(paths()).toEqual(["GET /api/v1/models"]);
});

test("a server that does not answer changes nothing: the turn itself tells what is wrong", async () => {
  await start(new LlamaCpp({ model: "qwen.gguf" }));
  const model = modelAt("llamacpp", "qwen.gguf", 32_768);
  await server.close();

  await model.refresh(never);

  expect(model.endpoint.contextWindow).toBe(32_768);
  expect((await ask(model)).trouble?.code).toBe("server_down");
});

const toolParser = (has: boolean) =>
  new FixedWindow({ kind: "vllm", model: "qwen3-coder", window: 32_768, toolParser: has });
const tools = [{ name: "read_file", description: "Reads a file.", parameters: { type: "object", properties: {} } }];
const offered = () => server.chats.map(({ body }) => (body as { tools?: unknown[] }).tools?.length);

test("failure 14: that a server refuses tools is said once in a task, with the flag for this model", async () => {
  await start(toolParser(false));
  const model = modelAt("vllm", "qwen3-coder", 32_768);

  await model.refresh(never);
  const replies = [await ask(model, tools), await ask(model, tools)];
  await model.refresh(never);
  replies.push(await ask(model, tools));

  expect(replies.map(({ text, trouble }) => [text, trouble?.code])).toEqual([
    ["Hi.", "calls_in_text"],
    ["Hi.", undefined],
    ["Hi.", undefined],
  ]);
  expect(replies[0]?.trouble?.message).toBe(
    "vLLM refuses tools for qwen3-coder. Hearth describes them in words and reads the calls from its text.",
  );
  expect(replies[0]?.trouble?.remedy).toContain("--enable-auto-tool-choice --tool-call-parser qwen3_coder");
  expect(offered()).toEqual([1, undefined, undefined, undefined]);
});

test("section 5.6: what a server refused is tried again in the next task, and once it was seen to be gone or changed", async () => {
  await start(toolParser(false));
  const learned = new MemoryLearned();
  const first = modelAt("vllm", "qwen3-coder", 32_768, true, learned);
  await first.refresh(never);
  await ask(first, tools);
  const { port } = server;
  await server.close();
  await first.refresh(never);
  await start(toolParser(true), port);

  await first.refresh(never);
  await ask(first, tools);
  expect(offered()).toEqual([1]);

  learned.set(factsKey(server.baseUrl, "qwen3-coder"), { toolsAsText: true, plainSchemas: true, promptSpeed: 100 });
  const second = modelAt("vllm", "qwen3-coder", 32_768, true, learned);
  await second.refresh(never);
  await ask(second, tools);
  expect(offered()).toEqual([1, 1]);
  expect(learned.get(factsKey(server.baseUrl, "qwen3-coder"))).toMatchObject({
    toolsAsText: undefined,
    plainSchemas: undefined,
    promptSpeed: 100,
  });
});

test("a refresh can be stopped", async () => {
  await start(new LlamaCpp({ model: "qwen.gguf" }));

  await modelAt("llamacpp", "qwen.gguf", 32_768).refresh(AbortSignal.abort());

  expect(paths()).toEqual([]);
});
