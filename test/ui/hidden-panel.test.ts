import { expect, onTestFinished, test } from "vitest";
import { calls, says, startModelServer } from "../support/model-server";
import { openWindow } from "./window";

test("what is said while the model works, and typed into a card, is there again after the sidebar showed another view", async () => {
  let goOn = (): void => undefined;
  const shownAgain = new Promise<void>((done) => {
    goOn = done;
  });
  const edit = { path: "src/basket.js", edits: [{ old_text: "amount - voucher", new_text: "0" }] };
  const script = [calls("read_file", { path: "src/basket.js" }), calls("edit_file", edit)];
  const server = await startModelServer({
    respond: async (_, index) => {
      await (index === 0 ? shownAgain : undefined);
      return script[index] ?? says("Done.");
    },
  });
  onTestFinished(() => server.close());
  const endpoint = { name: "Scripted", baseUrl: server.baseUrl, model: "test-model" };
  const window = await openWindow({ settings: { "hearth.endpoints": [endpoint] } });
  let panel = await window.openPanel();
  const send = async (text: string) => {
    await panel.getByRole("textbox", { name: /request|message/i }).fill(text);
    await panel.getByRole("button", { name: "Send", exact: true }).click();
  };
  const hideAndShow = async () => {
    await window.page.locator('.activitybar .action-item [aria-label^="Explorer"]').first().click();
    await expect.poll(() => panel.isDetached()).toBe(true);
    panel = await window.openPanel();
  };

  await send("Fix the basket");
  await expect.poll(() => server.chats.length).toBe(1);
  await send("and be brief");
  const waiting = () => panel.getByRole("list", { name: "Said before the next turn" });
  await waiting().waitFor();
  await hideAndShow();
  await waiting().getByText("and be brief").waitFor();

  goOn();
  const remark = () => panel.getByLabel("Remark for the model");
  await remark().fill("the voucher counts once");
  expect(await waiting().count()).toBe(0);
  await hideAndShow();
  await remark().waitFor();
  expect(await remark().inputValue()).toBe("the voucher counts once");
  await panel.getByRole("button", { name: "Reject", exact: true }).click();
  await expect.poll(() => server.chats.length).toBe(3);
  expect(server.chats[2]?.raw.toString()).toContain("the voucher counts once");
});
