import { expect, test } from "vitest";
import { SentHistory } from "./sent-history";

test("up goes to older entries and stays at the oldest, down comes back to what was being written", () => {
  const history = new SentHistory(["one", "two"]);
  expect(history.newer()).toBeUndefined();
  expect(history.older("draft")).toBe("two");
  expect(history.older("two")).toBe("one");
  expect(history.older("one")).toBeUndefined();
  expect(history.newer()).toBe("two");
  expect(history.newer()).toBe("draft");
  expect(history.newer()).toBeUndefined();
});

test("what was just sent is the newest entry, once", () => {
  const history = new SentHistory(["one"]);
  history.add("one");
  history.add("two");
  expect(history.older("")).toBe("two");
  expect(history.older("")).toBe("one");
  expect(history.older("")).toBeUndefined();
});
