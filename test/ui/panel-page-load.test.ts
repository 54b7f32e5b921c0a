import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { AgentEvent } from "../../src/core/events";
import { type PanelPage, PanelPages } from "./panel-page";
import { surroundings, TaskScript } from "./panel-page-events";

let pages: PanelPages;
let panel: PanelPage;

beforeAll(async () => {
  pages = await PanelPages.start();
});
afterAll(() => pages.close());
afterEach(async () => {
  expect(panel.problems).toEqual([]);
  await panel.close();
});

const rowsInPage = () => panel.page.locator(".row").count();
const nodesInPage = () => panel.page.evaluate(() => document.querySelectorAll("*").length);
const distanceFromEnd = () =>
  panel.page.evaluate(() => {
    const scroller = document.querySelector(".scroller");
    return scroller ? scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight : -1;
  });

test("a reply of 200 kB is shown with few of its rows in the page, and its end in view", async () => {
  panel = await pages.open();
  const script = new TaskScript();
  script.start("Write a lot");
  script.turn(1);
  const section = `## Part\n\n${"A sentence with *some* words and `code`. ".repeat(12)}\n\n- one\n- two\n\n\`\`\`ts\nconst a = 1;\n\`\`\`\n\n`;
  script.reply(1, `${section.repeat(Math.ceil(200_000 / section.length))}THE END`);
  await panel.tell(surroundings, script.restored());
  await panel.page.getByText("THE END").waitFor();
  expect(await distanceFromEnd()).toBeLessThan(2);
  expect(await rowsInPage()).toBeLessThan(40);
  await panel.page.evaluate(() => document.querySelector(".scroller")?.scrollTo(0, 0));
  await panel.page.getByText("Write a lot").last().waitFor();
  expect(await rowsInPage()).toBeLessThan(40);
});

test("a message of 200 kB by the user is folded and unfolds", async () => {
  panel = await pages.open();
  const script = new TaskScript();
  script.start("word ".repeat(40_000), "Long");
  await panel.tell(surroundings, script.restored());
  await panel.page.getByRole("button", { name: /Show all 1 line \(200 kB\)/ }).click();
  expect((await panel.page.locator(".plain-text").textContent())?.length).toBe(200_000);
});

test("a task of 5,000 events keeps the page small, and scrolling reaches both ends", async () => {
  panel = await pages.open();
  const script = longTask(5_000);
  expect(script.events.length).toBeGreaterThanOrEqual(5_000);
  await panel.tell(surroundings, script.restored());
  await panel.page.getByText("Last words.").waitFor();
  expect(await nodesInPage()).toBeLessThan(1_500);
  await panel.page.locator(".scroller").focus();
  await panel.page.keyboard.press("Home");
  await panel.page.locator(".user-message").getByText("The first request").waitFor();
  expect(await nodesInPage()).toBeLessThan(1_500);
  await panel.page.getByRole("button", { name: "Jump to latest" }).click();
  await panel.page.getByText("Last words.").waitFor();
  expect(await distanceFromEnd()).toBeLessThan(2);
});

test("while text streams the end stays in view; a user who scrolled up stays where they are", async () => {
  panel = await pages.open({ height: 500 });
  const script = longTask(60);
  script.turn(900);
  await panel.tell(surroundings, script.restored());
  const stream = async (count: number) => {
    for (let piece = 0; piece < count; piece += 1) {
      await panel.tell(
        script.progressed(script.add({ type: "reply_delta", turn: 900, kind: "text", text: `Line ${piece}\n\n` })),
      );
    }
  };
  await stream(20);
  expect(await distanceFromEnd()).toBeLessThan(2);
  await panel.page.mouse.move(150, 200);
  await panel.page.mouse.wheel(0, -400);
  await panel.page.getByRole("button", { name: "Jump to latest" }).waitFor();
  const before = await panel.page.evaluate(() => document.querySelector(".scroller")?.scrollTop);
  await stream(10);
  expect(await panel.page.evaluate(() => document.querySelector(".scroller")?.scrollTop)).toBe(before);
  await panel.page.getByRole("button", { name: "Jump to latest" }).click();
  await stream(5);
  expect(await distanceFromEnd()).toBeLessThan(2);
});

test("what waits for the user stays in the page when it is scrolled away, with what was typed in it", async () => {
  panel = await pages.open({ height: 500 });
  const script = longTask(400);
  script.askCommand("c1", "npm test");
  await panel.tell(surroundings, script.restored(), { type: "approval_opened", actionId: "c1", nonce: "n" });
  await panel.page.getByLabel("Remark for the model").fill("gently");
  await panel.page.evaluate(() => document.querySelector(".scroller")?.scrollTo(0, 0));
  await panel.page.getByRole("button", { name: "Approval needed", exact: true }).click();
  await expect.poll(() => panel.page.getByLabel("Remark for the model").inputValue()).toBe("gently");
  await panel.page.getByRole("button", { name: "Run", exact: true }).click();
  expect(await panel.sentOf("action_answered")).toMatchObject([{ remark: "gently" }]);
});

test("a hundred pieces per second leave the page able to answer: a press takes effect while they arrive", async () => {
  panel = await pages.open();
  const script = new TaskScript();
  await panel.tell(surroundings, script.progressed([...script.start("Write"), ...script.turn(1)]));
  const pieces = Array.from({ length: 500 }, (_, index) =>
    script.progressed(
      script.add({ type: "reply_delta", turn: 1, kind: "text", text: index % 20 === 19 ? "word.\n\n" : "word *and* " }),
    ),
  );
  await panel.page.evaluate((messages) => {
    let next = 0;
    const timer = setInterval(() => {
      window.postMessage(messages[next], "*");
      next += 1;
      Object.assign(window, { posted: next });
      if (next === messages.length) {
        clearInterval(timer);
      }
    }, 10);
  }, pieces);
  await panel.page.getByRole("button", { name: "Stop" }).click();
  expect(await panel.sentOf("stop_pressed")).toHaveLength(1);
  expect(await panel.page.evaluate(() => Number(Reflect.get(window, "posted")))).toBeLessThan(pieces.length);
  await panel.page.waitForFunction((all) => Reflect.get(window, "posted") === all, pieces.length);
  await panel.settle();
  const text = await panel.page.locator(".markdown").allTextContents();
  expect(text.join("").match(/word/g)).toHaveLength(500);
});

/** A task of about `size` events: requests, reads, replies, edits and commands. */
function longTask(size: number): TaskScript {
  const script = new TaskScript();
  script.start("The first request");
  for (let turn = 1; script.events.length < size; turn += 1) {
    script.turn(turn);
    script.reply(turn, `Step ${turn}: *some* words about \`file-${turn}.ts\`.\n\n- one\n- two`);
    script.read(`r${turn}`, `src/file-${turn}.ts`);
  }
  const last: AgentEvent[] = script.turn(0);
  script.reply(last.length, "Last words.");
  return script;
}
