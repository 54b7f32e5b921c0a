import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type PanelLook, type PanelPage, PanelPages } from "./panel-page";
import { fileChange, finished, homeModel, surroundings, TaskScript } from "./panel-page-events";

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

async function open(look: PanelLook = {}): Promise<void> {
  panel = await pages.open(look);
  await panel.tell(surroundings);
}

const twoHunks = [
  fileChange("src/total.ts", [
    { start: 8, lines: [" a", "-b", "+B", " c"] },
    { start: 20, lines: [" x", "-y", "+Y", " z"] },
  ]),
];

test("a page that opens asks for everything", async () => {
  await open();
  expect(await panel.sent()).toEqual([{ type: "panel_opened" }]);
});

test("a reply appears as it streams, and blocks that are complete are not made again", async () => {
  await open();
  const script = new TaskScript();
  await panel.tell(script.progressed([...script.start("Explain it"), ...script.turn(1)]));
  const stream = (text: string) =>
    panel.tell(script.progressed(script.add({ type: "reply_delta", turn: 1, kind: "text", text })));
  await stream("First *paragraph*.\n\nSecond.\n\nThird.\n\nThe fou");
  await panel.page.evaluate(() => Object.assign(window, { firstBlock: document.querySelector(".markdown p") }));
  await stream("rth has ");
  await stream("grown.");
  expect(await panel.page.locator(".markdown p").allTextContents()).toEqual([
    "First paragraph.",
    "Second.",
    "Third.",
    "The fourth has grown.",
  ]);
  expect(
    await panel.page.evaluate(() => Reflect.get(window, "firstBlock") === document.querySelector(".markdown p")),
  ).toBe(true);
  expect(await panel.page.locator(".markdown em").textContent()).toBe("paragraph");

  await panel.tell(
    script.progressed(script.reply(1, "First *paragraph*.\n\nSecond.\n\nThird.\n\nThe fourth has grown.")),
  );
  await expectText(".usage", /212 tokens · 42 tok\/s · 2.9k cached/);
});

test("reasoning is folded away, and a call that is being written shows its tool and size", async () => {
  await open();
  const script = new TaskScript();
  script.start("Fix it");
  script.turn(1);
  script.add({ type: "reply_delta", turn: 1, kind: "reasoning", text: "The total is wrong because …" });
  script.add({ type: "reply_delta", turn: 1, kind: "call", name: "edit_file", text: "x".repeat(1_200) });
  await panel.tell(script.restored());
  await expectText(".writing", /Writing edit_file · 1.2 kB/);
  expect(await panel.page.getByText("The total is wrong").count()).toBe(0);
  await panel.page.getByRole("button", { name: /Thought/ }).click();
  await panel.page.getByText("The total is wrong").waitFor();
});

test("markdown tables, lists, headings and code are shown, and code can be copied", async () => {
  await open();
  const script = new TaskScript();
  script.start("Show");
  script.turn(1);
  script.reply(1, "# Title\n\n- one\n- [x] two\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n```ts\nconst a = 1;\n```\n");
  await panel.tell(script.restored());
  await panel.page.getByRole("heading", { name: "Title" }).waitFor();
  expect(await panel.page.locator(".markdown li").count()).toBe(2);
  expect(await panel.page.locator(".markdown td").allTextContents()).toEqual(["1", "2"]);
  await panel.page.getByRole("button", { name: "Copy code" }).click();
  await panel.page.getByRole("button", { name: "Copied" }).waitFor();
  expect(await panel.page.evaluate(() => navigator.clipboard.readText())).toBe("const a = 1;");
});

test("reads are quiet lines that open their file; many of them fold into one", async () => {
  await open();
  const script = new TaskScript();
  script.start("Look");
  script.turn(1);
  script.reply(1, "");
  script.read("r1", "src/a.ts");
  await panel.tell(script.restored());
  await panel.page.getByRole("button", { name: "Read src/a.ts" }).click();
  expect(await panel.sentOf("file_opened")).toEqual([{ type: "file_opened", path: "src/a.ts" }]);

  await panel.tell(script.progressed(["b", "c", "d"].flatMap((name) => script.read(`r-${name}`, `src/${name}.ts`))));
  await panel.page.getByRole("button", { name: "4 looks at the workspace" }).click();
  expect(await panel.page.locator(".read-line").count()).toBe(4);
});

test("an edit is accepted as a whole, with a remark", async () => {
  await openApproval((script) => script.askEdit("e1", twoHunks));
  await expectText(".counts", "+2 −2");
  await expectText(".why", /Asks because: Every edit asks before it is written. edits-ask/);
  await panel.page.getByLabel("Remark for the model").fill("fine");
  await panel.page.getByRole("button", { name: "Accept" }).click();
  expect(await panel.sentOf("action_answered")).toEqual([
    { type: "action_answered", actionId: "e1", nonce: "nonce-e1", allow: true, remark: "fine" },
  ]);
  expect(await panel.page.getByRole("button", { name: "Accept" }).isDisabled()).toBe(true);
});

test("a rejected edit carries its remark", async () => {
  await openApproval((script) => script.askEdit("e1", twoHunks));
  await panel.page.getByLabel("Remark for the model").fill("use Math.max");
  await panel.page.getByRole("button", { name: "Reject" }).click();
  expect(await panel.sentOf("action_answered")).toEqual([
    { type: "action_answered", actionId: "e1", nonce: "nonce-e1", allow: false, remark: "use Math.max" },
  ]);
});

test("of two hunks one can be accepted, and with none ticked nothing can", async () => {
  await openApproval((script) => script.askEdit("e1", twoHunks));
  const ticks = panel.page.getByRole("checkbox");
  expect(await ticks.count()).toBe(2);
  expect(await ticks.nth(1).isChecked()).toBe(true);
  await ticks.nth(0).uncheck();
  await ticks.nth(1).uncheck();
  await panel.page.getByText("Nothing is ticked").waitFor();
  expect(await panel.page.getByRole("button", { name: "Accept 0 of 2" }).isDisabled()).toBe(true);
  await ticks.nth(1).check();
  await panel.page.getByRole("button", { name: "Accept 1 of 2" }).click();
  expect(await panel.sentOf("action_answered")).toMatchObject([{ allow: true, hunks: ["src/total.ts#2"] }]);
});

test("the full diff opens beside the code", async () => {
  await openApproval((script) => script.askEdit("e1", twoHunks));
  await panel.page.getByRole("button", { name: "Open diff" }).click();
  expect(await panel.sentOf("diff_opened")).toEqual([{ type: "diff_opened", actionId: "e1", path: "src/total.ts" }]);
});

test("a long diff folds and unfolds, with line numbers and signs", async () => {
  const lines = Array.from({ length: 300 }, (_, index) => `+line ${index + 1}`);
  await openApproval((script) => script.askEdit("e1", [fileChange("new.txt", [{ start: 1, lines }])]), { height: 500 });
  expect(await panel.page.locator(".line").count()).toBe(24);
  expect(await panel.page.locator(".line-added").first().locator("td").allTextContents()).toEqual([
    "",
    "1",
    "1",
    "+",
    "line 1",
  ]);
  await panel.page.getByRole("button", { name: "Show all 300 lines" }).click();
  expect(await panel.page.locator(".line").count()).toBe(300);
});

test("a command runs: folder, script, live output without escape codes, exit code", async () => {
  const script = await openApproval((task) =>
    task.askCommand("c1", "npm test", { cwd: "shop", script: "node --test" }),
  );
  await expectText(".card", /npm test.*in shop.*ends after 2 min.*node --test/s);
  await panel.page.getByRole("button", { name: "Run", exact: true }).click();
  await panel.tell(
    script.progressed(
      script.add(
        { type: "action_answered", actionId: "c1", allow: true, hash: "h" },
        { type: "action_started", actionId: "c1" },
        { type: "action_output", actionId: "c1", text: "\u001b[32mok\u001b[0m 1\n10 %\r100 %\n" },
      ),
    ),
  );
  expect(await panel.page.locator(".output").textContent()).toBe("ok 1\n100 %");
  await expectText(".state", "Running");
  await panel.tell(script.progressed(script.add(finished("c1", "…", { exitCode: 0, durationMs: 1_830 }))));
  await expectText(".state", "Exit 0 · 1.8 s");
  expect(await panel.page.locator(".output").count()).toBe(0);
  await panel.page.getByRole("button", { name: "Output, 2 lines" }).click();
  await panel.page.locator(".output").waitFor();
});

test("a question is answered with an option or in own words", async () => {
  const ask = (task: TaskScript) => [
    ...task.propose("q1", "ask_user", "Ask you a question", {
      kind: "question",
      question: "Up or down?",
      options: ["Up", "Down"],
    }),
    ...task.judge("q1", "ask", "question", "The model asks you something."),
  ];
  await openApproval(ask, {}, "q1");
  await panel.page.getByRole("button", { name: "Down" }).click();
  expect(await panel.sentOf("action_answered")).toMatchObject([{ allow: true, remark: "Down" }]);
  await panel.close();

  await openApproval(ask, {}, "q1");
  await panel.page.getByLabel("Your own answer").fill("Sideways");
  await panel.page.getByRole("button", { name: "Answer", exact: true }).click();
  expect(await panel.sentOf("action_answered")).toMatchObject([{ allow: true, remark: "Sideways" }]);
});

test("what was typed into a card is there again after the view was hidden, until it is answered", async () => {
  const script = await openApproval((task) => task.askEdit("e1", twoHunks));
  const show = () =>
    panel.tell(surroundings, script.restored(), { type: "approval_opened", actionId: "e1", nonce: "nonce-e1" });
  const remark = panel.page.getByLabel("Remark for the model");
  await remark.fill("only the first one");
  await panel.hideAndShow();
  await show();
  expect(await remark.inputValue()).toBe("only the first one");

  await panel.page.getByRole("button", { name: "Reject" }).click();
  expect(await panel.sentOf("action_answered")).toMatchObject([{ allow: false, remark: "only the first one" }]);
  const answer = { type: "action_answered", actionId: "e1", allow: false, hash: "h" } as const;
  await panel.tell(script.progressed(script.add(answer)));
  expect(await panel.page.evaluate(() => sessionStorage.getItem("state"))).not.toContain("only the first one");
});

test("a plan is edited, reordered by keyboard, approved, pinned and ticked off", async () => {
  const plan = {
    steps: ["Find it", "Fix it", "Test it"].map((title, index) => ({
      id: `s${index}`,
      title,
      files: [],
      check: "",
      done: false,
    })),
  };
  const script = await openApproval(
    (task) => [
      ...task.propose("p1", "propose_plan", "Propose a plan", { kind: "plan", plan }),
      ...task.add({ type: "plan_proposed", actionId: "p1", plan }),
      ...task.judge("p1", "ask", "plan-is-yours", "A plan is carried out only after you approve it."),
    ],
    { height: 900 },
    "p1",
  );
  await panel.page.getByLabel("Step 1", { exact: true }).fill("Find the rounding");
  await panel.page.getByLabel("Step 2", { exact: true }).press("Alt+ArrowDown");
  expect(await panel.page.locator(".step-title-input").evaluateAll(valuesOf)).toEqual([
    "Find the rounding",
    "Test it",
    "Fix it",
  ]);
  expect(await panel.page.evaluate(() => Reflect.get(document.activeElement ?? {}, "value"))).toBe("Fix it");
  await panel.page.getByRole("button", { name: "Delete step 2" }).click();
  await panel.page.getByRole("button", { name: "Add a step" }).click();
  await panel.page.getByText("Each step needs a title.").waitFor();
  await panel.page.getByLabel("Step 3", { exact: true }).fill("Write it down");
  await panel.page.getByLabel("Files of step 3").fill("docs/a.md, docs/b.md");
  await panel.page.getByRole("button", { name: "Approve" }).click();
  const edited = (await panel.sentOf("plan_edited")).at(-1)?.plan;
  expect(edited?.steps.map(({ title, files }) => ({ title, files }))).toEqual([
    { title: "Find the rounding", files: [] },
    { title: "Fix it", files: [] },
    { title: "Write it down", files: ["docs/a.md", "docs/b.md"] },
  ]);
  const order = (await panel.sent()).map((message) => message.type);
  expect(order.lastIndexOf("plan_edited")).toBeLessThan(order.indexOf("action_answered"));

  const steps = (edited?.steps ?? []).map((step, index) => ({ ...step, done: index === 0 }));
  await panel.tell(
    script.progressed(
      script.add(
        { type: "action_answered", actionId: "p1", allow: true, hash: "h" },
        { type: "plan_approved", actionId: "p1", plan: { steps } },
        finished("p1", "approved"),
      ),
    ),
  );
  await panel.page.getByRole("button", { name: "1 of 3 Fix it" }).click();
  expect(await panel.page.locator(".pinned-plan .step.done").allTextContents()).toEqual(["Find the rounding (done)"]);
});

test("what is typed into a step's fields stays when the plan changes meanwhile, and when the step is moved", async () => {
  const steps = ["Find it", "Fix it"].map((title, index) => ({
    id: `s${index}`,
    title,
    files: ["a.ts"],
    check: "npm test",
    done: false,
  }));
  const script = await openApproval(
    (task) => [
      ...task.propose("p1", "propose_plan", "Propose a plan", { kind: "plan", plan: { steps } }),
      ...task.add({ type: "plan_proposed", actionId: "p1", plan: { steps } }),
      ...task.judge("p1", "ask", "plan-is-yours", "A plan is carried out only after you approve it."),
    ],
    { height: 900 },
    "p1",
  );
  await panel.page.getByLabel("Files of step 1").fill("b.ts, ");
  await panel.page.keyboard.press("Tab");
  const check = panel.page.getByLabel("Check of step 1");
  await check.fill("run ");
  await expect.poll(() => panel.sentOf("plan_edited")).not.toEqual([]);
  const plan = (await panel.sentOf("plan_edited")).at(-1)?.plan ?? { steps: [] };
  await panel.tell(script.progressed(script.add({ type: "plan_changed", plan, by: "user" })));
  await check.pressSequentially("vitest");
  expect(await check.inputValue()).toBe("run vitest");

  await check.press("Alt+ArrowDown");
  expect(await panel.page.getByLabel("Check of step 2").inputValue()).toBe("run vitest");
  expect(await panel.page.getByLabel("Files of step 2").inputValue()).toBe("b.ts");
  await panel.page.getByRole("button", { name: "Approve" }).click();
  expect((await panel.sentOf("plan_edited")).at(-1)?.plan.steps).toMatchObject([
    { title: "Fix it", files: ["a.ts"], check: "npm test" },
    { title: "Find it", files: ["b.ts"], check: "run vitest" },
  ]);
});

test("the input sends with Enter, breaks lines with Shift+Enter and steps through what was sent", async () => {
  await open();
  await panel.tell({ type: "draft_restored", text: "", sent: ["oldest", "older"] });
  const input = panel.page.getByLabel("Message to Hearth");
  await input.fill("first");
  await input.press("Shift+Enter");
  await input.pressSequentially("second");
  await input.press("Enter");
  expect(await panel.sentOf("task_sent")).toEqual([{ type: "task_sent", text: "first\nsecond" }]);
  expect(await input.inputValue()).toBe("");
  await input.pressSequentially("draft");
  await input.press("Home");
  await input.press("ArrowUp");
  expect(await input.inputValue()).toBe("first\nsecond");
  await input.press("Control+Home");
  await input.press("ArrowUp");
  expect(await input.inputValue()).toBe("older");
  await input.press("Control+End");
  await input.press("ArrowDown");
  await input.press("Control+End");
  await input.press("ArrowDown");
  expect(await input.inputValue()).toBe("draft");
});

test("the draft is kept by the host, and comes back", async () => {
  await open();
  await panel.page.getByLabel("Message to Hearth").fill("half a thou");
  await panel.page.waitForFunction(() => document.querySelectorAll("textarea").length > 0);
  await expect.poll(() => panel.sentOf("draft_changed")).toEqual([{ type: "draft_changed", text: "half a thou" }]);
  await panel.close();
  await open();
  await panel.tell({ type: "draft_restored", text: "half a thou", sent: [] }, { type: "input_focused" });
  const input = panel.page.getByLabel("Message to Hearth");
  expect(await input.inputValue()).toBe("half a thou");
  expect(await input.evaluate((element) => element === document.activeElement)).toBe(true);
});

test("while Hearth works there is Stop, and what is said meanwhile waits for the next turn", async () => {
  await open();
  const script = new TaskScript();
  await panel.tell(script.progressed([...script.start("Fix it"), ...script.turn(1)]));
  const input = panel.page.getByLabel("Message to Hearth");
  expect(await panel.page.getByRole("button", { name: "Send" }).count()).toBe(0);
  await input.fill("and the docs");
  await input.press("Enter");
  expect(await panel.sentOf("task_sent")).toEqual([{ type: "task_sent", text: "and the docs" }]);
  const waiting = panel.page.getByRole("list", { name: "Said before the next turn" });
  expect(await waiting.textContent()).toBe("and the docs");
  await panel.tell(
    script.progressed(script.add({ type: "user_said", text: "and the docs", attachments: [], by: "user" })),
  );
  expect(await waiting.count()).toBe(0);
  await panel.page.getByRole("button", { name: "Stop" }).click();
  expect(await panel.sentOf("stop_pressed")).toHaveLength(1);
  await panel.tell(script.progressed(script.add({ type: "finished", reason: "stopped", text: "" })));
  await input.fill("more");
  await panel.page.getByRole("button", { name: "Send" }).click();
  expect((await panel.sentOf("task_sent")).map((message) => message.text)).toEqual(["and the docs", "more"]);
});

test("the switch changes the mode, and an approved plan changes it back", async () => {
  await open();
  await panel.page.getByRole("radio", { name: "Plan" }).check();
  expect(await panel.sentOf("mode_set")).toEqual([{ type: "mode_set", mode: "plan" }]);
  const script = new TaskScript();
  script.start("Plan it");
  script.add({ type: "mode_changed", mode: "plan", by: "user" });
  await panel.tell(script.restored());
  expect(await panel.page.getByRole("radio", { name: "Plan" }).isChecked()).toBe(true);
  await panel.tell(script.progressed(script.add({ type: "mode_changed", mode: "act", by: "plan_approved" })));
  expect(await panel.page.getByRole("radio", { name: "Act" }).isChecked()).toBe(true);
});

test("the chip says which model answers and where it runs", async () => {
  await open();
  const chip = panel.page.locator(".model-chip");
  await expectText(".model-chip", "qwen3-coder:30b · on this machine");
  await panel.tell({ ...surroundings, endpoint: { ...homeModel, locality: "internet" } });
  await expectText(".model-chip", "qwen3-coder:30b · on the internet");
  await panel.tell({ ...surroundings, endpoint: { ...homeModel, model: "practice", practice: true } });
  await expectText(".model-chip", "Practice · script, not a model");
  await chip.click();
  expect(await panel.sentOf("model_picker_opened")).toHaveLength(1);
});

test("the meter shows the window in use, and says when the window is not known", async () => {
  await open();
  const script = new TaskScript();
  script.start("Hi");
  script.turn(1);
  script.reply(1, "Hello.");
  await panel.tell(script.restored());
  await expectText(".meter", "3.3k / 32.8k");
  const { contextWindow: _, ...unknown } = homeModel;
  await panel.tell({ ...surroundings, endpoint: unknown });
  await expectText(".composer .meter-text", "3.3k · window unknown");
});

test("the empty state offers three requests; without a model it says what to do", async () => {
  await open();
  await panel.page.getByRole("button", { name: "Fix the failing test." }).click();
  expect(await panel.sentOf("task_sent")).toEqual([{ type: "task_sent", text: "Fix the failing test." }]);
  const trouble = { code: "no_model", message: "No model server was found.", remedy: "Start one." };
  await panel.tell({ ...surroundings, endpoint: null, trouble });
  await expectText(".no-model", /No model server was found. Start one./);
  await panel.page.getByRole("button", { name: "Search again" }).click();
  await panel.page.getByRole("button", { name: "Try the practice model" }).click();
  expect((await panel.sent()).map((message) => message.type).slice(-2)).toEqual([
    "servers_searched",
    "practice_chosen",
  ]);
});

test("a request is seen to be taken at once, and a second press is none; when it fails its text is back", async () => {
  await open();
  const example = panel.page.getByRole("button", { name: "Fix the failing test." });
  const waiting = panel.page.getByRole("list", { name: "Said before the next turn" });
  await example.dblclick({ noWaitAfter: true });
  expect(await panel.sentOf("task_sent")).toEqual([{ type: "task_sent", text: "Fix the failing test." }]);
  expect(await waiting.textContent()).toBe("Fix the failing test.");

  const input = panel.page.getByLabel("Message to Hearth");
  await input.fill("and the docs");
  await input.press("Enter");
  await input.fill("and the");
  const trouble = { code: "no_model", message: "No model server was found.", remedy: "Start one." };
  await panel.tell(
    { type: "request_failed", trouble, unsent: "Fix the failing test." },
    { type: "request_failed", trouble, unsent: "and the docs" },
  );
  expect(await waiting.count()).toBe(0);
  expect(await input.inputValue()).toBe("Fix the failing test.\n\nand the docs\n\nand the");
  await example.click();
  expect(await panel.sentOf("task_sent")).toHaveLength(3);

  const script = new TaskScript();
  script.add({
    type: "task_started",
    title: "T",
    mode: "act",
    endpoint: homeModel,
    prompt: { system: "s", tools: [] },
  });
  await panel.tell({ ...script.restored(), waiting: ["Fix the failing test."] });
  expect(await waiting.textContent()).toBe("Fix the failing test.");
  await panel.tell(
    script.progressed(script.add({ type: "user_said", text: "Fix the failing test.", attachments: [], by: "user" })),
  );
  expect(await waiting.count()).toBe(0);
});

test("a model whose server is silent is not said to answer", async () => {
  await open();
  const trouble = {
    code: "server_down",
    message: "Nothing answers at http://127.0.0.1:11434.",
    remedy: "Start Ollama.",
  };
  await panel.tell({ ...surroundings, trouble });
  await expectText(".no-model", /Nothing answers at .* Start Ollama\./);
  expect(await panel.page.getByText("answers, on this machine").count()).toBe(0);
});

test("a window without trust or without a folder says so", async () => {
  await open();
  await panel.tell({ ...surroundings, trusted: false });
  await expectText(".window-notice", /Restricted Mode/);
  await panel.tell({ ...surroundings, hasWorkspace: false });
  await expectText(".window-notice", /No folder is open/);
});

test("attachments are chips that can be removed", async () => {
  await open();
  await panel.tell({
    ...surroundings,
    attachments: [
      { label: "a.ts:1-3", text: "x" },
      { label: "b.ts", text: "y" },
    ],
  });
  await panel.page.getByRole("button", { name: "Remove b.ts" }).click();
  expect(await panel.sentOf("attachment_removed")).toEqual([{ type: "attachment_removed", index: 1 }]);
});

test("the history lists tasks, opens one, and deletes one only after a second press", async () => {
  await open();
  await panel.page.getByRole("button", { name: "Earlier tasks" }).click();
  expect(await panel.sentOf("history_opened")).toHaveLength(1);
  await panel.tell({
    type: "tasks_listed",
    tasks: [
      { id: "t1", title: "Fix the total", at: Date.now(), state: "done" },
      { id: "t2", title: "Add a test", at: Date.now(), state: "failed" },
    ],
  });
  await panel.page.getByRole("button", { name: "Delete Add a test" }).click();
  expect(await panel.sentOf("task_deleted")).toEqual([]);
  await panel.page.getByRole("button", { name: "Delete", exact: true }).click();
  expect(await panel.sentOf("task_deleted")).toEqual([{ type: "task_deleted", taskId: "t2" }]);
  expect(await panel.page.getByRole("list", { name: "Tasks" }).getByRole("listitem").count()).toBe(1);
  await panel.page
    .getByRole("button", { name: /Fix the total/ })
    .first()
    .click();
  expect(await panel.sentOf("task_opened")).toEqual([{ type: "task_opened", taskId: "t1" }]);
  await panel.tell({ type: "task_restored", taskId: null, events: [] });
  await panel.page.getByRole("list", { name: "Examples" }).waitFor();
});

test("a failed reply shows what to do once, and Retry; a failed request shows a banner that goes", async () => {
  await open();
  const trouble = { code: "x", message: "The connection was closed.", remedy: "Check the server." };
  const script = new TaskScript();
  script.start("Hi");
  script.turn(1);
  script.reply(1, "I star", { stop: "error", trouble });
  script.add({ type: "finished", reason: "model_failed", text: "", trouble });
  await panel.tell(script.restored());
  expect(await panel.page.locator(".row").getByText("The connection was closed.").count()).toBe(1);
  await panel.page.getByRole("button", { name: "Retry" }).click();
  expect(await panel.sentOf("retry_pressed")).toHaveLength(1);
  await panel.tell({
    type: "request_failed",
    trouble: { code: "y", message: "That task is gone.", remedy: "Open another." },
  });
  await panel.page.getByText("That task is gone.").waitFor();
  await panel.page.getByRole("button", { name: "Dismiss" }).click();
  expect(await panel.page.getByText("That task is gone.").count()).toBe(0);
});

test("a task that was paused says why and can be continued", async () => {
  await open();
  const script = new TaskScript();
  script.start("Hi");
  script.add({ type: "paused", why: "VS Code ended while this was at work." });
  await panel.tell(script.restored());
  await panel.page.getByText("VS Code ended while this was at work.").waitFor();
  await panel.page.getByRole("button", { name: "Continue" }).click();
  expect(await panel.sentOf("retry_pressed")).toHaveLength(1);
});

test("a reply that a reload interrupted can be continued", async () => {
  await open();
  const script = new TaskScript();
  script.start("Hi");
  script.turn(1);
  script.reply(1, "I star", { stop: "aborted" });
  await panel.tell(script.restored());
  await panel.page.getByRole("button", { name: "Continue" }).click();
  expect(await panel.sentOf("retry_pressed")).toHaveLength(1);
});

test("rounds of a test are shown with their outcome", async () => {
  await open();
  const script = new TaskScript();
  script.start("Fix the test");
  script.add(
    { type: "verify_started", round: 1, rounds: 5, test: "total › rounds once", command: "node --test" },
    { type: "verdict_given", round: 1, outcome: "failed", text: "1 !== 1.01", durationMs: 812 },
  );
  await panel.tell(script.restored());
  await expectText(".verify-line", "Round 1 of 5: test failed · 0.8 s");
});

async function openApproval(
  ask: (script: TaskScript) => unknown,
  look: PanelLook = {},
  actionId?: string,
): Promise<TaskScript> {
  await open(look);
  const script = new TaskScript();
  script.start("Do it");
  script.turn(1);
  script.reply(1, "I will.");
  ask(script);
  const id = actionId ?? script.events.findLast((event) => event.type === "action_judged")?.actionId ?? "";
  await panel.tell(script.restored(), { type: "approval_opened", actionId: id, nonce: `nonce-${id}` });
  return script;
}

async function expectText(selector: string, expected: string | RegExp): Promise<void> {
  const text = (await panel.page.locator(selector).last().innerText()).replace(/\s+/g, " ").trim();
  if (typeof expected === "string") {
    expect(text).toBe(expected);
  } else {
    expect(text).toMatch(expected);
  }
}

function valuesOf(elements: Element[]): string[] {
  return elements.map((element) => (element as HTMLTextAreaElement).value);
}
