import { expect, test } from "vitest";
import { withModel } from "./with-model";

const view = {
  name: "Mine",
  model: "qwen:7b",
  baseUrl: "http://127.0.0.1:1/v1",
  locality: "machine" as const,
  practice: false,
};

test("the endpoint of this name and model gets the other model, and keeps everything else", () => {
  const endpoints = [
    { name: "Other", model: "qwen:7b" },
    { name: "Mine", model: "qwen:7b", contextWindow: 4_096, note: "x" },
  ];

  expect(withModel(endpoints, view, "qwen:7b-64k")).toEqual([
    { name: "Other", model: "qwen:7b" },
    { name: "Mine", model: "qwen:7b-64k", contextWindow: 4_096, note: "x" },
  ]);
});

test("settings that do not name it stay the very same", () => {
  for (const endpoints of [undefined, "nonsense", [], [null, 3, { name: "Mine", model: "other" }]]) {
    expect(withModel(endpoints, view, "x")).toBe(endpoints);
  }
});
