import { expect, test } from "vitest";
import { withModel, withName } from "./with-model";

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

test("a model that Ollama calls latest is renamed also where the settings leave that out, and the other way round", () => {
  const listed = { ...view, model: "qwen3:latest" };
  const short = { ...view, model: "qwen3" };

  expect(withModel([{ name: "Mine", model: "qwen3" }], listed, "x")).toEqual([{ name: "Mine", model: "x" }]);
  expect(withModel([{ name: "Mine", model: "qwen3:latest" }], short, "x")).toEqual([{ name: "Mine", model: "x" }]);
  expect(withName("qwen3", listed, "x")).toBe("x");
  expect(withName("Mine/qwen3", listed, "x")).toBe("Mine/x");
  expect(withName("qwen3:8b", listed, "x")).toBe("qwen3:8b");
  expect(withName(undefined, listed, "x")).toBeUndefined();
});
