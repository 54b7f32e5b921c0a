import { expect, test } from "vitest";
import { begunTask, fakes, MemoryFiles, ScriptedApprover, user } from "../../test/fakes/ports";
import { calls, ScriptedModel, says } from "../../test/fakes/scripted-model";
import type { AgentEvent } from "./events";

const results = (events: readonly AgentEvent[]) =>
  events.flatMap((event) => (event.type === "action_finished" ? [event.text] : []));

const read = () => calls(["read_file", { path: "a.js" }]);

test("the same read gives the same result with a note, and the third time the user decides", async () => {
  const model = new ScriptedModel([
    read(),
    calls(["read_file", { path: "a.js", from: 1 }]),
    read(),
    read(),
    says("unseen"),
  ]);
  const task = await begunTask(fakes({ model, files: new MemoryFiles({ "a.js": "one\n" }) }));

  const ending = await task.say(user("Go"));

  const texts = results(task.events);
  expect(texts[0]).toBe("1\tone");
  expect(texts[2]).toMatch(/^1\tone\n\[You made this very call before/);
  expect(ending).toMatchObject({
    reason: "stuck",
    trouble: {
      code: "same_call",
      message: expect.stringContaining("read_file a.js"),
      remedy: expect.stringContaining("Continue"),
    },
  });
  expect(model.requests).toHaveLength(4);
});

test("a read of a file that changed meanwhile is no repetition", async () => {
  const files = new MemoryFiles({ "a.js": "one\n" });
  let reads = 0;
  const again = () => {
    files.texts.set("a.js", `${++reads}\n`);
    return read();
  };
  const model = new ScriptedModel([again, again, again, again, says("Done.")]);
  const task = await begunTask(fakes({ model, files }));

  expect(await task.say(user("Go"))).toMatchObject({ reason: "answered" });
  expect(results(task.events).join()).not.toContain("very call");
});

test("a command that was run is not run again: its earlier result is told, and the user is not asked twice", async () => {
  const run = () => calls(["run_command", { command: "npm test", cwd: "." }]);
  const approver = new ScriptedApprover([{ allow: true }, { allow: true }]);
  const model = new ScriptedModel([
    run(),
    calls(["run_command", { cwd: ".", command: "npm test" }]),
    says("It passes."),
  ]);
  const given = fakes({ model, approver });
  const task = await begunTask(given);

  expect(await task.say(user("Go"))).toMatchObject({ reason: "answered" });

  expect(given.shell.commands).toEqual(["npm test"]);
  expect(approver.asked).toHaveLength(1);
  const [first, second] = results(task.events);
  expect(second).toMatch(
    new RegExp(`^${first?.replace(/[[\]]/g, "\\$&")}\n\\[You made this very call before, so it was not`),
  );
});

test("tests run again after an edit are exempt", async () => {
  const run = () => calls(["run_command", { command: "npm test" }]);
  const edit = (from: string, to: string) =>
    calls(["edit_file", { path: "a.js", edits: [{ old_text: from, new_text: to }] }]);
  const approver = new ScriptedApprover(Array.from({ length: 7 }, () => ({ allow: true })));
  const model = new ScriptedModel([
    run(),
    edit("one", "two"),
    run(),
    edit("two", "three"),
    run(),
    edit("three", "four"),
    run(),
    says("Done."),
  ]);
  const given = fakes({ model, approver, files: new MemoryFiles({ "a.js": "one\n" }) });
  const task = await begunTask(given);

  expect(await task.say(user("Go"))).toMatchObject({ reason: "answered" });
  expect(given.shell.commands).toHaveLength(4);
});

test("what the user refused is not asked again", async () => {
  const run = () => calls(["run_command", { command: "rm -rf build" }]);
  const approver = new ScriptedApprover([{ allow: false }]);
  const model = new ScriptedModel([run(), run(), run(), says("unseen")]);
  const given = fakes({ model, approver });
  const task = await begunTask(given);

  expect(await task.say(user("Go"))).toMatchObject({ reason: "stuck" });
  expect(approver.asked).toHaveLength(1);
  expect(given.shell.commands).toEqual([]);
});

test("after the user has answered a question, what was run or refused before may be asked again", async () => {
  const run = () => calls(["run_command", { command: "npm test" }]);
  const ask = (question: string) => calls(["ask_user", { question }]);
  const approver = new ScriptedApprover([
    { allow: false },
    { allow: true, remark: "Yes, run the tests" },
    { allow: true },
    { allow: true },
    { allow: true },
  ]);
  const model = new ScriptedModel([run(), ask("May I?"), run(), ask("Start the database, please."), run(), says("ok")]);
  const given = fakes({ model, approver });
  const task = await begunTask(given);

  expect(await task.say(user("Go"))).toMatchObject({ reason: "answered" });
  expect(given.shell.commands).toEqual(["npm test", "npm test"]);
});

test("after a word of the user, or when they let it continue, counting begins anew", async () => {
  const model = new ScriptedModel([read(), read(), read(), read(), says("Done.")]);
  const task = await begunTask(fakes({ model, files: new MemoryFiles({ "a.js": "one\n" }) }));
  expect(await task.say(user("Go"))).toMatchObject({ reason: "stuck" });

  expect(await task.resume()).toMatchObject({ reason: "answered" });
  expect(results(task.events).at(-1)).toBe("1\tone");
});

test("a call that cannot be read, three times the same, is put to the user too", async () => {
  const bad = () => calls(["read_file", "{oh"]);
  const model = new ScriptedModel([bad(), bad(), bad(), says("unseen")]);
  const task = await begunTask(fakes({ model }));

  expect(await task.say(user("Go"))).toMatchObject({ reason: "stuck" });
  expect(model.requests).toHaveLength(3);
});

test("edits of a file that keep failing are told what else to do", async () => {
  const edit = (old: string) => calls(["edit_file", { path: "a.js", edits: [{ old_text: old, new_text: "x" }] }]);
  const model = new ScriptedModel([edit("aaaaaaaa"), edit("bbbbbbbb"), edit("cccccccc"), says("I give up.")]);
  const task = await begunTask(fakes({ model, files: new MemoryFiles({ "a.js": "one\n" }) }));

  await task.say(user("Go"));

  const [first, second, third] = results(task.events);
  expect(first).not.toContain("Read the file anew");
  expect(second).toContain("Read the file anew before the next one");
  expect(third).toContain("write_file");
});
