import { expect, test } from "vitest";
import { begunTask, fakes, MemoryFiles, ScriptedApprover, user } from "../../test/fakes/ports";
import { calls, ScriptedModel, says } from "../../test/fakes/scripted-model";
import type { AgentEvent } from "./events";
import { AgentEvent as EventSchema } from "./events";
import { fold } from "./fold";
import { emptyTask } from "./task-view";

const edit = { path: "a.txt", edits: [{ old_text: "one", new_text: "two" }] };

async function aRun(): Promise<{ live: AgentEvent[]; journaled: AgentEvent[] }> {
  const given = fakes({
    model: new ScriptedModel([
      { ...calls(["edit_file", edit]), text: "Let me change it.", reasoning: "Hm." },
      calls(["run_command", { command: "make" }]),
      { ...says("Done."), usage: { promptTokens: 900, completionTokens: 20 } },
    ]),
    files: new MemoryFiles({ "a.txt": "one\n" }),
    approver: new ScriptedApprover([{ allow: true }, { allow: false, remark: "not now" }]),
  });
  const task = await begunTask(given);
  const live: AgentEvent[] = [...task.events];
  task.onEvent((event) => live.push(event));
  await task.say(user("Go"));
  return { live, journaled: given.journaled };
}

test("live events and those of the journal fold to the same task", async () => {
  const { live, journaled } = await aRun();

  expect(fold(emptyTask("t1"), live)).toEqual(fold(emptyTask("t1"), journaled));
});

test("folding in any portions gives the same task", async () => {
  const { live } = await aRun();
  const whole = fold(emptyTask("t1"), live);

  for (let cut = 0; cut <= live.length; cut++) {
    expect(fold(fold(emptyTask("t1"), live.slice(0, cut)), live.slice(cut))).toEqual(whole);
  }
});

test("folding leaves the view it started from as it was", async () => {
  const { live } = await aRun();
  const half = fold(emptyTask("t1"), live.slice(0, 8));
  const before = JSON.stringify(half);

  fold(half, live.slice(8));

  expect(JSON.stringify(half)).toBe(before);
});

test("a task shows each thing once, with its last state", async () => {
  const { live } = await aRun();

  const { items, status, usage } = fold(emptyTask("t1"), live);

  expect(items.map((item) => [item.kind, item.kind === "action" ? item.state : undefined])).toEqual([
    ["user", undefined],
    ["reply", undefined],
    ["action", "done"],
    ["reply", undefined],
    ["action", "refused"],
    ["reply", undefined],
  ]);
  expect(status).toBe("idle");
  expect(usage).toEqual({ promptTokens: 900, completionTokens: 20 });
});

test("nothing keeps turning after the end", () => {
  const at = { v: 1 as const, at: 0, taskId: "t1" };
  const endpoint = {
    name: "n",
    model: "m",
    baseUrl: "http://127.0.0.1:1/v1",
    locality: "machine" as const,
    practice: false,
  };
  const view = fold(emptyTask("t1"), [
    { ...at, seq: 0, type: "turn_started", turn: 1, estimatedTokens: 1, endpoint },
    { ...at, seq: 1, type: "reply_delta", turn: 1, kind: "text", text: "Half" },
    { ...at, seq: 1, type: "finished", reason: "stopped", text: "Stopped." },
  ]);

  expect(view.items[0]).toMatchObject({ kind: "reply", text: "Half", streaming: false });
});

test("every event that a task emits is valid where it is parsed", async () => {
  const { live } = await aRun();

  for (const event of live) {
    expect(EventSchema.parse(JSON.parse(JSON.stringify(event)))).toEqual(event);
  }
});

test("output that is shortened again and again says how much is hidden in all", () => {
  const at = { v: 1 as const, at: 0, taskId: "t1" };
  const action = {
    id: "a1",
    callId: "c1",
    tool: "run_command",
    title: "Run x",
    effect: { kind: "command" as const, command: "x", cwd: "." },
    preview: { kind: "command" as const, command: "x", cwd: ".", timeoutMs: 1 },
    hash: "",
  };
  const outputs = Array.from({ length: 5 }, (_, index) => ({
    ...at,
    seq: index + 1,
    type: "action_output" as const,
    actionId: "a1",
    text: `${index}`.repeat(30_000),
  }));

  const { items } = fold(emptyTask("t1"), [{ ...at, seq: 0, type: "action_proposed", action }, ...outputs]);

  const output = items[0]?.kind === "action" ? items[0].output : "";
  expect(output).toBe(`${"0".repeat(30_000)}\n[… 90000 characters not shown …]\n${"4".repeat(30_000)}`);
});

test("a task that was paused keeps nothing turning", () => {
  const at = { v: 1 as const, at: 0, taskId: "t1" };
  const endpoint = {
    name: "n",
    model: "m",
    baseUrl: "http://127.0.0.1:1/v1",
    locality: "machine" as const,
    practice: false,
  };

  const view = fold(emptyTask("t1"), [
    { ...at, seq: 0, type: "turn_started", turn: 1, estimatedTokens: 1, endpoint },
    { ...at, seq: 1, type: "paused", why: "The window was closed." },
  ]);

  expect(view.status).toBe("paused");
  expect(view.items[0]).toMatchObject({ kind: "reply", streaming: false });
});
