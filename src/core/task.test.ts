import { expect, test } from "vitest";
import { begunTask, fakes, MemoryFiles, portsOf, ScriptedApprover, user } from "../../test/fakes/ports";
import { calls, fails, fakeEndpoint, ScriptedModel, says } from "../../test/fakes/scripted-model";
import { AgentError, bugTrouble, ToolFailure } from "./errors";
import type { AgentEvent, NewEvent } from "./events";
import { fold } from "./fold";
import { requestOf } from "./loop";
import type { Answer } from "./ports";
import { type Ending, Task } from "./task";
import { emptyTask } from "./task-view";

const cart = "export const price = (n) => n;\n";
const edit = { path: "cart.js", edits: [{ old_text: "(n) => n;", new_text: "(n) => n * 2;" }] };

const types = (events: readonly AgentEvent[]) => events.map((event) => event.type);
const results = (events: readonly AgentEvent[]) =>
  events.flatMap((event) => (event.type === "action_finished" ? [event.text] : []));

test("an accepted edit is written, and the model reads what happened", async () => {
  const given = fakes({
    model: new ScriptedModel([calls(["edit_file", edit]), says("Doubled.")]),
    files: new MemoryFiles({ "cart.js": cart }),
    approver: new ScriptedApprover([{ allow: true }]),
  });
  const task = await begunTask(given);

  const ending = await task.say(user("Double it"));

  expect(given.files.texts.get("cart.js")).toBe("export const price = (n) => n * 2;\n");
  expect(given.model.lastSeen.at(-1)).toMatchObject({ role: "tool", text: "Changed cart.js." });
  expect(ending).toEqual({ reason: "answered", text: "Doubled." });
  expect(types(task.events)).toEqual([
    "task_started",
    "user_said",
    "turn_started",
    "reply_finished",
    "action_proposed",
    "action_judged",
    "action_answered",
    "action_started",
    "checkpoint_made",
    "action_finished",
    "turn_started",
    "reply_finished",
    "finished",
  ]);
});

test("a rejected edit changes nothing, and the remark is in the next request", async () => {
  const given = fakes({
    model: new ScriptedModel([calls(["edit_file", edit]), says("As you like.")]),
    files: new MemoryFiles({ "cart.js": cart }),
    approver: new ScriptedApprover([{ allow: false, remark: "use Math.max" }]),
  });
  const task = await begunTask(given);

  await task.say(user("Double it"));

  expect(given.files.texts.get("cart.js")).toBe(cart);
  expect(given.files.applied).toEqual([]);
  expect(given.model.lastSeen.at(-1)).toMatchObject({ role: "tool", text: expect.stringContaining("use Math.max") });
});

test("a remark on an accepted action reaches the model too", async () => {
  const given = fakes({
    model: new ScriptedModel([calls(["run_command", { command: "ls" }]), says("ok")]),
    approver: new ScriptedApprover([{ allow: true, remark: "only this once" }]),
  });
  const task = await begunTask(given);

  await task.say(user("Look around"));

  expect(given.model.lastSeen.at(-1)).toMatchObject({ text: expect.stringContaining("only this once") });
});

test("a refused command never runs, and the model is told so", async () => {
  const given = fakes({
    model: new ScriptedModel([calls(["run_command", { command: "rm -rf ." }]), says("I will not.")]),
    approver: new ScriptedApprover([{ allow: false }]),
  });
  const task = await begunTask(given);

  await task.say(user("Clean up"));

  expect(given.shell.commands).toEqual([]);
  expect(given.model.lastSeen.at(-1)).toMatchObject({ role: "tool", text: "The user refused this. Do not repeat it." });
});

test("plan mode refuses edits and commands without asking and tells the model why", async () => {
  const given = fakes({
    model: new ScriptedModel([
      calls(
        ["write_file", { path: "new.js", content: "x" }],
        ["edit_file", edit],
        ["run_command", { command: "touch x" }],
        ["run_command", { command: "echo x > y" }],
      ),
      says("I may only read."),
    ]),
    files: new MemoryFiles({ "cart.js": cart }),
  });
  const task = await begunTask(given, "plan");

  await task.say(user("Change it"));

  expect(given.approver.asked).toEqual([]);
  expect(given.shell.commands).toEqual([]);
  expect(given.files.applied).toEqual([]);
  expect(results(task.events)).toHaveLength(4);
  for (const text of results(task.events)) {
    expect(text).toMatch(/^Plan mode only reads/);
  }
});

test("approving a plan switches to act mode in the same conversation", async () => {
  const steps = [{ title: "Double the price", files: ["cart.js"], check: "npm test" }];
  const given = fakes({
    model: new ScriptedModel([calls(["propose_plan", { steps }]), calls(["edit_file", edit]), says("Done.")]),
    files: new MemoryFiles({ "cart.js": cart }),
    approver: new ScriptedApprover([{ allow: true }, { allow: true }]),
  });
  const task = await begunTask(given, "plan");

  await task.say(user("Double it"));

  expect(task.mode).toBe("act");
  expect(given.files.texts.get("cart.js")).toContain("n * 2");
  const [first, second, third] = given.model.requests;
  expect(second?.system).toBe(first?.system);
  expect(second?.tools).toEqual(first?.tools);
  expect(third?.messages.slice(0, second?.messages.length)).toEqual(second?.messages);
  expect(second?.messages.at(-1)).toMatchObject({
    role: "tool",
    text: expect.stringMatching(/approved[\s\S]*\[mode: act\]$/),
  });
});

test("the user's changes to a plan are what is approved, pinned and told to the model", async () => {
  const steps = [{ title: "First" }, { title: "Second" }];
  const given = fakes({ model: new ScriptedModel([calls(["propose_plan", { steps }]), says("ok")]) });
  const task = await begunTask(given, "plan");
  const mine = { steps: [{ id: "n1", title: "Only this", files: [], check: "by eye", done: false }] };
  given.approver.answers.push(async () => {
    await task.editPlan(mine);
    return { allow: true };
  });

  await task.say(user("Plan it"));

  expect(given.model.lastSeen.at(-1)).toMatchObject({ text: expect.stringContaining("1. Only this Check: by eye") });
  expect(fold(emptyTask("t1"), task.events)).toMatchObject({ plan: mine, planApproved: true });
});

test("a step is ticked off once each file it names was changed", async () => {
  const steps = [
    { title: "Double", files: ["cart.js"] },
    { title: "Test", files: [], check: "npm test" },
  ];
  const given = fakes({
    model: new ScriptedModel([
      calls(["propose_plan", { steps }]),
      calls(["edit_file", edit]),
      calls(["run_command", { command: "npm test" }]),
      says("Done."),
    ]),
    files: new MemoryFiles({ "cart.js": cart }),
    approver: new ScriptedApprover([{ allow: true }, { allow: true }, { allow: true }]),
  });
  const task = await begunTask(given);

  await task.say(user("Go"));

  const ticks = task.events.flatMap((event) =>
    event.type === "plan_changed" ? [event.plan.steps.map((step) => step.done)] : [],
  );
  expect(ticks).toEqual([
    [true, false],
    [true, true],
  ]);
});

test("a plan sent again with done steps is a report, not a new question", async () => {
  const steps = [{ title: "A" }, { title: "B" }];
  const given = fakes({
    model: new ScriptedModel([
      calls(["propose_plan", { steps }]),
      calls(["propose_plan", { steps: [{ title: "A", done: true }, { title: "B" }] }]),
      says("Done."),
    ]),
    approver: new ScriptedApprover([{ allow: true }]),
  });
  const task = await begunTask(given);

  await task.say(user("Go"));

  expect(given.approver.asked).toHaveLength(1);
  expect(fold(emptyTask("t1"), task.events).plan?.steps.map((step) => step.done)).toEqual([true, false]);
});

/** The user types into the file while the first answer is given. */
function typingMeanwhile(typed: string, ...answers: Answer[]) {
  const given = fakes({
    model: new ScriptedModel([calls(["edit_file", edit]), says("ok")]),
    files: new MemoryFiles({ "cart.js": cart }),
  });
  const [first, ...rest] = answers;
  given.approver.answers.push(
    () => {
      given.files.texts.set("cart.js", typed);
      return first ?? { allow: true };
    },
    ...rest,
  );
  return given;
}

test("R-13: what the user types elsewhere in a file while its edit waits is kept, and the edit goes on top of it", async () => {
  const given = typingMeanwhile(`// mine\n\n${cart}`);
  const task = await begunTask(given);

  await task.say(user("Double it"));

  expect(given.approver.asked).toHaveLength(1);
  expect(given.files.texts.get("cart.js")).toBe("// mine\n\nexport const price = (n) => n * 2;\n");
  const recorded = task.events.findLast((event) => event.type === "proposal_changed");
  expect(recorded).toMatchObject({
    files: [{ path: "cart.js", hunks: [{ lines: expect.arrayContaining([" // mine"]) }] }],
  });
  const answered = task.events.find((event) => event.type === "action_answered");
  expect(answered?.hash).not.toBe(given.approver.asked[0]?.hash);
});

test("C-4 R-13: an edit of lines that the user changed meanwhile is shown again on the new text and not written unasked", async () => {
  const given = typingMeanwhile("export const price = (n) => n; // mine\n", { allow: true }, { allow: false });
  const task = await begunTask(given);

  await task.say(user("Double it"));

  expect(given.approver.asked.map((action) => action.again)).toEqual([
    undefined,
    "cart.js changed after this was shown; the proposal now stands on the new text.",
  ]);
  expect(given.files.applied).toEqual([]);
  expect(given.files.texts.get("cart.js")).toBe("export const price = (n) => n; // mine\n");
});

test("R-13: who types while an accepted edit is being written keeps what they typed, and the edit is written too", async () => {
  const given = fakes({
    model: new ScriptedModel([calls(["edit_file", edit]), says("ok")]),
    files: new MemoryFiles({ "cart.js": cart }),
    approver: new ScriptedApprover([{ allow: true }]),
  });
  const apply = given.files.apply.bind(given.files);
  const letters = ["", "x", "xx"];
  given.files.apply = (...args) => {
    letters.shift();
    if (letters[0]) {
      given.files.texts.set("cart.js", `// ${letters[0]}\n\n${cart}`);
    }
    return apply(...args);
  };
  const task = await begunTask(given);
  await task.say(user("Double it"));

  expect(given.approver.asked).toHaveLength(1);
  expect(given.files.texts.get("cart.js")).toBe("// xx\n\nexport const price = (n) => n * 2;\n");
  const hashes = task.events.flatMap((event) => (event.type === "action_answered" ? [event.hash] : []));
  expect(new Set(hashes).size).toBe(hashes.length);
});

test("a remark on an accepted edit that cannot be written reaches the model with the failure", async () => {
  const given = fakes({
    model: new ScriptedModel([calls(["edit_file", edit]), says("ok")]),
    files: new MemoryFiles({ "cart.js": cart }),
    approver: new ScriptedApprover([{ allow: true, remark: "round it later" }]),
  });
  given.files.apply = async () => {
    throw new ToolFailure("cart.js is read-only.");
  };
  const task = await begunTask(given);

  await task.say(user("Double it"));

  expect(results(task.events)).toEqual(["cart.js is read-only.\nThe user remarks: round it later"]);
});

test("a remark on an edit that has to be asked again is on the new card and in the result", async () => {
  const given = typingMeanwhile(
    "export const price = (n) => n; // mine\n",
    { allow: true, remark: "keep it short" },
    { allow: false, remark: "leave mine" },
  );
  const task = await begunTask(given);

  await task.say(user("Double it"));

  expect(given.approver.asked[1]?.again).toMatch(/new text\. Your remark is kept: keep it short$/);
  expect(results(task.events)).toEqual([
    "The user refused this. They say: leave mine\nThe user remarks: keep it short",
  ]);
});

test("a remark on a command that has to be asked again, because its script changed, reaches the model once it ran", async () => {
  const given = fakes({ model: new ScriptedModel([calls(["run_command", { command: "npm test" }]), says("ok")]) });
  given.shell.scripts.set("npm test", "node --test");
  given.approver.answers.push(
    () => {
      given.shell.scripts.set("npm test", "node --test --only");
      return { allow: true, remark: "only this once" };
    },
    { allow: true },
  );
  const task = await begunTask(given);

  await task.say(user("Test"));

  expect(given.shell.commands).toEqual(["npm test"]);
  expect(results(task.events)[0]).toMatch(/The user remarks: only this once$/);
});

test("a remark reaches the model also when the task broke off before the approved edit was written", async () => {
  const given = fakes({
    model: new ScriptedModel([calls(["edit_file", edit]), says("ok")]),
    files: new MemoryFiles({ "cart.js": cart }),
    approver: new ScriptedApprover([{ allow: true, remark: "round it later" }]),
  });
  given.checkpoints.before = async () => {
    throw new AgentError("not_kept", "The disk is full.", "Free some space.");
  };
  const task = await begunTask(given);
  await task.say(user("Double it"));

  await task.say(user("There is room again"));

  expect(given.model.lastSeen.find(({ role }) => role === "tool")?.text).toBe(
    "Not run: the task was stopped before this call.\nThe user remarks: round it later",
  );
});

test("an accepted edit whose lines the file holds by then is done, not refused", async () => {
  const given = typingMeanwhile("export const price = (n) => n * 2;\n", { allow: true, remark: "I typed it" });
  const task = await begunTask(given);

  await task.say(user("Double it"));

  expect(given.files.applied).toEqual([]);
  expect(task.events.findLast((event) => event.type === "action_finished")).toMatchObject({
    outcome: "done",
    text: "cart.js already holds what you proposed: nothing was left to write there.\nThe user remarks: I typed it",
  });
});

test("of an accepted edit of two files the one that is there already is told, and the other is written", async () => {
  const patch = ["a.js", "b.js"].map((path) => `--- ${path}\n+++ ${path}\n@@ -1 +1 @@\n-one\n+two\n`).join("");
  const given = fakes({
    model: new ScriptedModel([calls(["edit_file", { patch }]), says("ok")]),
    files: new MemoryFiles({ "a.js": "one\n", "b.js": "one\n" }),
  });
  given.approver.answers.push(() => {
    given.files.texts.set("b.js", "two\n");
    return { allow: true };
  });
  const task = await begunTask(given);

  await task.say(user("Change both"));

  expect(Object.fromEntries(given.files.texts)).toEqual({ "a.js": "two\n", "b.js": "two\n" });
  expect(results(task.events)).toEqual([
    "Changed a.js.\nb.js already holds what you proposed: nothing was left to write there.",
  ]);
});

test("an edit of which the user left out every part is refused, whatever they typed elsewhere", async () => {
  const given = typingMeanwhile(`// mine\n\n${cart}`, { allow: true, hunks: [] });
  const task = await begunTask(given);

  await task.say(user("Double it"));

  expect(task.events.findLast((event) => event.type === "action_finished")).toMatchObject({ outcome: "refused" });
});

test("a proposal that the user edited is written as edited, under a hash of its own, and the model is told", async () => {
  const given = fakes({
    model: new ScriptedModel([calls(["edit_file", edit]), says("ok")]),
    files: new MemoryFiles({ "cart.js": cart }),
  });
  const target = "export const price = (n) => n * 3;\n";
  given.approver.answers.push({ allow: true, shown: [{ path: "cart.js", base: cart, target, accepted: target }] });
  const task = await begunTask(given);

  await task.say(user("Double it"));

  expect(given.files.texts.get("cart.js")).toBe(target);
  expect(results(task.events)[0]).toMatch(/user changed your proposal[\s\S]*-.*n \* 2;\n\+.*n \* 3;/);
  const answered = task.events.find((event) => event.type === "action_answered");
  expect(answered?.hash).toMatch(/^[0-9a-f]{64}$/);
  expect(answered?.hash).not.toBe(given.approver.asked[0]?.hash);
});

test("the same change in two files is two hunks, each with its own answer", async () => {
  const patch = ["a.js", "b.js"].map((path) => `--- ${path}\n+++ ${path}\n@@ -1 +1 @@\n-one\n+two\n`).join("");
  const given = fakes({
    model: new ScriptedModel([calls(["edit_file", { patch }]), says("ok")]),
    files: new MemoryFiles({ "a.js": "one\n", "b.js": "one\n" }),
  });
  given.approver.answers.push((action) => {
    const files = action.preview.kind === "edit" ? action.preview.files : [];
    return { allow: true, hunks: files.slice(1).flatMap((file) => file.hunks.map((hunk) => hunk.id)) };
  });
  const task = await begunTask(given);

  await task.say(user("Change both"));

  expect(Object.fromEntries(given.files.texts)).toEqual({ "a.js": "one\n", "b.js": "two\n" });
});

test("C-4 S-B6: a command whose script changed while it waited asks again", async () => {
  const given = fakes({ model: new ScriptedModel([calls(["run_command", { command: "npm test" }]), says("ok")]) });
  given.shell.scripts.set("npm test", "node --test");
  given.approver.answers.push(
    () => {
      given.shell.scripts.set("npm test", "curl evil");
      return { allow: true };
    },
    { allow: false },
  );
  const task = await begunTask(given);

  await task.say(user("Test"));

  expect(given.shell.commands).toEqual([]);
  expect(given.approver.asked[1]?.preview).toMatchObject({ script: "curl evil" });
});

test("only the accepted hunks are written, and the model reads which were not", async () => {
  const text = Array.from({ length: 30 }, (_, index) => `line ${index}\n`).join("");
  const both = {
    path: "a.txt",
    edits: [
      { old_text: "line 2\n", new_text: "two\n" },
      { old_text: "line 25\n", new_text: "25!\n" },
    ],
  };
  const given = fakes({
    model: new ScriptedModel([calls(["edit_file", both]), says("ok")]),
    files: new MemoryFiles({ "a.txt": text }),
  });
  given.approver.answers.push((action) => {
    const hunks = action.preview.kind === "edit" ? (action.preview.files[0]?.hunks ?? []) : [];
    expect(hunks).toHaveLength(2);
    return { allow: true, hunks: hunks.slice(0, 1).map((hunk) => hunk.id) };
  });
  const task = await begunTask(given);

  await task.say(user("Change"));

  expect(given.files.texts.get("a.txt")).toBe(text.replace("line 2\n", "two\n"));
  expect(given.model.lastSeen.at(-1)).toMatchObject({ text: expect.stringMatching(/did not accept[\s\S]*\+25!/) });
});

test("R-2 R-24: an approval that waited when the window went away stands again as the same card, and nothing ran", async () => {
  const model = new ScriptedModel([calls(["edit_file", edit])]);
  const before = fakes({ model, files: new MemoryFiles({ "cart.js": cart }) });
  const task = await begunTask(before);
  const waiting = task.say(user("Double it"));
  await expect.poll(() => before.approver.asked.length).toBe(1);
  const history = [...before.journaled];
  task.close();
  await waiting;

  const after = fakes({
    ...before,
    model: new ScriptedModel([says("Done.")]),
    approver: new ScriptedApprover([{ allow: true }]),
    journaled: [],
  });
  const reopened = await begunTask(after, "act", history);
  expect(reopened.hasOpenCalls).toBe(true);
  expect(before.files.applied).toEqual([]);
  await reopened.resume();

  expect(after.approver.asked[0]).toEqual(before.approver.asked[0]);
  expect(types(after.journaled)).not.toContain("action_proposed");
  expect(after.files.texts.get("cart.js")).toContain("n * 2");
});

test("R-3: an approval given just before a crash is void and asked again", async () => {
  const given = fakes({
    model: new ScriptedModel([calls(["edit_file", edit]), says("x")]),
    files: new MemoryFiles({ "cart.js": cart }),
    approver: new ScriptedApprover([{ allow: true }]),
  });
  const task = await begunTask(given);
  await task.say(user("Double it"));
  const cutAt = given.journaled.findIndex((event) => event.type === "action_started");
  const after = fakes({
    model: new ScriptedModel([says("ok")]),
    files: new MemoryFiles({ "cart.js": cart }),
    approver: new ScriptedApprover([{ allow: false }]),
  });

  const reopened = await begunTask(after, "act", given.journaled.slice(0, cutAt));
  await reopened.resume();

  expect(after.approver.asked).toHaveLength(1);
  expect(after.files.applied).toEqual([]);
});

test("an effect that a crash interrupted is never run again", async () => {
  const given = fakes({
    model: new ScriptedModel([calls(["run_command", { command: "make" }]), says("x")]),
    approver: new ScriptedApprover([{ allow: true }]),
  });
  const task = await begunTask(given);
  await task.say(user("Build"));
  const cutAt = given.journaled.findIndex((event) => event.type === "action_started") + 1;
  const after = fakes({ model: new ScriptedModel([says("ok")]) });

  const reopened = await begunTask(after, "act", given.journaled.slice(0, cutAt));
  await reopened.resume();

  expect(after.shell.commands).toEqual([]);
  expect(results(reopened.events)[0]).toMatch(/^Interrupted while it ran/);
});

test("the prompt after a resume continues the same prefix", async () => {
  const given = fakes({
    model: new ScriptedModel([calls(["read_file", { path: "cart.js" }]), says("It is a price.")]),
    files: new MemoryFiles({ "cart.js": cart }),
  });
  const task = await begunTask(given);
  await task.say(user("What is it?"));
  const after = fakes({ model: new ScriptedModel([says("Yes.")]) });

  const reopened = new Task("t1", portsOf(after), JSON.parse(JSON.stringify(given.journaled)));
  await reopened.say(user("Sure?"));

  const last = given.model.requests.at(-1);
  expect(after.model.requests[0]?.system).toBe(last?.system);
  expect(after.model.requests[0]?.messages.slice(0, last?.messages.length)).toEqual(last?.messages);
});

test("stopping while an approval waits runs nothing, and the next message continues the conversation", async () => {
  const given = fakes({ model: new ScriptedModel([calls(["run_command", { command: "make" }]), says("Fine.")]) });
  const task = await begunTask(given);
  const run = task.say(user("Build"));
  await expect.poll(() => given.approver.asked.length).toBe(1);

  task.stop();
  expect(await run).toEqual({ reason: "stopped", text: "Stopped. The next message continues from here." });
  await task.say(user("Never mind"));

  expect(given.shell.commands).toEqual([]);
  expect(given.model.lastSeen.map((message) => message.role)).toEqual([
    "user",
    "assistant",
    "tool",
    "assistant",
    "user",
  ]);
});

test("a stopped reply keeps its text and the next request starts with the same messages", async () => {
  const given = fakes({
    model: new ScriptedModel([{ ...says("Half a sen"), stop: "aborted" }, says("Whole.")]),
  });
  const task = await begunTask(given);
  expect(await task.say(user("Speak"))).toMatchObject({ reason: "stopped" });

  await task.say(user("Go on"));

  expect(given.model.lastSeen).toEqual([
    { role: "user", text: "Speak\n\n[mode: act]" },
    { role: "assistant", text: "Half a sen", reasoning: "", calls: [] },
    { role: "user", text: "Go on" },
  ]);
});

test("a failed reply ends the run with its remedy, and trying again sends the same messages", async () => {
  const given = fakes({ model: new ScriptedModel([fails("The server answered 500."), says("Hello.")]) });
  const task = await begunTask(given);

  expect(await task.say(user("Hi"))).toMatchObject({ reason: "model_failed", trouble: { remedy: "Try again." } });
  expect(await task.resume()).toMatchObject({ reason: "answered", text: "Hello." });

  expect(given.model.requests[1]).toEqual(given.model.requests[0]);
});

test("unknown tools, broken JSON and wrong arguments go back to the model as results", async () => {
  const given = fakes({
    model: new ScriptedModel([
      calls(["delete_everything", {}], ["read_file", "{not json"], ["read_file", { paths: 3 }]),
      says("Sorry."),
    ]),
  });
  const task = await begunTask(given);

  await task.say(user("Go"));

  expect(results(task.events)).toEqual([
    expect.stringMatching(/^There is no tool delete_everything\. The tools are: read_file/),
    expect.stringContaining("not valid JSON"),
    expect.stringMatching(/do not fit:[\s\S]*path/),
  ]);
});

test("S-B8: fields that claim an action is safe do not change its verdict", async () => {
  const input = { command: "make", requires_approval: false, safe: true, background: true, kind: "read" };
  const given = fakes({
    model: new ScriptedModel([calls(["run_command", input]), says("ok")]),
    approver: new ScriptedApprover([{ allow: false }]),
  });
  const task = await begunTask(given);

  await task.say(user("Go"));

  expect(given.approver.asked).toHaveLength(1);
  expect(given.shell.commands).toEqual([]);
});

const block =
  "<<<<<<< SEARCH\nexport const price = (n) => n;\n=======\nexport const price = (n) => n * 2;\n>>>>>>> REPLACE";

test("edits that a model writes into its text are asked for as a call of edit_file, and it reads what came of them", async () => {
  const given = fakes({
    model: new ScriptedModel([
      says(`I double it.\n\ncart.js\n\`\`\`js\n${block}\n\`\`\`\nThat is all.`),
      says("Doubled."),
    ]),
    files: new MemoryFiles({ "cart.js": cart }),
    approver: new ScriptedApprover([{ allow: true, remark: "good" }]),
  });
  const task = await begunTask(given);

  const ending = await task.say(user("Double it"));

  expect(given.approver.asked).toMatchObject([{ tool: "edit_file", title: "Edit cart.js", preview: { kind: "edit" } }]);
  expect(given.files.texts.get("cart.js")).toBe("export const price = (n) => n * 2;\n");
  expect(given.model.lastSeen.slice(1)).toEqual([
    {
      role: "assistant",
      text: "I double it.\n\nThat is all.",
      reasoning: "",
      calls: [
        {
          id: "call00001",
          name: "edit_file",
          arguments: JSON.stringify({ path: "cart.js", patch: `cart.js\n${block}\n` }),
        },
      ],
    },
    { role: "tool", callId: "call00001", name: "edit_file", text: "Changed cart.js.\nThe user remarks: good" },
  ]);
  expect(ending).toEqual({ reason: "answered", text: "Doubled." });
});

test("edits in a text whose lines are not in the file fail like a call, so that the model can mend them", async () => {
  const given = fakes({
    model: new ScriptedModel([says(`cart.js\n${block}`), says("Then not.")]),
    files: new MemoryFiles({ "cart.js": "export const cost = 1;\n" }),
  });
  const task = await begunTask(given);

  await task.say(user("Double it"));

  expect(given.approver.asked).toEqual([]);
  expect(given.model.lastSeen.at(-1)).toMatchObject({ role: "tool", text: expect.stringContaining("was not found") });
});

test.each([
  ["names no file of the workspace", "act", cart, `Such a block looks like this:\n\nsrc/app.js\n${block}`],
  ["names no file", "act", cart, `Such a block looks like this:\n${block}`],
  ["names a file outside the workspace", "act", cart, `/etc/hosts\n${block}`],
  ["is not whole", "act", cart, `cart.js\n${block.replace(/\n[^\n]*$/, "")}`],
  ["tells what the file holds already", "act", cart.replace("n;", "n * 2;"), `I did this:\n\ncart.js\n${block}`],
  ["is a diff", "act", cart, "--- cart.js\n+++ cart.js\n@@ -1 +1 @@\n-export const price = (n) => n;\n+export {};"],
  ["stands for a secret", "act", cart, `cart.js\n${block.replace("n * 2", "[[secret 1: key]]")}`],
  ["is meant for a plan", "plan", cart, `I would do this:\n\ncart.js\n${block}`],
] as const)("a text whose edit %s is an answer", async (_, mode, text, reply) => {
  const given = fakes({ model: new ScriptedModel([says(reply)]), files: new MemoryFiles({ "cart.js": text }) });
  const task = await begunTask(given, mode);

  expect(await task.say(user("How?"))).toEqual({ reason: "answered", text: reply });

  expect(given.approver.asked).toEqual([]);
  expect(given.files.applied).toEqual([]);
});

test("a model that cannot call tools only answers, also with edits in its text", async () => {
  const model = Object.assign(new ScriptedModel([says(`cart.js\n${block}`)]), { habits: { answersOnly: true } });
  const given = fakes({ model, files: new MemoryFiles({ "cart.js": cart }) });
  const task = await begunTask(given);

  expect(await task.say(user("Double it"))).toMatchObject({ reason: "answered" });

  expect(given.approver.asked).toEqual([]);
});

test("an empty reply is nudged once and then put to the user", async () => {
  const given = fakes({ model: new ScriptedModel([says(""), says("")]) });
  const task = await begunTask(given);

  expect(await task.say(user("Hi"))).toMatchObject({ reason: "stuck", trouble: { code: "empty_reply" } });

  expect(given.model.requests).toHaveLength(2);
  expect(given.model.lastSeen.at(-1)?.text).toMatch(/^\[Your reply was empty/);
});

test("what the user says while the model works is taken up before the next turn", async () => {
  const given = fakes({ model: new ScriptedModel([calls(["run_command", { command: "make" }]), says("ok")]) });
  const task = await begunTask(given);
  given.approver.answers.push(async () => {
    await task.say(user("and be quick"));
    return { allow: true };
  });

  await task.say(user("Build"));

  expect(given.model.lastSeen.at(-1)).toMatchObject({ role: "user", text: "and be quick" });
});

test("what the user said and no turn took up any more is in the record and in the next request", async () => {
  const given = fakes({ model: new ScriptedModel([calls(["run_command", { command: "make" }]), says("Fine.")]) });
  const task = await begunTask(given);
  given.approver.answers.push(async () => {
    await task.say(user("no, stop, wait"));
    task.stop();
    return { allow: false };
  });

  expect(await task.say(user("Build"))).toMatchObject({ reason: "stopped" });

  expect(given.journaled.slice(-2)).toMatchObject([
    { type: "user_said", text: "no, stop, wait" },
    { type: "finished", reason: "stopped" },
  ]);
  await task.say(user("Now go on"));
  const texts = given.model.lastSeen.flatMap((message) => (message.role === "user" ? [message.text] : []));
  expect(texts).toEqual([expect.stringContaining("Build"), "no, stop, wait", "Now go on"]);
});

test("a record that cannot be written while a message waits ends the task, and it can be taken up again", async () => {
  const given = fakes({ model: new ScriptedModel([calls(["run_command", { command: "make" }]), says("Fine.")]) });
  const ports = portsOf(given);
  let isFull = false;
  const { append } = ports.journal;
  ports.journal = {
    append: async (event) => {
      if (isFull) {
        throw new AgentError("disk_full", "The disk is full.", "Make room.");
      }
      return append(event);
    },
  };
  const task = new Task("t1", ports, []);
  await task.begin({ mode: "act", title: "Build", endpoint: fakeEndpoint });
  given.approver.answers.push(async () => {
    await task.say(user("and be quick"));
    isFull = true;
    return { allow: true };
  });

  await expect(task.say(user("Build"))).rejects.toMatchObject({ code: "disk_full" });

  expect(task.running).toBe(false);
  isFull = false;
  expect(await task.resume()).toMatchObject({ reason: "answered" });
});

test("every event is durable before what follows it happens", async () => {
  const order: string[] = [];
  const given = fakes({
    model: new ScriptedModel([calls(["run_command", { command: "make" }]), says("ok")]),
    approver: new ScriptedApprover([{ allow: true }]),
  });
  const ports = portsOf(given);
  const run = given.shell.run.bind(given.shell);
  given.shell.run = async (command, onOutput) => {
    order.push("effect");
    return run(command, onOutput);
  };
  ports.journal = {
    append: async (event) => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      order.push(event.type);
    },
  };
  const task = new Task("t1", ports);
  await task.begin({ mode: "act", title: "x", endpoint: given.model.endpoint });

  await task.say(user("Build"));

  expect(order.slice(order.indexOf("action_answered"), order.indexOf("effect") + 1)).toEqual([
    "action_answered",
    "action_started",
    "effect",
  ]);
});

test("a bug of ours ends the run as our bug and is reported, not swallowed", async () => {
  const given = fakes({ model: new ScriptedModel([]) });
  const task = await begunTask(given);

  const trouble = bugTrouble();
  expect(await task.say(user("Hi"))).toEqual({ reason: "failed", text: trouble.message, trouble });

  expect(given.bugs).toHaveLength(1);
});

test("the prompt of a task is kept in its first event", async () => {
  const given = fakes();
  const task = await begunTask(given);

  const request = requestOf(task.events);

  expect(request.tools.map((tool) => tool.name)).toEqual([
    "read_file",
    "list_files",
    "search_text",
    "edit_file",
    "write_file",
    "run_command",
    "propose_plan",
    "ask_user",
  ]);
});

test("a stretch of work that checks each edit ends with the first reply whose edits were carried out", async () => {
  const given = fakes({
    model: new ScriptedModel([
      calls(["read_file", { path: "cart.js" }]),
      calls(["edit_file", edit]),
      says("never asked"),
    ]),
    files: new MemoryFiles({ "cart.js": cart }),
    approver: new ScriptedApprover([{ allow: true }]),
  });
  const task = await begunTask(given);

  await task.session(({ work }) => work([{ type: "user_said", ...user("Double it") }], { untilEdited: true }));

  expect(given.model.requests).toHaveLength(2);
  expect(types(task.events).at(-1)).toBe("finished");
  expect(task.running).toBe(false);
});

test("stopping reaches what happens between two stretches of the agent's work", async () => {
  const task = await begunTask(fakes());
  const stopped = task.session(
    ({ signal }) =>
      new Promise<Ending>((resolve) => {
        signal.addEventListener("abort", () => resolve({ reason: "stopped", text: "Stopped." }));
      }),
  );

  task.stop();

  expect(await stopped).toMatchObject({ reason: "stopped" });
});

test("a failure that a person can act on ends the run with its remedy and is not reported as a bug", async () => {
  const given = fakes();
  const task = await begunTask(given);

  const ending = await task.session(async () => {
    throw new AgentError("disk_full", "The disk is full.", "Free some space.");
  });

  expect(ending).toMatchObject({ reason: "failed", trouble: { code: "disk_full", remedy: "Free some space." } });
  expect(given.bugs).toEqual([]);
});

test("invariant 9: what files were is kept before an effect begins, and reading keeps nothing", async () => {
  const order: string[] = [];
  const given = fakes({
    model: new ScriptedModel([
      calls(["read_file", { path: "cart.js" }], ["edit_file", edit], ["run_command", { command: "make" }]),
      says("ok"),
    ]),
    files: new MemoryFiles({ "cart.js": cart }),
    approver: new ScriptedApprover([{ allow: true }, { allow: true }]),
  });
  const task = await begunTask(given);
  const before = given.checkpoints.before.bind(given.checkpoints);
  given.checkpoints.before = async (deed) => {
    order.push(`kept for ${deed.label}`);
    return before(deed);
  };
  task.onEvent((event) => {
    if (event.type === "action_started") {
      order.push("started");
    }
  });

  await task.say(user("Go"));

  expect(order).toEqual(["started", "kept for Edit cart.js", "started", "kept for Run make", "started"]);
  expect(task.events.flatMap((event) => (event.type === "checkpoint_made" ? [event.files] : []))).toEqual([
    [{ path: "cart.js", change: "changed" }],
  ]);
});

test("R-30: the record of what an action left is told whether it came to its end", async () => {
  const given = fakes({
    model: new ScriptedModel([
      calls(["edit_file", edit]),
      calls(["write_file", { path: "new.js", content: "new" }]),
      says("ok"),
    ]),
    files: new MemoryFiles({ "cart.js": cart }),
    approver: new ScriptedApprover([{ allow: true }, { allow: true }]),
  });
  const outcomes: string[] = [];
  given.checkpoints.before = async ({ label }) => ({
    id: "c1",
    notes: [],
    finish: async (outcome) => {
      outcomes.push(`${label}: ${outcome}`);
      return undefined;
    },
  });
  const apply = given.files.apply.bind(given.files);
  given.files.apply = async () => {
    given.files.apply = apply;
    throw new ToolFailure("cart.js could not be saved.");
  };
  const task = await begunTask(given);

  await task.say(user("Go"));

  expect(outcomes).toEqual(["Edit cart.js: failed", "Write new.js: done"]);
});

test("R-11: when what is there cannot be kept, nothing is touched and the user is told what to do", async () => {
  const given = fakes({
    model: new ScriptedModel([calls(["edit_file", edit]), says("ok")]),
    files: new MemoryFiles({ "cart.js": cart }),
    approver: new ScriptedApprover([{ allow: true }]),
  });
  given.checkpoints.before = async () => {
    throw new AgentError("not_kept", "The disk is full.", "Free some space.");
  };
  const task = await begunTask(given);

  const ending = await task.say(user("Go"));

  expect(given.files.applied).toEqual([]);
  expect(ending).toMatchObject({ reason: "failed", trouble: { code: "not_kept", remedy: "Free some space." } });
});

test("the model is told of files that the user took back, in the next message and nowhere before", async () => {
  const given = fakes({ model: new ScriptedModel([says("Done."), says("I see.")]) });
  const task = await begunTask(given);
  await task.say(user("Go"));
  await task.emit({ type: "restored", checkpointId: "c1", files: ["cart.js"], redo: false });

  await task.say(user("Why?"));

  const [first, second] = given.model.requests;
  expect(second?.messages.slice(0, first?.messages.length)).toEqual(first?.messages);
  expect(second?.messages.at(-1)?.text).toMatch(/^Why\?\n\n\[The user took back your changes to these files: cart\.js/);
});

test("R-1: a task that the end of the window cut off is known as interrupted, one at rest is not", async () => {
  const given = fakes({ model: new ScriptedModel([says("Hello.")]) });
  const task = await begunTask(given);
  await task.say(user("Hi"));
  expect(new Task("t1", portsOf(given), given.journaled).wasInterrupted).toBe(false);

  const cut = given.journaled.slice(
    0,
    given.journaled.findIndex((event) => event.type === "reply_finished"),
  );

  expect(new Task("t1", portsOf(given), cut).wasInterrupted).toBe(true);
  const after = (events: readonly AgentEvent[], ...more: NewEvent[]) =>
    new Task("t1", portsOf(given), [...events, ...more.map((event) => ({ ...events.at(-1), ...event }) as AgentEvent)]);
  const beside: NewEvent[] = [
    { type: "mode_changed", mode: "plan", by: "user" },
    { type: "commits_squashed", commit: "c0ffee", count: 2, subject: "Both" },
  ];
  expect(after(cut, ...beside).wasInterrupted).toBe(true);
  expect(after(given.journaled, ...beside).wasInterrupted).toBe(false);
});
