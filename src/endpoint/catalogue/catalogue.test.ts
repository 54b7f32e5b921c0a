import { expect, test } from "vitest";
import { catalogue, findInCatalogue, pullLine, sizeOf } from "./catalogue";
import type { KvBasis } from "./schema";

const { models, sources, asOf } = catalogue();

test("the roster and the coders that fit laptops are all there, each once", () => {
  const ids = models.map(({ id }) => id);
  expect(ids).toEqual([...new Set(ids)]);
  expect(ids).toEqual(
    expect.arrayContaining([
      ...["glm-5.2", "deepseek-v4-pro", "deepseek-v4-flash", "kimi-k2", "minimax-m3"],
      ...["qwen3-coder-480b", "qwen3-coder-30b", "qwen3-coder-next", "devstral-small-2"],
      ...["qwen3.6-27b", "qwen3.6-35b-a3b", "glm-4.7-flash", "gpt-oss-20b"],
    ]),
  );
});

test("every fact names a source that the catalogue lists with its date, and every source is used", () => {
  const named = new Set(sourcesIn(models));
  expect([...named].filter((name) => sources[name] === undefined)).toEqual([]);
  expect(Object.keys(sources).filter((name) => !named.has(name))).toEqual([]);
  expect(Object.values(sources).every(({ seen }) => seen <= asOf)).toBe(true);
});

function sourcesIn(value: unknown): string[] {
  if (typeof value !== "object" || value === null) {
    return [];
  }
  return Object.entries(value).flatMap(([key, inner]) =>
    key === "source" && typeof inner === "string" ? [inner] : sourcesIn(inner),
  );
}

test.each(models.flatMap(({ name, kv }) => (kv === undefined ? [] : [{ name, kv }])))(
  "the cache of $name follows from its dimensions",
  ({ kv }) => {
    expect(bytesFrom(kv.basis) ?? kv.bytesPerToken).toBe(kv.bytesPerToken);
  },
);

function bytesFrom(basis: KvBasis): number | undefined {
  switch (basis.kind) {
    case "attention":
      return 2 * basis.layers * basis.kvHeads * basis.headDim * 2 + (basis.indexBytes ?? 0);
    case "latent":
      return basis.layers * basis.width * 2;
    case "reported":
      return undefined;
  }
}

test("sizes that were worked out agree with the parameters, within a tenth", () => {
  for (const { name, parameters, sizes } of models) {
    for (const { quant, gigabytes, source } of sizes.filter((size) => size.source === "bits-per-weight")) {
      const bits = quant === "4bit" ? 4.85 : 8.5;
      expect(Math.abs(gigabytes / ((parameters.total * bits) / 8) - 1), `${name} ${quant} ${source}`).toBeLessThan(0.1);
    }
  }
});

test("larger weights never take fewer bytes", () => {
  const order = ["1bit", "2bit", "3bit", "4bit", "8bit"];
  for (const { name, sizes } of models) {
    const bytes = order.flatMap((quant) => sizes.find((size) => size.quant === quant)?.gigabytes ?? []);
    expect(bytes, name).toEqual([...bytes].sort((left, right) => left - right));
  }
});

test("a model that only runs on its host's servers has no line to pull it", () => {
  expect(pullLine(byId("glm-5.2"))).toBeUndefined();
  expect(pullLine(byId("kimi-k2"))).toBeUndefined();
  expect(pullLine(byId("qwen3-coder-30b"))).toBe("ollama pull qwen3-coder:30b");
  expect(models.filter(({ ollama }) => ollama?.cloudOnly && ollama.pull !== undefined)).toEqual([]);
  expect(models.flatMap(({ ollama }) => ollama?.pull ?? []).filter((name) => name.includes("cloud"))).toEqual([]);
});

test("a pull line says which weights it brings, and their size is known", () => {
  for (const model of models.filter(({ ollama }) => ollama?.pull !== undefined)) {
    expect(model.ollama?.quant === undefined ? undefined : sizeOf(model, model.ollama.quant), model.id).toBeDefined();
  }
});

test("licences are told apart by what they restrict", () => {
  expect(byId("qwen3.6-27b").licence).toMatchObject({ name: "Apache 2.0", class: "open_source" });
  expect(byId("kimi-k2").licence).toMatchObject({ name: "Modified MIT", class: "open_weights_with_conditions" });
  expect(byId("minimax-m3").licence).toMatchObject({
    name: "MiniMax Community License",
    class: "weights_available",
    restricts: expect.stringContaining("US$ 20 million"),
  });
});

test("the makers' scores are marked as theirs", () => {
  const verified = byId("deepseek-v4-pro").scores.filter(({ benchmark }) => benchmark === "SWE-bench Verified");
  expect(verified.map(({ percent, by }) => ({ percent, by }))).toEqual([
    { percent: 80.6, by: "vendor" },
    { percent: 77.6, by: "independent" },
  ]);
});

test.each([
  ["qwen3-coder:30b", "qwen3-coder-30b"],
  ["qwen3-coder:30b-64k", "qwen3-coder-30b"],
  ["qwen3-coder", "qwen3-coder-30b"],
  ["Qwen3-Coder-30B-A3B-Instruct-Q4_K_M.gguf", "qwen3-coder-30b"],
  ["unsloth/Qwen3-Coder-Next-GGUF", "qwen3-coder-next"],
  ["qwen3-coder-next:latest", "qwen3-coder-next"],
  ["qwen/qwen3.6-27b", "qwen3.6-27b"],
  ["qwen3.6:35b-a3b", "qwen3.6-35b-a3b"],
  ["devstral-small-2:24b", "devstral-small-2"],
  ["glm-5.2:cloud", "glm-5.2"],
  ["glm-4.7-flash:q8_0", "glm-4.7-flash"],
  ["gpt-oss:20b", "gpt-oss-20b"],
  ["moonshotai/Kimi-K2.6", "kimi-k2"],
  ["deepseek-ai/DeepSeek-V4-Flash", "deepseek-v4-flash"],
])("a server's %s is %s", (served, id) => {
  expect(findInCatalogue(served)?.id).toBe(id);
});

test.each(["gpt-oss:120b", "glm-4.7", "qwen3:8b", "devstral-2:123b", "llama3.1:8b", "minimax-m2.7"])(
  "a server's %s is none of the catalogue's",
  (served) => {
    expect(findInCatalogue(served)).toBeUndefined();
  },
);

function byId(id: string) {
  const found = models.find((model) => model.id === id);
  if (found === undefined) {
    throw new Error(`no ${id}`);
  }
  return found;
}
