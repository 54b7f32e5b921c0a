import { expect, onTestFinished, test } from "vitest";
import { calls, says, startModelServer } from "../support/model-server";
import { generic } from "../support/personalities/generic";
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

test("what is sent while the first request still looks for its model goes to the same task", async () => {
  const plain = generic(["test-model"]);
  let delayMs = 0;
  let asked = 0;
  const server = await startModelServer({
    personality: {
      answer: (request, earlier) => {
        const answer = plain.answer(request, earlier);
        asked += answer ? 1 : 0;
        return answer && { ...answer, delayMs };
      },
    },
    respond: () => says("Done."),
  });
  onTestFinished(() => server.close());
  const endpoint = { name: "Scripted", baseUrl: server.baseUrl, model: "test-model" };
  const window = await openWindow({ settings: { "hearth.endpoints": [endpoint] } });
  const panel = await window.openPanel();
  await panel.getByText("test-model answers, on this machine.").waitFor();

  delayMs = 2_500;
  const before = asked;
  await panel.getByRole("button", { name: "test-model" }).click();
  const rows = window.page.locator(".quick-input-widget:visible .monaco-list-row");
  await rows.filter({ hasText: "Search this machine again" }).click();
  await expect.poll(() => asked).toBeGreaterThan(before);
  await window.page.keyboard.press("Escape");
  const input = panel.getByRole("textbox", { name: /request|message/i });
  for (const text of ["Fix the basket", "and be brief"]) {
    await input.fill(text);
    await input.press("Enter");
  }
  const waiting = panel.getByRole("list", { name: "Said before the next turn" });
  expect(await waiting.getByRole("listitem").count()).toBe(2);

  await expect.poll(() => server.chats.at(-1)?.raw.toString(), { timeout: 20_000 }).toContain("and be brief");
  expect(server.chats.at(-1)?.raw.toString()).toContain("Fix the basket");
  await waiting.waitFor({ state: "detached" });
});
