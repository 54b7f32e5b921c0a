import { expect, test } from "vitest";
import type { AgentEvent, NewEvent } from "../../core/events";
import { roundOf, workIn } from "./work-done";

const stamped = (...events: NewEvent[]) =>
  events.map((event, seq): AgentEvent => ({ v: 1, seq, at: 0, taskId: "t", ...event }));

const edited = (actionId: string, ...changed: string[]): NewEvent => ({
  type: "action_finished",
  actionId,
  callId: actionId,
  outcome: "done",
  text: "",
  changed,
});
const undone = (actionId: string | undefined, ...files: string[]): NewEvent => ({
  type: "restored",
  checkpointId: "c",
  files,
  redo: false,
  ...(actionId === undefined ? {} : { actionId }),
});
const run = (round: number): NewEvent => ({ type: "verify_started", round, rounds: 5, test: "a", command: "x" });
const ended = (reason: "stopped" | "not_fixed"): NewEvent => ({ type: "finished", reason, text: "" });

const changedBy = (...events: NewEvent[]) => workIn(stamped(...events)).changedFiles;

test("what a task changed is each file once", () => {
  expect(changedBy(edited("1", "a", "b"), edited("2", "a"))).toEqual(["a", "b"]);
});

test("what the user took back is changed no more, until it is put back in", () => {
  const all = [edited("1", "a"), edited("2", "a", "b")];
  expect(changedBy(...all, undone("2", "a", "b"))).toEqual(["a"]);
  expect(changedBy(...all, undone(undefined, "a", "b"))).toEqual([]);
  expect(changedBy(...all, undone("1", "b"))).toEqual(["a"]);
  const redone: NewEvent = { type: "restored", checkpointId: "d", files: ["b"], redo: true };
  expect(changedBy(...all, undone("1", "a", "b"), redone)).toEqual(["b"]);
  expect(changedBy(...all, undone("1", "a", "b"), edited("3", "b"))).toEqual(["b"]);
});

test("a task is left in the round that it began last", () => {
  expect(roundOf(stamped(edited("1", "a")))).toBe(0);
  expect(roundOf(stamped(run(0), run(1), run(2), ended("stopped")))).toBe(2);
});

test("a task that ended as not fixed begins its rounds anew", () => {
  expect(roundOf(stamped(run(0), run(1), ended("not_fixed")))).toBe(0);
  expect(roundOf(stamped(run(0), run(1), ended("not_fixed"), run(0), run(1), ended("stopped")))).toBe(1);
});
