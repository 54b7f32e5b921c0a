import { expect, test } from "vitest";
import { gibibyte, type MachineMemory } from "./memory";
import { recommend } from "./recommend";

function machine(ramFree: number | undefined, graphicsFree: number | undefined, isShared = false): MachineMemory {
  const bytes = (gib: number | undefined) => (gib === undefined ? undefined : gib * gibibyte);
  return {
    ram: { totalBytes: bytes(ramFree), availableBytes: bytes(ramFree) },
    graphics:
      graphicsFree === undefined
        ? undefined
        : graphicsFree === 0
          ? []
          : [{ name: "GPU", totalBytes: bytes(graphicsFree), freeBytes: bytes(graphicsFree) }],
    isShared,
  };
}

test("a card of 24 GiB is told to take a model that runs fully on it, with a long context and a line to copy", () => {
  const [first] = recommend(machine(48, 23.2));

  expect(first).toMatchObject({
    modelId: "qwen3.6-27b",
    suitability: "best",
    quant: "4bit",
    pull: "ollama pull qwen3.6:27b",
    fit: { verdict: "fully_on_gpu" },
  });
  expect(first?.contextTokens).toBeGreaterThanOrEqual(65_536 / 2);
  expect(first?.reason).toMatch(/^Runs fully on the graphics processor\. With [\d,]+ tokens of context/);
});

test("the models for servers come last on a laptop, and have nothing to pull", () => {
  const list = recommend(machine(26, 7.6));
  const large = list.slice(-6);

  expect(new Set(large.map(({ modelId }) => modelId))).toEqual(
    new Set(["glm-5.2", "deepseek-v4-pro", "kimi-k2", "minimax-m3", "deepseek-v4-flash", "qwen3-coder-480b"]),
  );
  expect(large.every(({ suitability, pull }) => suitability === "no" && pull === undefined)).toBe(true);
  expect(large.every(({ reason }) => reason.startsWith("Needs "))).toBe(true);
});

test("with a small card and enough RAM a sparse model is preferred to a dense one", () => {
  const list = recommend(machine(30, 7.6));
  const first = list[0];

  expect(first).toMatchObject({ modelId: "qwen3.6-35b-a3b", suitability: "usable", fit: { verdict: "partly_on_cpu" } });
  const dense = list.find(({ modelId }) => modelId === "devstral-small-2");
  expect(dense?.suitability).toBe("poor");
});

test("an 8-bit cache is proposed where it is what makes the context long enough", () => {
  const devstral = recommend(machine(8, 21)).find(({ modelId }) => modelId === "devstral-small-2");

  expect(devstral).toMatchObject({ kvType: "q8_0", suitability: "best", fit: { verdict: "fully_on_gpu" } });
  expect(devstral?.reason).toContain("an 8-bit cache");
});

test("on a machine where nothing fits, nothing is recommended", () => {
  const list = recommend(machine(6, 0));

  expect(list.every(({ suitability }) => suitability === "no")).toBe(true);
  expect(list.flatMap(({ pull }) => pull ?? [])).toEqual([]);
});

test("memory that is not known gives no recommendation and says why", () => {
  const list = recommend(machine(undefined, undefined));

  expect(list.every(({ suitability, fit }) => suitability === "no" && fit.verdict === "unknown")).toBe(true);
  expect(list[0]?.reason).toContain("could not be read");
});

test("a large Apple machine is told of the workstation model, and of room for 8-bit weights of a smaller one", () => {
  const list = recommend(machine(88, 72, true));

  expect(list.find(({ modelId }) => modelId === "qwen3-coder-next")).toMatchObject({
    suitability: "best",
    pull: "ollama pull qwen3-coder-next",
  });
  expect(list.find(({ modelId }) => modelId === "qwen3.6-27b")?.reason).toContain("8-bit weights too (27.5 GiB)");
});

test("every recommendation that runs is long enough for its rank", () => {
  for (const free of [8, 12, 16, 24, 32, 48, 80]) {
    for (const { suitability, contextTokens, fit, modelId } of recommend(machine(32, free))) {
      if (suitability === "best") {
        expect(contextTokens, modelId).toBeGreaterThanOrEqual(32_768);
        expect(fit.verdict).toBe("fully_on_gpu");
      } else if (suitability === "usable") {
        expect(contextTokens, modelId).toBeGreaterThanOrEqual(16_384);
      }
    }
  }
});
