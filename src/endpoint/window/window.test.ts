import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type ModelServer, startModelServer } from "../../../test/support/model-server";
import { LlamaCpp, LmStudio, Ollama, type Personality } from "../../../test/support/personalities";
import { Gateway } from "../../net/gateway";
import { Ledger } from "../../net/ledger";
import { findServers } from "../find/find-servers";
import { cutFrom, isTooLong, type PromptCheck } from "./judge-prompt";
import { adviseWindow, derivedName, deriveOllamaModel, loadLmStudioModel, loadOllamaModel } from "./widen";

let folder: string;
let gateway: Gateway;
let server: ModelServer;
const never = new AbortController().signal;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "hearth-window-"));
  gateway = new Gateway({ ledger: new Ledger(folder) });
});

afterEach(async () => {
  await server?.close();
  await rm(folder, { recursive: true });
});

async function found(personality: Personality) {
  server = await startModelServer({ personality });
  const [one] = await findServers(gateway, never, [server.url]);
  const model = one?.models[0];
  if (one === undefined || model === undefined) {
    throw new Error("nothing was found");
  }
  return { server: one, model };
}

test("rule 1: an Ollama model with a small window is explained, and one click gives it a larger one", async () => {
  const personality = new Ollama({
    models: [{ name: "qwen3-coder:30b", maxContext: 262_144 }],
    loaded: ["qwen3-coder:30b"],
    defaultContext: 4_096,
  });
  const small = await found(personality);

  const advice = adviseWindow(small.server, small.model);
  expect(advice).toEqual({
    message:
      "Ollama gives qwen3-coder:30b 4,096 tokens of context. That is too few to work with: a task needs at least 16,384, better 32,768.",
    fix: { kind: "derive", from: "qwen3-coder:30b", name: "qwen3-coder:30b-64k", window: 65_536 },
  });

  if (advice?.fix?.kind === "derive") {
    const name = await deriveOllamaModel(gateway, server.url, advice.fix, never);
    await loadOllamaModel(gateway, server.url, name, never);
  }
  const [after] = await findServers(gateway, never, [server.url]);
  expect(after?.models.find((one) => one.id === "qwen3-coder:30b-64k")).toMatchObject({
    contextWindow: 65_536,
    loaded: true,
  });
});

test("an LM Studio model is loaded again with a larger window", async () => {
  const small = await found(new LmStudio({ models: [{ key: "qwen", loadedContext: 4_096 }] }));
  const advice = adviseWindow(small.server, { ...small.model, maxContext: 50_000 });
  expect(advice?.fix).toEqual({ kind: "load", model: "qwen", window: 49_152 });

  if (advice?.fix?.kind === "load") {
    expect(await loadLmStudioModel(gateway, server.url, advice.fix, never)).toBe("qwen");
  }

  const [after] = await findServers(gateway, never, [server.url]);
  expect(after?.models[0]?.contextWindow).toBe(49_152);
});

test("a server that must be restarted gets its exact option", async () => {
  const small = await found(new LlamaCpp({ context: 8_192 }));

  expect(adviseWindow(small.server, small.model)?.fix).toEqual({
    kind: "restart",
    option: "llama-server -c 65536 -np 1",
    window: 65_536,
  });
});

test("a good window needs no word, and nothing larger than the model can have is proposed", async () => {
  const small = await found(new LlamaCpp({ context: 16_384 }));

  expect(adviseWindow(small.server, { ...small.model, contextWindow: 32_768 })).toBeUndefined();
  expect(adviseWindow(small.server, { ...small.model, contextWindow: undefined })).toBeUndefined();
  expect(adviseWindow(small.server, { ...small.model, maxContext: 20_000 })).toMatchObject({
    fix: undefined,
    message: expect.stringContaining("Longer tasks"),
  });
});

test("what Ollama refuses is said in its own words", async () => {
  await found(new Ollama({ models: [{ name: "a:latest" }] }));

  await expect(
    deriveOllamaModel(gateway, server.url, { kind: "derive", from: "gone", name: "x", window: 1 }, never),
  ).rejects.toMatchObject({
    code: "not_done",
    message: expect.stringContaining("model not found"),
  });
});

test.each([
  ["qwen3-coder:30b", 65_536, "qwen3-coder:30b-64k"],
  ["qwen3-coder:30b-32k", 65_536, "qwen3-coder:30b-64k"],
  ["qwen3:latest", 32_768, "qwen3:32k"],
  ["qwen3", 32_768, "qwen3:32k"],
])("%s with %d tokens is called %s", (from, window, name) => {
  expect(derivedName(from, window)).toBe(name);
});

test.each<[name: string, check: Omit<PromptCheck, "fixedCharacters">, cut: boolean]>([
  [
    "a plausible count",
    { characters: 40_000, promptTokens: 10_000, tokensPerCharacter: undefined, window: 32_768 },
    false,
  ],
  ["dense code", { characters: 40_000, promptTokens: 16_000, tokensPerCharacter: undefined, window: 32_768 }, false],
  ["mostly spaces", { characters: 40_000, promptTokens: 5_000, tokensPerCharacter: undefined, window: 32_768 }, false],
  ["far too few", { characters: 40_000, promptTokens: 2_048, tokensPerCharacter: undefined, window: undefined }, true],
  ["half of the window", { characters: 40_000, promptTokens: 2_048, tokensPerCharacter: 0.25, window: 4_096 }, true],
  ["just the window", { characters: 22_000, promptTokens: 4_096, tokensPerCharacter: 0.25, window: 4_096 }, true],
  [
    "a little less than learnt",
    { characters: 40_000, promptTokens: 8_000, tokensPerCharacter: 0.25, window: 32_768 },
    false,
  ],
  ["a short prompt", { characters: 2_000, promptTokens: 10, tokensPerCharacter: undefined, window: undefined }, false],
  [
    "words after a task full of digits",
    { characters: 40_000, promptTokens: 10_000, tokensPerCharacter: 0.64, window: undefined },
    false,
  ],
  [
    "words in a small window after a task full of digits",
    { characters: 10_000, promptTokens: 2_500, tokensPerCharacter: 0.64, window: 6_000 },
    false,
  ],
  [
    "fewer than system text and tools must have",
    { characters: 40_000, promptTokens: 500, tokensPerCharacter: 0.25, window: 32_768 },
    false,
  ],
  ["an unknown count", { characters: 40_000, promptTokens: 0, tokensPerCharacter: 0.25, window: 4_096 }, false],
])("rule 2: %s", (_, check, cut) => {
  expect(cutFrom({ fixedCharacters: 6_000, ...check }) !== undefined).toBe(cut);
});

test("what may fit is sent, what cannot is not", () => {
  expect(isTooLong(16_000, undefined, 4_096)).toBe(false);
  expect(isTooLong(30_000, undefined, 4_096)).toBe(true);
  expect(isTooLong(16_000, 0.3, 4_096)).toBe(true);
  expect(isTooLong(12_000, 0.64, 4_096)).toBe(false);
  expect(isTooLong(1e9, 0.3, undefined)).toBe(false);
});
