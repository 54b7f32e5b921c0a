import { expect, test } from "vitest";
import { fold } from "../../src/core/fold";
import { emptyTask } from "../../src/core/task-view";
import { fileChange, finished, TaskScript } from "../../test/ui/panel-page-events";
import { announce } from "./announcements";

function start() {
  const script = new TaskScript();
  const view = fold(emptyTask("task-1"), [...script.start("Fix it"), ...script.turn(1)]);
  return { script, view };
}

test("pieces of a reply are not spoken, the finished reply is", () => {
  const { script, view } = start();
  const streaming = fold(view, script.add({ type: "reply_delta", turn: 1, kind: "text", text: "Hel" }));
  expect(announce(view, streaming)).toEqual({ said: [], urgent: undefined });
  const done = fold(streaming, script.reply(1, "Hello."));
  expect(announce(streaming, done).said).toEqual(["Hello."]);
  expect(announce(done, done)).toEqual({ said: [], urgent: undefined });
});

test("an approval is spoken at once, and its end politely", () => {
  const { script, view } = start();
  const asking = fold(view, script.askEdit("e1", [fileChange("a.ts", [{ start: 1, lines: ["+x"] }])]));
  expect(announce(view, asking).urgent).toBe("Approval needed: Edit a.ts");
  const done = fold(asking, [
    ...script.add({ type: "action_answered", actionId: "e1", allow: true, hash: "h" }),
    ...script.add(finished("e1", "ok")),
  ]);
  expect(announce(asking, done)).toEqual({ said: ["Edit a.ts: Accepted"], urgent: undefined });
});

test("an edit that a rule let through is not called accepted", () => {
  const { script, view } = start();
  const proposed = fold(view, script.askEdit("e1", [fileChange("a.ts", [{ start: 1, lines: ["+x"] }])]));
  const done = fold(proposed, script.add(finished("e1", "ok")));
  expect(announce(proposed, done).said).toEqual(["Edit a.ts: Written"]);
});

test("quiet reads are not spoken, and opening a task only speaks what waits", () => {
  const { script, view } = start();
  const read = fold(view, script.read("r1", "a.ts"));
  expect(announce(view, read)).toEqual({ said: [], urgent: undefined });
  const asking = fold(read, script.askCommand("c1", "npm test"));
  expect(announce(undefined, asking)).toEqual({ said: [], urgent: "Approval needed: Run npm test" });
});
