import { expect, onTestFinished, test } from "vitest";
import { calls, says, startModelServer } from "../support/model-server";
import { generic } from "../support/personalities/generic";
import { openWindow } from "./window";

/** Where Jan listens, so that the server is found and not configured. */
const usualPort = 1337;

test("a task stays with a found model whose server says nothing about itself while it writes", async () => {
  const plain = generic(["busy-model"]);
  let isBusy = false;
  let goOn = (): void => undefined;
  const searched = new Promise<void>((done) => {
    goOn = done;
  });
  const script = [calls("read_file", { path: "src/basket.js" }), says("I have read it."), says("And once more.")];
  const server = await startModelServer({
    port: usualPort,
    personality: {
      answer: (request, earlier) =>
        isBusy && request.method === "GET" ? { status: 500, body: "" } : plain.answer(request, earlier),
    },
    respond: async (_, index) => {
      await (index === 0 ? searched : undefined);
      return script[index] ?? says("Done.");
    },
  });
  onTestFinished(() => server.close());
  const window = await openWindow();
  const panel = await window.openPanel();
  await panel.getByText("busy-model answers, on this machine.").waitFor();
  const send = async (text: string) => {
    await panel.getByRole("textbox", { name: /request|message/i }).fill(text);
    await panel.getByRole("button", { name: "Send", exact: true }).click();
  };
  await send("Read the basket");
  await expect.poll(() => server.chats.length).toBe(1);

  isBusy = true;
  await panel.getByRole("button", { name: "busy-model" }).click();
  const rows = window.page.locator(".quick-input-widget:visible .monaco-list-row");
  await rows.filter({ hasText: "Search this machine again" }).click();
  await rows.filter({ hasText: "busy-model" }).waitFor();
  expect(await rows.filter({ hasText: "Nothing answers" }).count()).toBe(0);
  await window.page.keyboard.press("Escape");
  goOn();

  await panel.getByText("I have read it.").first().waitFor();
  expect(await panel.getByText("Nothing answers").count()).toBe(0);
  await send("And again?");
  await panel.getByText("And once more.").first().waitFor();
  expect(server.chats).toHaveLength(3);
});
