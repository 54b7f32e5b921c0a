import { appendFile, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Frame } from "playwright-core";
import { expect, onTestFinished, test, vi } from "vitest";
import { reasonAgainstElsewhere, startElsewhere } from "../support/elsewhere";
import type { ScriptedReply } from "../support/model-reply";
import { calls, fails, says, startModelServer } from "../support/model-server";
import type { VsCodeWindow } from "../support/vscode";
import { openWindow, picture } from "./window";

const against = reasonAgainstElsewhere();
const away = test.skipIf(against !== undefined);

const broken = fails({ kind: "status", status: 500, body: '{"error":{"message":"the model runner has stopped"}}' });
const button = (frame: Frame, name: string | RegExp) => frame.getByRole("button", { name, exact: true });

const conversation = (panel: Frame) => panel.getByRole("region", { name: "Conversation" });

async function sceneWith(here: ScriptedReply[], there: ScriptedReply[]) {
  const local = await startModelServer({ script: here });
  onTestFinished(() => local.close());
  const remote = await startElsewhere({ script: there });
  onTestFinished(() => remote.close());
  const endpoints = [
    { name: "Scripted", baseUrl: local.baseUrl, model: "test-model" },
    { name: "Cloud", baseUrl: remote.baseUrl, model: "big-model" },
  ];
  const window = await openWindow({ settings: { "hearth.endpoints": endpoints } });
  await writeFile(join(window.folder, ".env"), "COUPON_SECRET=winter-Disc0unt\n");
  const panel = await window.openPanel();
  return { local, remote, window, panel };
}

async function send(panel: Frame, text: string): Promise<void> {
  await panel.getByRole("textbox", { name: /request|message/i }).fill(text);
  await button(panel, "Send").click();
}

const preview = (window: VsCodeWindow) => window.hearthFrame(".escalation");

away("S-N8 a task goes out as it was shown, says so all the time, and comes back by itself", async () => {
  const { local, remote, window, panel } = await sceneWith(
    [calls("read_file", { path: "src/basket.js" }), broken, says("I am here again.")],
    [says(["Let me ", "look. ", "It is fixed."], { betweenMs: 1_500 })],
  );
  await send(
    panel,
    "Fix the test. The database is at postgres://app:Corr3ctHorse@db/shop, the coupon is winter-Disc0unt",
  );
  await button(panel, "Ask a stronger model…").click({ timeout: 30_000 });

  const page = await preview(window);
  await page.getByRole("heading", { name: /to big-model/ }).waitFor();
  expect(await page.locator(".lead").innerText()).toContain("Nothing has been sent.");
  expect(await page.locator(".part").count()).toBeGreaterThanOrEqual(5);
  await page.locator(".part-open", { hasText: "Fix the test" }).click();
  expect(await page.locator(".taken-out").first().innerText()).toContain("[[secret 1: password");
  await picture(window, "escalation");
  expect(await remote.bytesIn()).toBe(0);

  await page.getByRole("checkbox", { name: /Result of: Read src\/basket.js/ }).uncheck();
  await page.getByText("1 part left out").waitFor();
  await page.getByRole("button", { name: /^Show All/ }).click();
  const shown = await page.locator(".exact").innerText();
  await page.getByRole("button", { name: /^Send .* to 203\.0\.113/ }).click();

  await panel.getByText(/This task goes to/).waitFor({ timeout: 20_000 });
  const bar = window.page.locator(".statusbar-item", { hasText: "going out to big-model" });
  await bar.waitFor();
  await picture(window, "away");
  await conversation(panel).getByText("It is fixed.").waitFor({ timeout: 30_000 });
  await panel.getByText(/This task goes to/).waitFor({ state: "detached" });
  await bar.waitFor({ state: "detached" });
  await conversation(panel)
    .getByText(/The task is local again/)
    .waitFor();

  expect(remote.chats).toHaveLength(1);
  const body = remote.chats[0]?.body ?? "";
  expect(shown.endsWith(body)).toBe(true);
  expect(body).toContain("[left out by the user]");
  expect(body).not.toMatch(/Corr3ctHorse|winter-Disc0unt|amount - voucher/);
  const before = await remote.bytesIn();

  await send(panel, "And now?");
  await conversation(panel).getByText("I am here again.").waitFor({ timeout: 30_000 });
  expect(local.chats).toHaveLength(3);
  expect(await remote.bytesIn()).toBe(before);

  await button(panel, /left for the internet/).click();
  const ledger = await window.hearthFrame(".ledger");
  await ledger.getByText(/as shown before/).waitFor();
  expect(await ledger.locator(".sentence").innerText()).toMatch(/left for the internet/);
  await picture(window, "ledger");
});

away(
  "S-N8 R-24 a window that is killed while a task is away sends nothing more, and the task is local afterwards",
  async () => {
    const { local, remote, window, panel } = await sceneWith(
      [broken, says("I answer from here.")],
      [
        says(
          Array.from({ length: 200 }, (_, index) => `word${index} `),
          { betweenMs: 500 },
        ),
        says("never"),
      ],
    );
    await send(panel, "Solve it");
    await button(panel, "Ask a stronger model…").click({ timeout: 30_000 });
    const page = await preview(window);
    await page.getByRole("button", { name: /^Send .* to 203\.0\.113/ }).click();
    await conversation(panel).getByText("word2").waitFor({ timeout: 30_000 });

    window.killExtensionHost();
    await expect.poll(() => remote.openConnections(), { timeout: 10_000 }).toBe(0);
    const before = await remote.bytesIn();
    await window.reload();
    const again = await window.hearthFrame();
    await conversation(again)
      .getByText(/The window was closed, which ended the permission/)
      .waitFor({ timeout: 30_000 });
    expect(await again.getByText(/This task goes to/).count()).toBe(0);

    await send(again, "Go on");
    await conversation(again).getByText("I answer from here.").waitFor({ timeout: 30_000 });
    expect(remote.chats).toHaveLength(1);
    expect(await remote.bytesIn()).toBe(before);
    expect(local.chats).toHaveLength(2);
  },
);

away("a preview that is closed sends nothing and says so; the permission can be ended in the panel", async () => {
  const { remote, window, panel } = await sceneWith(
    [broken],
    [
      says(
        Array.from({ length: 200 }, (_, index) => `word${index} `),
        { betweenMs: 500 },
      ),
    ],
  );
  await send(panel, "Solve it");
  await button(panel, "Ask a stronger model…").click({ timeout: 30_000 });
  await button(await preview(window), "Do Not Send").click();
  await conversation(panel).getByText("Nothing was sent.").waitFor();
  expect(await remote.bytesIn()).toBe(0);

  await window.runCommand("Hearth: Send This Task to a Stronger Model");
  const page = await preview(window);
  await page.getByRole("button", { name: /^Send .* to 203\.0\.113/ }).click();
  await conversation(panel).getByText("word2").waitFor({ timeout: 30_000 });
  await button(panel, "End").click();
  await conversation(panel)
    .getByText(/You ended the permission/)
    .waitFor();
  await expect.poll(() => remote.openConnections()).toBe(0);
  expect(remote.chats).toHaveLength(1);
});

test("the ledger lists what was asked and exports it", async () => {
  const local = await startModelServer({ script: [says("Hello.")] });
  onTestFinished(() => local.close());
  const endpoint = { name: "Scripted", baseUrl: local.baseUrl, model: "test-model" };
  const window = await openWindow({
    settings: { "hearth.endpoints": [endpoint], "files.simpleDialog.enable": true },
  });
  const panel = await window.openPanel();
  await send(panel, "Hello");
  await conversation(panel).getByText("Hello.", { exact: true }).waitFor({ timeout: 30_000 });

  await window.runCommand("Hearth: Show What Left This Machine");
  const ledger = await window.hearthFrame(".ledger");
  expect(await ledger.locator(".sentence").innerText()).toContain("Nothing has left this machine today.");
  const chat = ledger.locator("tr", { hasText: "Chat with test-model" });
  await chat.waitFor();
  expect(await chat.innerText()).toMatch(/Task: Hello[\s\S]*This machine[\s\S]*127\.0\.0\.1/);
  await picture(window, "ledger-local");

  await button(ledger, "Export…").click();
  await window.page.locator(".quick-input-widget:visible input.input").waitFor();
  await window.page.keyboard.press("Enter");
  const day = new Date().toISOString().slice(0, 10);
  const path = join(window.folder, `hearth-ledger-${day}.jsonl`);
  await expect.poll(() => readFile(path, "utf8").catch(() => "")).toContain('"purpose":"chat"');
});

test("what another window sends away is said here too, in the panel and where the status bar is pointed at", async () => {
  const local = await startModelServer();
  onTestFinished(() => local.close());
  const endpoint = { name: "Scripted", baseUrl: local.baseUrl, model: "test-model" };
  const window = await openWindow({ settings: { "hearth.endpoints": [endpoint] } });
  const panel = await window.openPanel();
  await panel.getByText("Nothing has left this machine today.").waitFor({ timeout: 30_000 });

  const day = await vi.waitUntil(async () => {
    const paths = await readdir(window.dataDir, { recursive: true });
    return paths.find((path) => /ledger.[\d-]+\.jsonl$/.test(path));
  }, 30_000);
  const sent = { id: "other", at: Date.now(), purpose: "chat", host: "far.example", address: "203.0.113.9" };
  const how = { where: "internet", method: "POST", path: "/v1/chat/completions", status: 200 };
  const sizes = { bytesOut: 1_200, bytesIn: 50, durationMs: 5 };
  await appendFile(join(window.dataDir, day), `${JSON.stringify({ ...sent, ...how, ...sizes })}\n`);

  const sentence = "1.2 kB in 1 request left for the internet (far.example)";
  await panel.getByText(sentence).waitFor();
  await window.page.locator(".statusbar-item", { hasText: "test-model" }).hover();
  await window.page.locator(".monaco-hover", { hasText: sentence }).waitFor();
});
