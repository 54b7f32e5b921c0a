import { expect, test } from "vitest";
import { AgentEvent, type NewEvent } from "../events";
import { fold } from "../fold";
import { emptyTask } from "../task-view";

const endpoint = {
  name: "Cloud",
  model: "big",
  baseUrl: "https://api.example.com/v1",
  locality: "internet" as const,
  practice: false,
};

function notes(...events: NewEvent[]): string[] {
  const stamped = events.map((event, seq) => AgentEvent.parse({ v: 1, seq, at: 0, taskId: "t", ...event }));
  return fold(emptyTask("t"), stamped).items.map((item) => (item.kind === "note" ? item.text : item.kind));
}

test("a task that goes out says where to, with what limits, what was sent, and that it is local again", () => {
  const limits = { maxRequests: 20, maxBytes: 2_000_000 };
  expect(
    notes(
      { type: "grant_requested", grantId: "g", endpoint, bytes: 1_234, redactions: 2 },
      { type: "grant_given", grantId: "g", endpoint, ...limits, bytes: 1_234, sha256: "00" },
      { type: "grant_ended", grantId: "g", why: "task_ended", requests: 1, bytes: 12_340 },
    ),
  ).toEqual([
    "You sent this task out: big at api.example.com works on it from here, with at most 20 requests and 2.0 MB.",
    "The permission to send this task out ended with the work. Sent: 1 request, 12.3 kB. The task is local again.",
  ]);
});

test("a preview that is declined says that nothing was sent", () => {
  expect(notes({ type: "grant_ended", grantId: "g", why: "declined" })).toEqual(["Nothing was sent."]);
});

test("R-24 a permission that a reload ended says so, without counts that nobody knows", () => {
  expect(notes({ type: "grant_ended", grantId: "g", why: "window_closed" })).toEqual([
    "The window was closed, which ended the permission to send this task out. The task is local again.",
  ]);
});
