import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type ModelServer, startModelServer } from "../../../test/support/model-server";
import { LmStudio, Ollama, type Personality } from "../../../test/support/personalities";
import { Gateway } from "../../net/gateway";
import { Ledger } from "../../net/ledger";
import { findServers } from "../find/find-servers";
import { applyFix, type OneClickFix } from "./apply-fix";
import { adviseWindow } from "./widen";

let folder: string;
let gateway: Gateway;
let server: ModelServer;
const never = new AbortController().signal;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "hearth-fix-"));
  gateway = new Gateway({ ledger: new Ledger(folder) });
});

afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

async function fix(personality: Personality, id: string, signal = never) {
  server = await startModelServer({ personality });
  const before = await look();
  const model = before?.models.find((one) => one.id === id);
  const advice = before && model && adviseWindow(before, model);
  if (before === undefined || model === undefined || advice?.fix === undefined) {
    throw new Error("there is nothing to fix");
  }
  return applyFix(gateway, before, model, advice.fix as OneClickFix, signal);
}

async function look() {
  return (await findServers(gateway, never, [server.url]))[0];
}

const small = { models: [{ name: "qwen3-coder:30b" }], loaded: ["qwen3-coder:30b"], defaultContext: 4_096 };

test("rule 1: Ollama: one click makes a model of the same weights with a large window, and loads it", async () => {
  expect(await fix(new Ollama(small), "qwen3-coder:30b")).toEqual({ model: "qwen3-coder:30b-64k", window: 65_536 });

  const now = (await look())?.models.find((one) => one.id === "qwen3-coder:30b-64k");
  expect(now).toMatchObject({ contextWindow: 65_536, loaded: true });
});

test("a window that does not fit into memory is halved, and what could not be loaded is taken away again", async () => {
  expect(await fix(new Ollama({ ...small, fitting: 40_000 }), "qwen3-coder:30b")).toEqual({
    model: "qwen3-coder:30b-32k",
    window: 32_768,
  });

  expect((await look())?.models.map((one) => one.id).sort()).toEqual(["qwen3-coder:30b", "qwen3-coder:30b-32k"]);
});

test("a window that would push the model out of graphics memory is halved too", async () => {
  expect(await fix(new Ollama({ ...small, fittingOnGpu: 20_000 }), "qwen3-coder:30b")).toMatchObject({
    model: "qwen3-coder:30b-16k",
    window: 16_384,
  });
  expect((await look())?.models).toHaveLength(2);
});

test("a name that the user gave to another model is left alone", async () => {
  const models = [{ name: "qwen3-coder:30b" }, { name: "qwen3-coder:30b-64k", numCtx: 8_192 }];

  expect(await fix(new Ollama({ ...small, models }), "qwen3-coder:30b")).toMatchObject({
    model: "qwen3-coder:30b-64k-hearth",
  });
  expect((await look())?.models.find((one) => one.id === "qwen3-coder:30b-64k")?.contextWindow).toBe(8_192);
});

test("a model that was made before is used again", async () => {
  const models = [{ name: "qwen3-coder:30b" }, { name: "qwen3-coder:30b-64k", numCtx: 65_536 }];

  expect(await fix(new Ollama({ ...small, models }), "qwen3-coder:30b")).toMatchObject({
    model: "qwen3-coder:30b-64k",
  });
  expect(server.requests.some(({ path }) => path === "/api/create")).toBe(false);
});

test("when no window fits, that is said in the server's words and nothing is left behind", async () => {
  await expect(fix(new Ollama({ ...small, fitting: 5_000 }), "qwen3-coder:30b")).rejects.toMatchObject({
    code: "not_done",
    message: expect.stringContaining("out of memory"),
  });
  expect((await look())?.models.map((one) => one.id)).toEqual(["qwen3-coder:30b"]);
});

test("LM Studio: the model is loaded anew with the largest window that fits", async () => {
  const models = [{ key: "qwen", loadedContext: 4_096 }];

  expect(await fix(new LmStudio({ models, fitting: 40_000 }), "qwen")).toEqual({ model: "qwen", window: 32_768 });

  const order = server.requests.map(({ path }) => path).filter((path) => path.includes("load"));
  expect(order[0]).toBe("/api/v1/models/unload");
});

test("LM Studio: when nothing larger fits, the model is loaded as it was", async () => {
  const models = [{ key: "qwen", loadedContext: 4_096 }];

  await expect(fix(new LmStudio({ models, fitting: 5_000 }), "qwen")).rejects.toMatchObject({ code: "not_done" });
  expect((await look())?.models[0]).toMatchObject({ contextWindow: 4_096, loaded: true });
});

test("what was begun is taken back when the user stops it", async () => {
  const stop = new AbortController();
  const ollama = new Ollama(small);
  const slow: Personality = {
    answer(request) {
      if (request.path === "/api/generate") {
        stop.abort();
      }
      return ollama.answer(request);
    },
  };

  await expect(fix(slow, "qwen3-coder:30b", stop.signal)).rejects.toMatchObject({ name: "AbortError" });

  expect((await look())?.models.map((one) => one.id)).toEqual(["qwen3-coder:30b"]);
});
