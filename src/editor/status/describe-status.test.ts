import { expect, test } from "vitest";
import type { EndpointView } from "../../core/events";
import { describeStatus, type StatusView } from "./describe-status";

const endpoint: EndpointView = {
  name: "Ollama",
  model: "qwen3-coder:30b",
  baseUrl: "http://127.0.0.1:11434/v1",
  locality: "machine",
  practice: false,
};
const view: StatusView = {
  endpoint,
  searching: false,
  state: "idle",
  leaving: "Nothing has left this machine today.",
  trusted: true,
};

test("a model on this machine has the home mark and the sentence on what left", () => {
  expect(describeStatus(view)).toEqual({
    text: "$(home) qwen3-coder:30b",
    tooltip: "Hearth: qwen3-coder:30b, from Ollama on this machine\nNothing has left this machine today.",
    spoken: "Hearth, qwen3-coder:30b, from Ollama on this machine",
    warns: false,
  });
});

test.each([
  ["network", "$(radio-tower) qwen3-coder:30b, on your network"],
  ["internet", "$(cloud) qwen3-coder:30b, on the internet"],
] as const)("S-N5: a model on the %s is never shown as local", (locality, text) => {
  expect(describeStatus({ ...view, endpoint: { ...endpoint, locality } }).text).toBe(text);
});

test("the practice lesson says that it is a script", () => {
  const practice = { ...endpoint, practice: true, model: "practice" };
  const texts = describeStatus({ ...view, endpoint: practice });
  expect([texts.text, texts.spoken].every((text) => text.includes("script") && text.includes("not a model"))).toBe(
    true,
  );
});

test("an open approval warns, in words too", () => {
  expect(describeStatus({ ...view, state: "approval" })).toMatchObject({
    text: "$(bell-dot) Hearth needs your approval",
    warns: true,
  });
  expect(describeStatus({ ...view, state: "working" })).toMatchObject({
    text: "$(loading~spin) qwen3-coder:30b",
    warns: false,
  });
});

test("a task that may go out is marked all the time, in words too", () => {
  const away = { ...endpoint, model: "big", locality: "internet" as const };
  expect(describeStatus({ ...view, away })).toEqual({
    text: "$(cloud-upload) $(home) going out to big",
    tooltip:
      "Hearth: qwen3-coder:30b, from Ollama on this machine\nWith your permission a task may go to big, on the internet. The panel has a button that ends it.\nNothing has left this machine today.",
    spoken: "Hearth, qwen3-coder:30b, from Ollama on this machine, a task may go to big, on the internet",
    warns: true,
  });
});

test("without a model it says so, and while looking it says that", () => {
  expect(describeStatus({ ...view, endpoint: undefined }).text).toBe("$(circle-slash) Hearth: no model");
  expect(describeStatus({ ...view, endpoint: undefined, searching: true }).text).toBe(
    "$(search) Hearth: looking for models",
  );
});

test("S-C2: a server's name for a model draws no picture and hides nothing", () => {
  const { text } = describeStatus({ ...view, endpoint: { ...endpoint, model: "a$(cloud)\u202eb\u200b" } });
  expect(text).toBe("$(home) a\\$(cloud)⟨U+202E⟩b⟨U+200B⟩");
});

test("Restricted Mode is said", () => {
  expect(describeStatus({ ...view, trusted: false }).tooltip).toContain("Restricted Mode");
});
