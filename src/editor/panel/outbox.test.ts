import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { AgentEvent } from "../../core/events";
import type { ToPanel } from "../../protocol/panel";
import { gatherMs, Outbox } from "./outbox";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

let seq = 0;
const stamp = (taskId: string) => ({ v: 1 as const, seq: seq++, at: 0, taskId });
const delta = (text: string, kind: "text" | "reasoning" = "text"): AgentEvent => ({
  ...stamp("t"),
  type: "reply_delta",
  turn: 1,
  kind,
  text,
});
const resumed = (taskId = "t"): AgentEvent => ({ ...stamp(taskId), type: "resumed" });

function start() {
  const posted: ToPanel[] = [];
  return { posted, outbox: new Outbox((message) => posted.push(message)) };
}

test("what happens within a moment is one message, and pieces of one reply are one piece", () => {
  const { posted, outbox } = start();
  for (const text of ["He", "ll", "o"]) {
    outbox.add("t", delta(text));
  }
  outbox.add("t", delta("hm", "reasoning"));
  outbox.add("t", resumed());
  expect(posted).toEqual([]);

  vi.advanceTimersByTime(gatherMs);

  expect(posted).toHaveLength(1);
  expect(posted[0]).toMatchObject({
    type: "task_progressed",
    taskId: "t",
    events: [{ text: "Hello" }, { text: "hm", kind: "reasoning" }, { type: "resumed" }],
  });
});

test("messages keep their order, and events of two tasks do not mix", () => {
  const { posted, outbox } = start();
  outbox.add("t", delta("a"));
  outbox.add("u", resumed("u"));
  outbox.send({ type: "input_focused" });
  expect(posted.map((message) => (message.type === "task_progressed" ? message.taskId : message.type))).toEqual([
    "t",
    "u",
    "input_focused",
  ]);
  vi.advanceTimersByTime(10 * gatherMs);
  expect(posted).toHaveLength(3);
});

test("what a page was told with the whole task is not told again, and what comes after it is", () => {
  const { posted, outbox } = start();
  const recorded = [resumed(), resumed()];
  outbox.send({ type: "task_restored", taskId: "t", events: recorded });
  const next = resumed();
  const other = { ...resumed("u"), seq: 0 };
  for (const event of [...recorded, next, other]) {
    outbox.add(event.taskId, event);
  }
  outbox.flush();
  expect(posted.slice(1)).toEqual([
    { type: "task_progressed", taskId: "t", events: [next] },
    { type: "task_progressed", taskId: "u", events: [other] },
  ]);
});

test("a thousand pieces are a few messages", () => {
  const { posted, outbox } = start();
  for (let piece = 0; piece < 1_000; piece++) {
    outbox.add("t", delta("x"));
    vi.advanceTimersByTime(1);
  }
  vi.advanceTimersByTime(gatherMs);
  expect(posted.length).toBeLessThanOrEqual(1_000 / gatherMs + 1);
  const text = posted.flatMap((message) => (message.type === "task_progressed" ? message.events : []));
  expect(text.map((event) => (event.type === "reply_delta" ? event.text : "")).join("")).toBe("x".repeat(1_000));
});

test("what waits when the page is gone or the outbox closed is not sent", () => {
  const { posted, outbox } = start();
  outbox.add("t", delta("a"));
  outbox.drop();
  vi.advanceTimersByTime(gatherMs);
  outbox.add("t", delta("b"));
  outbox.dispose();
  vi.advanceTimersByTime(gatherMs);
  expect(posted).toEqual([]);
  expect(vi.getTimerCount()).toBe(0);
});
