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
  expect(describeCandidate(local, "checked: good", true)).toEqual({
    label: "$(home) qwen3-coder:30b",
    description: "Ollama  $(check) in use",
    detail:
      "on this machine (127.0.0.1:11434) · 30.5B · 18.6 GB · Q4_K_M · 32,768 tokens of context, at most 262,144 tokens · loaded · 62% on the graphics card · checked: good",
  });
});

test("S-N5 whatever leaves this machine has another mark, and says that it leaves", () => {
  const garage = { ...local, view: { ...view, locality: "network" as const, baseUrl: "http://192.168.1.20:11434/v1" } };
  const cloud = {
    ...local,
    reach: "one_task" as const,
    view: { ...view, locality: "internet" as const, baseUrl: "https://api.example.com/v1" },
  };
  const open = { ...cloud, reach: "free" as const };
  const passed = { ...cloud, forwardedTo: "ollama.com", view: { ...view, locality: "internet" as const } };
  const shown = [garage, cloud, open, passed].map((one) => {
    const { label, detail } = describeCandidate(one, undefined, false);
    return `${label.split(" ")[0]} ${detail.split(" · ")[0]}`;
  });
  expect(shown).toEqual([
    "$(radio-tower) on your network (192.168.1.20:11434): leaves this machine",
    "$(cloud) on the internet (api.example.com): only for a task that you send there",
    "$(cloud) on the internet (api.example.com): leaves this machine",
    "$(cloud) passed on to ollama.com by 127.0.0.1:11434: leaves this machine",
  ]);
});

test("a model that cannot be used says why in place of its facts", () => {
  const trouble = {
    code: "server_down",
    message: "Nothing answers at http://127.0.0.1:11434.",
    remedy: "Start Ollama.",
  };
  expect(describeCandidate({ ...local, trouble }, undefined, false).detail).toBe(
    "on this machine (127.0.0.1:11434) · $(warning) Nothing answers at http://127.0.0.1:11434.",
  );
});

test("S-C2 names that servers give draw no pictures and hide nothing", () => {
  const named = { ...local, view: { ...view, model: "a$(cloud)\u202eb", name: "x\u200by" } };
  const { label, description } = describeCandidate(named, undefined, false);
  expect(label).toBe("$(home) a\\$(cloud)⟨U+202E⟩b");
  expect(description).toBe("x⟨U+200B⟩y");
});

test("what a server does not say is not shown", () => {
  const { contextWindow: _, ...without } = view;
  expect(
    describeCandidate({ ...local, view: without, loaded: undefined, facts: undefined }, undefined, false).detail,
  ).toBe("on this machine (127.0.0.1:11434)");
});
