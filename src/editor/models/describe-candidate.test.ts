import { expect, test } from "vitest";
import type { EndpointView } from "../../core/events";
import { describeCandidate } from "./describe-candidate";
import type { Candidate } from "./model-choice";

const view: EndpointView = {
  name: "Ollama",
  model: "qwen3-coder:30b",
  baseUrl: "http://127.0.0.1:11434/v1",
  locality: "machine",
  practice: false,
  contextWindow: 32_768,
};
const local: Candidate = {
  view,
  loaded: true,
  configured: false,
  trouble: undefined,
  reach: "free",
  facts: { sizeBytes: 18_556_701_140, quantization: "Q4_K_M", parameters: "30.5B", maxContext: 262_144, onGpu: 0.62 },
};

test("a model here shows its size, quantisation, window now and at most, how it lies in memory and how it did", () => {
  expect(describeCandidate(local, "check-up: 9 of 10", true)).toEqual({
    label: "$(home) qwen3-coder:30b",
    description: "Ollama, on this machine  $(check) in use",
    detail: "30.5B · 18.6 GB · Q4_K_M · 32k of 256k context · loaded · 62% on the graphics card · check-up: 9 of 10",
  });
});

test("S-N5 whatever leaves this machine has another mark, and says that it leaves", () => {
  const garage = { ...local, view: { ...view, locality: "network" as const, baseUrl: "http://192.168.1.20:11434/v1" } };
  const internet = { ...view, locality: "internet" as const };
  const cloud = { ...local, reach: "one_task" as const, view: { ...internet, baseUrl: "https://api.example.com/v1" } };
  const open = { ...cloud, reach: "free" as const };
  const passed = { ...cloud, forwardedTo: "ollama.com", view: internet };
  const shown = [garage, cloud, open, passed].map((one) => {
    const { label, description, detail } = describeCandidate(one, undefined, false);
    return `${label.split(" ")[0]} ${description}; ${detail.split(" · ")[0]}`;
  });
  expect(shown).toEqual([
    "$(radio-tower) Ollama, on your network; leaves this machine for 192.168.1.20:11434",
    "$(cloud) Ollama, on the internet; for a task that you send to api.example.com",
    "$(cloud) Ollama, on the internet; leaves this machine for api.example.com",
    "$(cloud) Ollama, passed on to ollama.com; for a task that you send to ollama.com",
  ]);
});

test("a model that cannot be used says why in place of its facts", () => {
  const trouble = { code: "server_down", message: "Nothing answers at http://127.0.0.1:11434.", remedy: "Start it." };
  expect(describeCandidate({ ...local, trouble }, undefined, false).detail).toBe(
    "$(warning) Nothing answers at http://127.0.0.1:11434.",
  );
});

test("a server that wants a key stands there by its address, with what it wants", () => {
  const locked = {
    ...local,
    reach: "key_wanted" as const,
    view: { ...view, name: "LM Studio", model: "127.0.0.1:1234" },
  };
  const trouble = { code: "key_wanted", message: "The server at http://127.0.0.1:1234 wants a key.", remedy: "" };
  expect(describeCandidate({ ...locked, trouble }, undefined, false)).toEqual({
    label: "$(key) 127.0.0.1:1234",
    description: "LM Studio, on this machine",
    detail: "$(warning) The server at http://127.0.0.1:1234 wants a key.",
  });
});

test("the practice lesson says that it is a script and sends nothing", () => {
  const practice = { ...local, view: { ...view, practice: true } };
  expect(Object.values(describeCandidate(practice, undefined, false)).join(" ")).toMatch(
    /script, not a model.*nothing is sent/,
  );
});

test("S-C2 names that servers give draw no pictures and hide nothing", () => {
  const named = { ...local, view: { ...view, model: "a$(cloud)\u202eb", name: "x\u200by" } };
  const { label, description } = describeCandidate(named, undefined, false);
  expect(label).toBe("$(home) a\\$(cloud)⟨U+202E⟩b");
  expect(description).toBe("x⟨U+200B⟩y, on this machine");
});

test("what a server does not say is not shown", () => {
  const { contextWindow: _, ...without } = view;
  expect(
    describeCandidate({ ...local, view: without, loaded: undefined, facts: undefined }, undefined, false).detail,
  ).toBe("127.0.0.1:11434");
});
