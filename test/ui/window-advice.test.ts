import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Frame } from "playwright-core";
import { expect, test } from "vitest";
import { calls, says, startModelServer } from "../support/model-server";
import { LlamaCpp, Ollama } from "../support/personalities";
import { openWindow, picture } from "./window";

const button = (panel: Frame, name: string | RegExp) => panel.getByRole("button", { name });
const said = (panel: Frame, text: string | RegExp) =>
  panel.getByRole("region", { name: "Conversation" }).getByText(text).first();
const advice = (panel: Frame) => panel.getByRole("region", { name: "About the model" });

async function send(panel: Frame, text: string): Promise<void> {
  await panel.getByRole("textbox", { name: /request|message/i }).fill(text);
  await panel.getByRole("button", { name: "Send", exact: true }).click();
}

const model = "qwen3-coder:30b";
const wide = "qwen3-coder:30b-64k";

test("rule 1: a window of 4,096 tokens is explained, and one click leads to a model with a large one, in use everywhere", async () => {
  const ollama = new Ollama({ models: [{ name: model }], loaded: [model], defaultContext: 4_096 });
  const server = await startModelServer({
    personality: ollama,
    script: [says("Hello.", { delayMs: 4_000 }), says("Hello again.")],
  });
  const endpoint = { name: "Ollama here", baseUrl: server.baseUrl, model };
  const window = await openWindow({ settings: { "hearth.endpoints": [endpoint], "hearth.modelForAct": model } });
  const panel = await window.openPanel();
  await advice(panel)
    .getByText("gives qwen3-coder:30b 4,096 tokens of context. That is too few to work with")
    .waitFor();
  await picture(window, "window-advice");

  await button(panel, "Give it 65,536 tokens").click();
  await advice(panel).waitFor({ state: "detached" });

  await send(panel, "Hello");
  await said(panel, /^Reading your prompt: \d s so far$/).waitFor();
  await picture(window, "window-status");
  await said(panel, "Hello.").waitFor();
  await send(panel, "And now?");
  await said(panel, "Hello again.").waitFor();

  expect(server.chats.map(({ body }) => (body as { model: string }).model)).toEqual([wide, wide]);
  const created = server.requests.filter(({ path }) => path === "/api/create");
  expect(created.map(({ body }) => body)).toEqual([
    { model: wide, from: model, parameters: { num_ctx: 65_536 }, stream: false },
  ]);
  const settings = JSON.parse(await readFile(join(window.dataDir, "data/User/settings.json"), "utf8"));
  expect(settings["hearth.endpoints"]).toEqual([{ ...endpoint, model: wide }]);
  expect(settings["hearth.modelForAct"]).toBe(wide);
});

test("a window that can only be widened at the server's start comes with its exact option; a small one is worked in all the same", async () => {
  const look = (index: number) => calls("list_files", { depth: index + 1 });
  const server = await startModelServer({
    personality: new LlamaCpp({ model: "small.gguf", context: 4_096 }),
    respond: (_, index) => (index < 14 ? look(index) : says("I have seen enough.")),
  });
  const endpoint = { name: "Mine", baseUrl: server.baseUrl, model: "small.gguf" };
  const window = await openWindow({ settings: { "hearth.endpoints": [endpoint] } });
  const panel = await window.openPanel();
  await advice(panel).getByText("llama-server -c 65536 -np 1").waitFor();

  await send(panel, `Look at the basket. ${"It sums up its lines. ".repeat(190)}`);
  await said(panel, "I have seen enough.").waitFor({ timeout: 60_000 });
  await said(panel, /Made room: the model gets .* tokens\./).waitFor();
  await picture(window, "window-room");

  expect(await panel.locator(".banner-bad").count()).toBe(0);
  await button(panel, "Not now").click();
  await advice(panel).waitFor({ state: "detached" });
});
