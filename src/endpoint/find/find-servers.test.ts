import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type ModelServer, startModelServer } from "../../../test/support/model-server";
import {
  LlamaCpp,
  LmStudio,
  Ollama,
  type Personality,
  type PersonalityName,
  personalities,
} from "../../../test/support/personalities";
import { Gateway } from "../../net/gateway";
import { Ledger } from "../../net/ledger";
import { describeEndpoint } from "./describe";
import { findServers, usualRoots } from "./find-servers";
import { checkForeignHosts } from "./foreign-hosts";
import { nothingFoundTrouble } from "./nothing-found";

let folder: string;
let gateway: Gateway;
const servers: ModelServer[] = [];
const never = new AbortController().signal;
const noKeys = { get: async () => undefined };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "hearth-find-"));
  gateway = new Gateway({ ledger: new Ledger(folder) });
});

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
  await rm(folder, { recursive: true });
});

async function serve(personality: PersonalityName | Personality, models = ["test-model"]): Promise<ModelServer> {
  const server = await startModelServer({ personality, models });
  servers.push(server);
  return server;
}

async function only(server: ModelServer) {
  const [found] = await findServers(gateway, never, [server.url]);
  return found;
}

test.each(["ollama", "lmstudio", "llamacpp", "vllm", "sglang", "koboldcpp", "mlx", "litellm", "generic"] as const)(
  "%s is told apart from all others",
  async (kind) => {
    expect((await only(await serve(kind)))?.kind).toBe(kind);
  },
);

test("an older LM Studio is known by its old list", async () => {
  const server = await serve(
    new LmStudio({ models: [{ key: "qwen", loadedContext: 8192 }, { key: "other" }], old: true }),
  );

  const found = await only(server);

  expect(found?.kind).toBe("lmstudio");
  expect(found?.models).toMatchObject([
    { id: "qwen", loaded: true, contextWindow: 8192, tools: true },
    { id: "other", loaded: false, contextWindow: undefined },
  ]);
});

test("rule 1: the window is what the server has configured now, not what the model could have", async () => {
  const ollama = new Ollama({
    models: [{ name: "qwen3-coder:30b", maxContext: 262_144 }],
    loaded: ["qwen3-coder:30b"],
    defaultContext: 4096,
  });

  expect((await only(await serve(ollama)))?.models[0]).toMatchObject({
    id: "qwen3-coder:30b",
    loaded: true,
    contextWindow: 4096,
    maxContext: 262_144,
    quantization: "Q4_K_M",
    parameters: "30.5B",
    tools: true,
    forwardedTo: undefined,
    onGpu: 1,
  });
});

test("an Ollama model that is not loaded has the window of its model file, or none that is known", async () => {
  const ollama = new Ollama({
    models: [{ name: "a:latest" }, { name: "b:latest", numCtx: 65_536, maxContext: 40_960 }],
  });

  const models = (await only(await serve(ollama)))?.models;

  expect(models?.map((one) => [one.id, one.loaded, one.contextWindow])).toEqual([
    ["a:latest", false, undefined],
    ["b:latest", false, 40_960],
  ]);
});

test("an old Ollama, which names no capabilities, leaves tools open", async () => {
  const found = await only(await serve(new Ollama({ models: [{ name: "a:latest" }], old: true, version: "0.6.5" })));

  expect(found?.version).toBe("0.6.5");
  expect(found?.models[0]).toMatchObject({ tools: undefined, maxContext: 262_144 });
});

test("S-N1 models that Ollama passes on to another host are named with that host", async () => {
  const ollama = new Ollama({
    models: [
      { name: "gpt-oss:120b-cloud" },
      { name: "glm-5.2:cloud" },
      { name: "mine:latest", remoteHost: "https://ollama.example:443" },
      { name: "other:latest", remoteModel: "x" },
      { name: "qwen3:8b" },
      { name: "cloudy:latest" },
    ],
  });

  const models = (await only(await serve(ollama)))?.models;

  expect(models?.map((one) => one.forwardedTo)).toEqual([
    "ollama.com",
    "ollama.com",
    "ollama.example",
    "ollama.com",
    undefined,
    undefined,
  ]);
});

test("S-N1 models behind LiteLLM are local only when their address is", async () => {
  const models = (await only(await serve("litellm")))?.models;

  expect(models?.map((one) => [one.id, one.forwardedTo])).toEqual([
    ["here", undefined],
    ["there", "openai"],
    ["hidden", "an unknown host"],
  ]);
});

test("S-N1 a name that LiteLLM has in several places is local only when all of them are", async () => {
  const places = (here: string, there: object) => [
    { model_name: here, litellm_params: there },
    { model_name: here, litellm_params: { model: "ollama_chat/qwen3", api_base: "http://localhost:11434" } },
  ];
  const data = [
    ...places("coder", { model: "openai/gpt-5" }),
    ...places("cloud", { model: "ollama_chat/gpt-oss:120b-cloud", api_base: "http://localhost:11434" }),
    ...places("mine", { model: "ollama_chat/qwen3" }),
  ];
  const usual = personalities.litellm();
  const server = await serve({
    answer: (request, earlier) => {
      const list = { body: { data: ["coder", "cloud", "mine"].map((id) => ({ id })) } };
      return { "/v1/models": list, "/model/info": { body: { data } } }[request.path] ?? usual.answer(request, earlier);
    },
  });

  expect((await only(server))?.models.map((one) => [one.id, one.forwardedTo])).toEqual([
    ["coder", "openai"],
    ["cloud", "ollama.com"],
    ["mine", undefined],
  ]);
});

test("llama-server tells its window, slots, size and quantisation", async () => {
  const found = await only(await serve(new LlamaCpp({ context: 65_536, slots: 2 })));

  expect(found).toMatchObject({ kind: "llamacpp", slots: 2, version: "b7000-abcdef" });
  expect(found?.models[0]).toMatchObject({
    contextWindow: 65_536,
    maxContext: 262_144,
    quantization: "Q4_K_M",
    parameters: "30.5B",
    tools: true,
  });
});

test("llama-server that is still loading is known all the same", async () => {
  expect((await only(await serve(new LlamaCpp({ loading: true }))))?.kind).toBe("llamacpp");
});

test("a web server that is no model server is not one", async () => {
  const server = await serve({ answer: () => ({ body: "<html>Hello</html>", contentType: "text/html" }) });

  expect(await only(server)).toBeUndefined();
});

test("a server that wants a key is found and said to be locked", async () => {
  const server = await serve({ answer: () => ({ status: 401, body: { error: "no key" } }) });

  expect(await only(server)).toMatchObject({ kind: "generic", locked: true, models: [] });
});

test("a server that refuses in plain words wants a key, and a page that asks people to log in is no model server", async () => {
  const text = (status: number, body: string) => serve({ answer: () => ({ status, body, contentType: "text/plain" }) });

  expect(await only(await text(401, "Invalid or missing authorization token"))).toMatchObject({ locked: true });
  expect(await only(await text(401, "<html>Enter your key</html>"))).toBeUndefined();
  expect(await only(await text(403, "No."))).toBeUndefined();
});

test("a configured endpoint whose server wants a key, or another one, says so and how to give it", async () => {
  const server = await serve({ answer: () => ({ status: 401, body: { error: "no key" } }) });
  const profile = { name: "Mine", baseUrl: server.url, model: "m" };

  const none = await describeEndpoint(gateway, profile, noKeys, never);
  const wrong = await describeEndpoint(gateway, profile, { get: async () => "wrong" }, never);

  expect(none).toMatchObject({ view: { model: "m" }, trouble: { code: "key_wanted" } });
  expect(none.trouble?.message).toBe(`The server at ${server.url} wants a key.`);
  expect(none.trouble?.remedy).toContain("enter it for Mine");
  expect(wrong.trouble?.message).toBe(`The server at ${server.url} does not accept the stored key.`);
});

test("nothing but usual ports on this machine is asked, on both addresses", () => {
  const roots = usualRoots();

  expect(roots).toContain("http://127.0.0.1:11434");
  expect(roots).toContain("http://[::1]:11434");
  expect(roots.every((root) => /^http:\/\/(127\.0\.0\.1|\[::1\]):\d+$/.test(root))).toBe(true);
});

test("stopping the search ends it", async () => {
  const stop = new AbortController();
  stop.abort(new Error("stopped"));

  await expect(findServers(gateway, stop.signal, ["http://127.0.0.1:9"])).rejects.toThrow("stopped");
});

test("a configured endpoint is described by its server, however its address was pasted", async () => {
  const server = await serve(
    new Ollama({ models: [{ name: "qwen3:latest" }], loaded: ["qwen3:latest"], defaultContext: 8192 }),
  );

  const described = await describeEndpoint(
    gateway,
    { name: "Mine", baseUrl: `127.0.0.1:${server.port}/v1/chat/completions/`, model: "qwen3" },
    noKeys,
    never,
  );

  expect(described).toMatchObject({
    kind: "ollama",
    view: { name: "Mine", model: "qwen3", baseUrl: server.baseUrl, locality: "machine", contextWindow: 8192 },
    trouble: undefined,
  });
});

test("rule 1: a llama-server with one model is used under the name that the user wrote, with the window that it has", async () => {
  const server = await serve(new LlamaCpp({ model: "qwen.gguf", context: 24_576 }));

  const described = await describeEndpoint(
    gateway,
    { name: "My server", baseUrl: server.url, model: "my-coder" },
    noKeys,
    never,
  );

  expect(described).toMatchObject({
    view: { model: "my-coder", contextWindow: 24_576 },
    model: { id: "qwen.gguf", quantization: undefined },
    trouble: undefined,
  });
});

test("a model that the server does not have is named with what it has", async () => {
  const server = await serve("ollama", ["a:latest"]);

  const described = await describeEndpoint(gateway, { name: "Mine", baseUrl: server.url, model: "b" }, noKeys, never);

  expect(described.view.model).toBe("b");
  expect(described.trouble).toEqual({
    code: "unknown_model",
    message: `Ollama at ${server.url} does not have the model b. It has: a:latest.`,
    remedy: "Run: ollama pull b. Or choose another model.",
  });
});

test("S-N1 a cloud model on a local server is shown as the internet", async () => {
  const server = await serve("ollama", ["gpt-oss:120b-cloud"]);

  const described = await describeEndpoint(
    gateway,
    { name: "Mine", baseUrl: server.url, model: "gpt-oss:120b-cloud" },
    noKeys,
    never,
  );

  expect(described).toMatchObject({ forwardedTo: "ollama.com", view: { locality: "internet" } });
});

test.each([
  ["https://api.example.com/v1", "internet"],
  ["http://192.168.1.7:11434", "network"],
  ["http://box.local:8000", "network"],
  ["http://host.docker.internal:11434", "network"],
  ["http://8.8.8.8/", "internet"],
] as const)("S-N7 describing %s asks nobody and says %s", async (baseUrl, place) => {
  const lookup = async (): Promise<string[]> => {
    throw new Error("a name was looked up");
  };
  const strict = new Gateway({ ledger: new Ledger(folder), lookup });

  const described = await describeEndpoint(strict, { name: "Far", baseUrl, model: "m" }, noKeys, never);

  expect(described.view.locality).toBe(place);
});

test("S-G2 a server that answers under any name gets one honest sentence, a strict one gets none", async () => {
  const open = await serve("ollama");
  const strict = await serve({
    answer: (request) =>
      request.headers.host?.startsWith("127.0.0.1") ? { body: { data: [{ id: "m" }] } } : { status: 403, body: "" },
  });
  const [found] = await findServers(gateway, never, [open.url]);
  const [careful] = await findServers(gateway, never, [strict.url]);
  if (found === undefined || careful === undefined) {
    throw new Error("nothing was found");
  }

  expect(await checkForeignHosts(gateway, found, never)).toMatchObject({
    code: "answers_foreign_hosts",
    message: expect.stringContaining("any name"),
  });
  expect(await checkForeignHosts(gateway, careful, never)).toBeUndefined();
  expect(open.requests.at(-1)?.headers).toMatchObject({
    host: "rebinding.example",
    origin: "http://rebinding.example",
  });
});

test.each([
  [undefined, /on this machine/, /practice model/],
  ["wsl", /inside WSL/, /mirrored/],
  ["dev-container", /inside the container/, /host\.docker\.internal/],
  ["attached-container", /inside the container/, /host\.docker\.internal/],
  ["ssh-remote+box", /remote machine/, /ssh -R/],
])("when nothing is found in %s, it says where it looked and what to do", (remoteName, message, remedy) => {
  const trouble = nothingFoundTrouble(remoteName);

  expect(trouble.message).toMatch(message);
  expect(trouble.remedy).toMatch(remedy);
});
