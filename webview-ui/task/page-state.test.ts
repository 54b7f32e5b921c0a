import { expect, test } from "vitest";
import { surroundings, TaskScript } from "../../test/ui/panel-page-events";
import { applyMessages, emptyPage, withAnswered } from "./page-state";

test("a burst of progress is folded like the same events one by one", () => {
  const script = new TaskScript();
  const events = [
    ...script.start("Fix it"),
    ...script.turn(1),
    ...["a", "b", "c"].flatMap((text) => script.add({ type: "reply_delta", turn: 1, kind: "text", text })),
  ];
  const burst = applyMessages(
    emptyPage,
    events.map((event) => script.progressed([event])),
  );
  const single = events.reduce((state, event) => applyMessages(state, [script.progressed([event])]), emptyPage);
  expect(burst.task).toEqual(single.task);
  expect(burst.task?.items.at(-1)).toMatchObject({ kind: "reply", text: "abc" });
});

test("a restored task takes the place of the one before; an empty one is the empty state", () => {
  const first = new TaskScript("one");
  first.start("First");
  const second = new TaskScript("two");
  second.start("Second");
  const shown = applyMessages(emptyPage, [first.restored(), second.restored()]);
  expect(shown.task).toMatchObject({ id: "two", title: "Second" });
  const empty = applyMessages(shown, [{ type: "task_restored", taskId: null, events: [] }]);
  expect(empty.task).toBeUndefined();
  expect(empty.opened).toBeGreaterThan(shown.opened);
});

test("what was said and not read yet is there again when the page opens, until it is read", () => {
  const script = new TaskScript();
  script.start("Fix it");
  const opened = applyMessages(emptyPage, [{ ...script.restored(), waiting: ["and the docs", "be brief"] }]);
  expect(opened.pending).toEqual(["and the docs", "be brief"]);
  const said = script.add({ type: "user_said", text: "and the docs", attachments: [], by: "user" });
  expect(applyMessages(opened, [script.progressed(said)]).pending).toEqual(["be brief"]);
});

test("the mode is what was said last: by the surroundings or by the task", () => {
  const script = new TaskScript();
  let state = applyMessages(emptyPage, [{ ...surroundings, mode: "plan" }]);
  expect(state.mode).toBe("plan");
  state = applyMessages(state, [script.progressed(script.start("Fix it"))]);
  expect(state.mode).toBe("act");
  state = applyMessages(state, [{ ...surroundings, mode: "plan", leaving: "other" }]);
  expect(state.mode).toBe("act");
  state = applyMessages(state, [script.progressed(script.add({ type: "mode_changed", mode: "plan", by: "user" }))]);
  expect(state.mode).toBe("plan");
});

test("S-C5: a nonce is known until it is used", () => {
  const open = applyMessages(emptyPage, [{ type: "approval_opened", actionId: "a", nonce: "n" }]);
  expect(open.nonces.get("a")).toBe("n");
  expect(withAnswered(open, "a").nonces.has("a")).toBe(false);
  expect(open.nonces.get("a")).toBe("n");
});

test("what the server does is shown for its own task, and forgotten when the work ends or another task is shown", () => {
  const script = new TaskScript();
  const begun = applyMessages(emptyPage, [
    { type: "task_restored", taskId: "task-1", events: [...script.start("Fix it")] },
    { type: "model_status", taskId: "task-2", text: "Loading the model… 2 s so far" },
  ]);
  expect(begun.modelStatus).toBeUndefined();

  const loading = applyMessages(begun, [
    { type: "model_status", taskId: "task-1", text: "Loading the model… 2 s so far" },
  ]);
  expect(loading.modelStatus).toBe("Loading the model… 2 s so far");
  expect(applyMessages(loading, [{ type: "model_status", taskId: "task-1", text: null }]).modelStatus).toBeUndefined();

  const events = script.add({ type: "finished", reason: "stopped", text: "" });
  expect(applyMessages(loading, [{ type: "task_progressed", taskId: "task-1", events }]).modelStatus).toBeUndefined();
  expect(applyMessages(loading, [{ type: "task_restored", taskId: null, events: [] }]).modelStatus).toBeUndefined();
});
