import type { Frame } from "playwright-core";
import { expect, onTestFinished, test } from "vitest";
import { ScriptedStudent } from "../../src/endpoint/check-up/testing/scripted-student";
import { calls, says, startModelServer } from "../support/model-server";
import { Ollama } from "../support/personalities";
import { openWindow, picture } from "./window";

const button = (frame: Frame, name: string | RegExp) => frame.getByRole("button", { name, exact: true });

interface Body {
  model: string;
  tools: unknown;
  messages: unknown[];
}

test("a model is checked with progress, the report is kept, and the picker shows it", async () => {
  const personality = new Ollama({
    models: [{ name: "qwen3-coder:30b", size: 18_556_701_140, maxContext: 262_144, numCtx: 32_768 }],
    loaded: ["qwen3-coder:30b"],
  });
  const student = new ScriptedStudent({ edit: "second_try", msPerCharacter: 0.002 });
  let goOn = (): void => undefined;
  const progressSeen = new Promise<void>((done) => {
    goOn = done;
  });
  const server = await startModelServer({
    personality,
    models: ["qwen3-coder:30b"],
    respond: async (request, index) => {
      await (index === 4 ? progressSeen : undefined);
      return student.respond(request);
    },
  });
  onTestFinished(() => server.close());
  const endpoints = [
    { name: "Workshop", baseUrl: server.baseUrl, model: "qwen3-coder:30b" },
    { name: "Garage", baseUrl: "http://192.168.77.7:11434/v1", model: "devstral" },
    { name: "Cloud", baseUrl: "https://api.example.com/v1", model: "big-model" },
  ];
  const window = await openWindow({ settings: { "hearth.endpoints": endpoints } });
  await window.openPanel();

  await window.runCommand("Hearth: Check What the Model Can Do Here");
  const page = await window.hearthFrame(".check-up");
  await button(page, "Cancel").waitFor();
  await page.getByText(/of 10 done/).waitFor({ timeout: 60_000 });
  await picture(window, "check-up-running");
  goOn();
  await button(page, "Check Again").waitFor({ timeout: 120_000 });
  expect(await page.locator(".probe").count()).toBe(10);
  expect(await page.locator(".trust li").count()).toBeGreaterThan(2);
  await picture(window, "check-up");

  const asked = server.chats.length;
  await window.runCommand("Hearth: Check What the Model Can Do Here");
  await (await window.hearthFrame(".check-up")).getByText("What was tried").waitFor();
  expect(server.chats).toHaveLength(asked);

  await window.openQuickInput("F1");
  const widget = window.page.locator(".quick-input-widget:visible");
  await widget.locator("input.input").fill(">Hearth: Choose a Model");
  await widget.locator('.monaco-list-row[aria-label^="Hearth: Choose a Model"]').first().click();
  const rows = widget.locator(".monaco-list-row");
  await rows.filter({ hasText: "qwen3-coder:30b" }).waitFor();
  const texts = (await rows.allInnerTexts()).map((text) => text.replaceAll("\u00a0", " "));
  expect(texts.find((text) => text.includes("qwen3-coder:30b"))).toMatch(
    /Workshop, on this machine.*in use.*18\.6 GB.*32k of 256k context.*loaded.*check-up: \d+ of \d+/s,
  );
  expect(texts.find((text) => text.includes("devstral"))).toMatch(/on your network.*leaves this machine/s);
  expect(texts.find((text) => text.includes("big-model"))).toMatch(/on the internet.*for a task that you send/s);
  await window.page.mouse.move(5, 5); // away from what shows more when pointed at
  await picture(window, "picker");

  await rows.filter({ hasText: "devstral" }).click();
  const dialog = window.page.locator(".monaco-dialog-box");
  await dialog.getByText("Garage is another machine on your network.").waitFor();
  await picture(window, "network-server");
  await dialog.getByRole("button", { name: "Cancel" }).click();

  await window.runCommand("Hearth: Show What Left This Machine");
  const record = await window.hearthFrame(".ledger");
  const group = button(record, /^Check-up: \d+ requests$/).first();
  await group.click();
  await record.getByText("Check-up with qwen3-coder:30b").first().waitFor();
  expect(await record.getByText(/^Chat /).count()).toBe(0);
});

test("one model plans and another acts, in one task, and the panel names the one at work", async () => {
  const plan = {
    steps: [{ title: "Keep the amount at zero or above", files: ["src/basket.js"], check: "node --test" }],
  };
  const planner = await startModelServer({
    models: ["big-thinker"],
    script: [calls("read_file", { path: "src/basket.js" }), calls("propose_plan", plan)],
  });
  const doer = await startModelServer({
    models: ["quick-hands"],
    script: [calls("read_file", { path: "src/basket.js" }), says("The step is done.")],
  });
  onTestFinished(() => Promise.all([planner.close(), doer.close()]).then(() => undefined));
  const window = await openWindow({
    settings: {
      "hearth.endpoints": [
        { name: "Thinker", baseUrl: planner.baseUrl, model: "big-thinker" },
        { name: "Hands", baseUrl: doer.baseUrl, model: "quick-hands" },
      ],
      "hearth.modelForPlan": "Thinker",
      "hearth.modelForAct": "quick-hands",
    },
  });
  const panel = await window.openPanel();
  await panel.getByRole("button", { name: /quick-hands/ }).waitFor({ timeout: 30_000 });

  await panel.getByRole("radio", { name: /plan/i }).click();
  await panel.getByRole("button", { name: /big-thinker/ }).waitFor();
  await panel.getByRole("textbox", { name: /request|message/i }).fill("Fix the failing test");
  await button(panel, "Send").click();
  await button(panel, "Approve").click({ timeout: 30_000 });
  await panel.getByRole("region", { name: "Conversation" }).getByText("The step is done.").waitFor({ timeout: 30_000 });
  await panel.getByRole("button", { name: /quick-hands/ }).waitFor();
  await picture(window, "two-models");

  expect(planner.chats.map(({ body }) => (body as Body).model)).toEqual(["big-thinker", "big-thinker"]);
  expect(doer.chats.map(({ body }) => (body as Body).model)).toEqual(["quick-hands", "quick-hands"]);
  const [last, first] = [planner.chats.at(-1)?.body as Body, doer.chats[0]?.body as Body];
  expect(first.tools).toEqual(last.tools);
  expect(first.messages.slice(0, last.messages.length)).toEqual(last.messages);
  expect(JSON.stringify(first.messages.slice(last.messages.length))).toContain("[mode: act]");
});

test("a model that cannot call tools is said to only answer, before it is asked anything", async () => {
  const student = new ScriptedStudent({ onlyTalks: true });
  const server = await startModelServer({ respond: student.respond });
  onTestFinished(() => server.close());
  const endpoint = { name: "Talker", baseUrl: server.baseUrl, model: "test-model" };
  const window = await openWindow({ settings: { "hearth.endpoints": [endpoint] } });
  const panel = await window.openPanel();
  await window.runCommand("Hearth: Check What the Model Can Do Here");
  const page = await window.hearthFrame(".check-up");
  await button(page, "Check Again").waitFor({ timeout: 120_000 });
  await page.getByText("It is given no tools: it answers questions from what you show it.").waitFor();

  const about = panel.getByRole("region", { name: "About the model" });
  await about.getByText("this model could not call tools here").waitFor();
  await picture(window, "answers-only");
  await panel.getByRole("textbox", { name: /request|message/i }).fill("What is a closure?");
  await button(panel, "Send").click();
  await panel.getByRole("region", { name: "Conversation" }).getByText("noted").first().waitFor({ timeout: 30_000 });
  expect(server.chats.at(-1)?.body).not.toHaveProperty("tools");
  await about.getByRole("button", { name: "Not now" }).click();
  await about.waitFor({ state: "detached" });
});

test("a model that repeats itself without end is stopped in view of the user, and goes on by another way", async () => {
  const sentence = "I will now look at the file once more to be sure. ";
  const endless = ["Let me see.\n\n", ...Array.from({ length: 60_000 }, () => sentence)];
  const server = await startModelServer({
    script: [says(endless, { betweenMs: 1 }), calls("read_file", { path: "src/basket.js" }), says("It adds prices.")],
  });
  onTestFinished(() => server.close());
  const endpoint = { name: "Lost", baseUrl: server.baseUrl, model: "test-model" };
  const window = await openWindow({ settings: { "hearth.endpoints": [endpoint] } });
  const panel = await window.openPanel();
  await panel.getByRole("textbox", { name: /request|message/i }).fill("What does the basket do?");
  await button(panel, "Send").click();

  const conversation = panel.getByRole("region", { name: "Conversation" });
  await conversation.getByText("It adds prices.").waitFor({ timeout: 60_000 });
  await conversation
    .getByText(/test-model wrote the same text over and over .* so its reply was stopped there/)
    .waitFor();
  expect(((await conversation.textContent()) ?? "").split("once more to be sure").length).toBeLessThan(8);
  await picture(window, "repeats");
  expect(server.chats[0]?.abandonedAt).toBeDefined();
});

test("a check-up that is cancelled, or whose page is closed, asks nothing more", async () => {
  const student = new ScriptedStudent({ msPerCharacter: 1 });
  const server = await startModelServer({ respond: student.respond });
  onTestFinished(() => server.close());
  const endpoint = { name: "Slow", baseUrl: server.baseUrl, model: "test-model" };
  const window = await openWindow({ settings: { "hearth.endpoints": [endpoint] } });
  await window.openPanel();

  await window.runCommand("Hearth: Check What the Model Can Do Here");
  const page = await window.hearthFrame(".check-up");
  await expect.poll(() => server.chats.length, { timeout: 30_000 }).toBeGreaterThan(0);
  await button(page, "Cancel").click();
  await button(page, "Check Again").waitFor({ timeout: 20_000 });
  const asked = server.chats.length;
  await expect.poll(() => server.openConnections).toBe(0);

  await button(page, "Check Again").click();
  await expect.poll(() => server.chats.length, { timeout: 30_000 }).toBeGreaterThan(asked);
  await window.runCommand("View: Close All Editors");
  await expect.poll(() => server.openConnections, { timeout: 20_000 }).toBe(0);
});

test("a machine without a server is told what to install, and what fits it", async () => {
  const window = await openWindow();
  const panel = await window.openPanel();
  await button(panel, "What should I install?").click({ timeout: 30_000 });
  const page = await window.hearthFrame(".catalogue");
  await page.getByText("No model server answers here yet").waitFor();
  expect(await page.locator(".setup li").count()).toBeGreaterThanOrEqual(2);
  expect(await page.locator(".entry").count()).toBeGreaterThan(0);
  await page
    .getByRole("button", { name: /^Licence/ })
    .first()
    .click();
  await page.locator(".entry-facts").first().waitFor();
  await picture(window, "catalogue");
  await page.locator(".entries").evaluate((list) => list.scrollIntoView());
  await picture(window, "catalogue-entries");
});
