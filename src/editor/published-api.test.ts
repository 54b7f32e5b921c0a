import { expect, test } from "vitest";
import { publishedApi } from "./published-api";

const api = {
  version: 1 as const,
  startTask: () => ({ id: "t", finished: Promise.reject(new Error("not started")) }),
  stop: () => undefined,
  onEvent: () => ({ dispose: () => undefined }),
  answer: () => true,
};

test("approvals can be answered by a program in the test mode alone", () => {
  expect(publishedApi(api, true)).toHaveProperty("answer");
  expect(Object.keys(publishedApi(api, false)).sort()).toEqual(["onEvent", "startTask", "stop", "version"]);
});
