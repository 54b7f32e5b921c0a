import { expect, test } from "vitest";
import { memoryBars } from "./bars";
import { catalogue } from "./catalogue";
import { fitModel } from "./fit";
import { gibibyte, type MachineMemory, sum, withoutLoaded } from "./memory";

const desktop24 = machine({ ram: [64, 56], graphics: [[24, 23.2]] });
const laptop8 = machine({ ram: [32, 26], graphics: [[8, 7.6]] });
const noGraphics = machine({ ram: [16, 12], graphics: [] });
const apple36 = { ...machine({ ram: [36, 30], graphics: [[25.2, 25.2]] }), isShared: true };
const nothingKnown: MachineMemory = {
  ram: { totalBytes: undefined, availableBytes: undefined },
  graphics: undefined,
  isShared: false,
};

function machine(gib: { ram: [number, number]; graphics: [number, number][] }): MachineMemory {
  const [total, available] = gib.ram;
  return {
    ram: { totalBytes: total * gibibyte, availableBytes: available * gibibyte },
    graphics: gib.graphics.map(([all, free], index) => ({
      name: `GPU ${index}`,
      totalBytes: all * gibibyte,
      freeBytes: free * gibibyte,
    })),
    isShared: false,
  };
}

function byId(id: string) {
  const found = catalogue().models.find((model) => model.id === id);
  if (found === undefined) {
    throw new Error(`no ${id}`);
  }
  return found;
}

test("weights, cache and overhead add up to the need", () => {
  const fit = fitModel(byId("qwen3-coder-30b"), { quant: "4bit", kvType: "f16", contextTokens: 65_536 }, desktop24);

  expect(fit.weights).toBe(18.6e9);
  expect(fit.kv).toBe(6 * gibibyte);
  expect(fit.overhead).toBe(0.75 * gibibyte);
  expect(fit.total).toBe(sum([fit.weights ?? 0, fit.kv ?? 0, fit.overhead]));
});

test("an 8-bit cache takes about half, two conversations side by side take twice", () => {
  const at = (kvType: "f16" | "q8_0", parallel: number) =>
    fitModel(byId("qwen3-coder-30b"), { quant: "4bit", kvType, contextTokens: 32_768, parallel }, desktop24).kv ?? 0;

  expect(at("q8_0", 1)).toBeCloseTo(at("f16", 1) * 0.53);
  expect(at("f16", 2)).toBe(at("f16", 1) * 2);
});

test("Devstral Small 2 on a card of 24 GiB has room for some 40,000 tokens, and for twice that with an 8-bit cache", () => {
  const at = (kvType: "f16" | "q8_0") =>
    fitModel(byId("devstral-small-2"), { quant: "4bit", kvType, contextTokens: 32_768 }, desktop24);

  expect(at("f16").verdict).toBe("fully_on_gpu");
  expect(at("f16").maxContextOnGpu).toBeGreaterThanOrEqual(32_768);
  expect(at("f16").maxContextOnGpu).toBeLessThanOrEqual(49_152);
  const twice = (at("q8_0").maxContextOnGpu ?? 0) / (at("f16").maxContextOnGpu ?? 1);
  expect(twice).toBeGreaterThan(1.6);
  expect(twice).toBeLessThan(2.1);
});

test.each(["f16", "q8_0"] as const)("the longest context fits and 4,096 tokens more do not (%s)", (kvType) => {
  const model = byId("devstral-small-2");
  const at = (contextTokens: number) => fitModel(model, { quant: "4bit", kvType, contextTokens }, desktop24);
  const { maxContext = 0, maxContextOnGpu = 0 } = at(4096);

  expect(maxContextOnGpu % 4096).toBe(0);
  expect(at(maxContextOnGpu).verdict).toBe("fully_on_gpu");
  expect(at(maxContextOnGpu + 4096).verdict).toBe("partly_on_cpu");
  expect(at(maxContext).verdict).toBe("partly_on_cpu");
  expect([at(maxContext + 4096).verdict, maxContext]).toContainEqual(
    maxContext === model.context.tokens ? maxContext : "does_not_fit",
  );
});

test("the longest context is never longer than what the model can hold", () => {
  const big = machine({ ram: [512, 480], graphics: [[192, 190]] });
  const fit = fitModel(byId("gpt-oss-20b"), { quant: "4bit", kvType: "f16", contextTokens: 262_144 }, big);

  expect(fit.maxContext).toBe(131_072);
  expect(fit.notes.join(" ")).toContain("131,072 tokens at most");
});

test("a model larger than the graphics memory runs partly on the processor, and a sparse one is said to be usable", () => {
  const sparse = fitModel(byId("qwen3.6-35b-a3b"), { quant: "4bit", kvType: "f16", contextTokens: 32_768 }, laptop8);
  const dense = fitModel(byId("qwen3.6-27b"), { quant: "4bit", kvType: "f16", contextTokens: 16_384 }, laptop8);

  expect(sparse.verdict).toBe("partly_on_cpu");
  expect(sparse.notes[0]).toBe(
    "Runs partly on the processor: slow, but usable, because only a part of the model works on each token.",
  );
  expect(dense.verdict).toBe("partly_on_cpu");
  expect(dense.notes[0]).toBe("Runs partly on the processor: slow, because the whole model works on each token.");
});

test("a machine without graphics memory is told that the processor does it all", () => {
  const model = byId("gpt-oss-20b");
  const small = { ...model, sizes: model.sizes.map((size) => ({ ...size, gigabytes: 4 })) };
  const fit = fitModel(small, { quant: "4bit", kvType: "f16", contextTokens: 16_384 }, noGraphics);

  expect(fit.verdict).toBe("partly_on_cpu");
  expect(fit.notes[0]).toContain("processor alone, because no graphics memory was found");
  expect(fit.maxContextOnGpu).toBe(0);
});

test("what does not fit says how much it needs and how much there is", () => {
  const fit = fitModel(byId("glm-5.2"), { quant: "4bit", kvType: "f16", contextTokens: 65_536 }, desktop24);

  expect(fit.verdict).toBe("does_not_fit");
  expect(fit.maxContext).toBe(0);
  expect(fit.notes[0]).toMatch(/^Needs 425 GiB; a model may take 62\.4 GiB here now\.$/);
});

test("less than 16,384 tokens of context is said to be too little for agent mode", () => {
  const fit = fitModel(byId("qwen3-coder-30b"), { quant: "4bit", kvType: "f16", contextTokens: 8192 }, desktop24);

  expect(fit.notes).toContain("Agent mode will not work well with less than 16,384 tokens of context.");
});

test("memory that could not be read makes the answer unknown, not no", () => {
  const fit = fitModel(byId("qwen3.6-27b"), { quant: "4bit", kvType: "f16", contextTokens: 32_768 }, nothingKnown);

  expect(fit.verdict).toBe("unknown");
  expect(fit.total).toBeGreaterThan(16.8e9);
  expect(fit.maxContext).toBeUndefined();
  expect(fit.notes).toEqual(["The memory of this machine could not be read."]);
});

test("a cache of unknown size leaves a lower bound, which still proves what does not fit", () => {
  const model = byId("deepseek-v4-flash");
  const large = machine({ ram: [256, 240], graphics: [[96, 95]] });
  const wish = { quant: "3bit", kvType: "f16", contextTokens: 65_536 } as const;

  expect(fitModel(model, wish, desktop24).verdict).toBe("does_not_fit");
  expect(fitModel(model, wish, large)).toMatchObject({ verdict: "partly_on_cpu" });
  expect(fitModel(model, wish, large).kv).toBeUndefined();
  expect(fitModel(model, wish, large).maxContext).toBeUndefined();
  expect(fitModel(model, wish, large).notes.join(" ")).toContain("at least this");
});

test("shared memory is not counted twice", () => {
  const fit = fitModel(byId("qwen3.6-27b"), { quant: "4bit", kvType: "f16", contextTokens: 32_768 }, apple36);

  expect(fit.room?.all).toBeLessThanOrEqual(30 * gibibyte);
  expect(fit.verdict).toBe("fully_on_gpu");
});

test("several graphics devices count together, less a GiB for each further one", () => {
  const two = machine({
    ram: [64, 56],
    graphics: [
      [12, 11.5],
      [12, 11.5],
    ],
  });
  const wish = { quant: "4bit", kvType: "f16", contextTokens: 16_384 } as const;

  expect(fitModel(byId("devstral-small-2"), wish, two).overhead).toBe(
    fitModel(byId("devstral-small-2"), wish, desktop24).overhead + gibibyte,
  );
  expect(fitModel(byId("devstral-small-2"), wish, two).notes.join(" ")).toContain("split over several");
});

test("what a loaded model holds is counted as free when another takes its place", () => {
  const busy = machine({ ram: [64, 50], graphics: [[24, 3]] });
  const freed = withoutLoaded(busy, [{ bytes: 20 * gibibyte, onGpu: 0.9 }]);

  expect(freed.graphics?.[0]?.freeBytes).toBeCloseTo(21 * gibibyte);
  expect(freed.ram.availableBytes).toBeCloseTo(52 * gibibyte);
  const overfull = withoutLoaded(busy, [{ bytes: 40 * gibibyte, onGpu: 1 }]);
  expect(overfull.graphics?.[0]?.freeBytes).toBe(24 * gibibyte);
});

test.each([
  ["a card with room", desktop24, "qwen3-coder-30b", ["graphics", "ram"]],
  ["a small card", laptop8, "qwen3.6-35b-a3b", ["graphics", "ram"]],
  ["no card", noGraphics, "gpt-oss-20b", ["ram"]],
  ["shared memory", apple36, "qwen3.6-27b", ["shared"]],
  ["far too little", desktop24, "glm-5.2", ["graphics", "ram"]],
] as const)("bars for %s add up to the memory, and hold all of the model", (_, place, id, memories) => {
  const fit = fitModel(byId(id), { quant: "4bit", kvType: "f16", contextTokens: 32_768 }, place);
  const bars = memoryBars(fit, place);

  expect(bars.map(({ memory }) => memory)).toEqual(memories);
  for (const { totalBytes, parts } of bars) {
    const inside = parts.filter(({ kind }) => kind !== "missing").map(({ bytes }) => bytes);
    expect(sum(inside)).toBeCloseTo(totalBytes, -3);
  }
  const ofModel = bars.flatMap(({ parts }) =>
    parts.filter(({ kind }) => ["weights", "kv", "overhead", "missing"].includes(kind)).map(({ bytes }) => bytes),
  );
  expect(sum(ofModel)).toBeCloseTo(fit.total ?? 0, -3);
  expect(bars.some(({ parts }) => parts.some(({ kind }) => kind === "missing"))).toBe(fit.verdict === "does_not_fit");
});

test("there are no bars for memory that is not known", () => {
  const fit = fitModel(byId("qwen3.6-27b"), { quant: "4bit", kvType: "f16", contextTokens: 32_768 }, nothingKnown);

  expect(memoryBars(fit, nothingKnown)).toEqual([]);
});
