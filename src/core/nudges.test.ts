import { expect, test } from "vitest";
import { begunTask, fakes, user } from "../../test/fakes/ports";
import { calls, ScriptedModel, says } from "../../test/fakes/scripted-model";
import { announcesStep } from "./nudges";

test.each([
  "Let me read the file first.",
  "I see the problem. Let me fix it now.",
  "The test fails because of a typo.\n\nI'll update `src/a.ts`:",
  "Next, I will run the tests.",
  "Okay, I'm going to search for the function.",
  "**Now let me check the configuration:**",
  "First, let me look at the project…",
  "I need to look at basket.js to understand the discount.",
  "Here is what I found:",
])("a step that is announced and not taken: %s", (text) => {
  expect(announcesStep(text)).toBe(true);
});

test.each([
  "Done. Let me know if you want more tests.",
  "The bug is fixed: the amount never goes below zero.",
  "I will add tests if you want.",
  "Should I update the documentation too?",
  "Would you like me to continue? I'll write the migration once you say so.",
  "I changed src/a.ts and ran the tests; all pass.",
  "I'll be happy to help with anything else.",
  "To run it:\n```\nnpm test\n```",
  "I should mention that the cache is never cleared.",
  "",
])("an answer that stands: %s", (text) => {
  expect(announcesStep(text)).toBe(false);
});

test("a model that announces a step is nudged once, and goes on when it makes the call", async () => {
  const model = new ScriptedModel([
    says("Let me read the file."),
    calls(["list_files", {}]),
    says("Now I will run the tests:"),
    says("There is nothing to run. All is well."),
  ]);
  const task = await begunTask(fakes({ model }));

  expect(await task.say(user("Look"))).toMatchObject({
    reason: "answered",
    text: expect.stringContaining("All is well"),
  });

  const nudges = model.lastSeen.filter(
    (message) => message.role === "user" && message.text.startsWith("[You announced"),
  );
  expect(nudges).toHaveLength(2);
});

test("a model that only ever announces is put to the user", async () => {
  const model = new ScriptedModel([says("Let me read the file."), says("Sure, let me read it now.")]);
  const task = await begunTask(fakes({ model }));

  const ending = await task.say(user("Look"));

  expect(ending).toMatchObject({
    reason: "stuck",
    trouble: { code: "only_announced", remedy: expect.stringContaining("Continue") },
  });
  expect(model.requests).toHaveLength(2);
});

test("a call in the text that could not be read is no answer: the model is told, and the user when it happens again", async () => {
  const shown = { ...says('For example:\n<tool_call>{"name":"read_file"}</tool_call>'), hasUnreadCall: true };
  const once = new ScriptedModel([shown, says("That was only an example.")]);
  const twice = new ScriptedModel([shown, shown]);

  expect(await (await begunTask(fakes({ model: once }))).say(user("Look"))).toMatchObject({ reason: "answered" });
  expect(once.lastSeen.at(-1)).toMatchObject({ role: "user", text: expect.stringContaining("make that call again") });

  expect(await (await begunTask(fakes({ model: twice }))).say(user("Look"))).toMatchObject({
    reason: "stuck",
    trouble: { code: "unread_call" },
  });
});

test("rule 16: thoughts that take the whole reply are said, not shown as an empty answer", async () => {
  const thinking = { ...says(""), reasoning: "hm ".repeat(100), stop: "length" as const };
  const model = new ScriptedModel([thinking, thinking]);
  const task = await begunTask(fakes({ model }));

  const ending = await task.say(user("Look"));

  expect(model.lastSeen.at(-1)).toMatchObject({ role: "user", text: expect.stringContaining("Think briefly") });
  expect(ending).toMatchObject({ reason: "stuck", trouble: { code: "only_thoughts" } });
});

test("an announcement is an answer where there is nothing to call", async () => {
  const model = new ScriptedModel([says("Let me read the file.")]);
  const given = fakes({ model });
  const { Task } = await import("./task");
  const { portsOf } = await import("../../test/fakes/ports");
  const task = new Task("t1", { ...portsOf(given), tools: [] });
  await task.begin({ mode: "act", title: "A", endpoint: model.endpoint });

  expect(await task.say(user("Look"))).toMatchObject({ reason: "answered" });
});
