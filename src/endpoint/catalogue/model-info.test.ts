import { expect, test } from "vitest";
import { cacheFromModelInfo, subjectFromOllama } from "./model-info";

test("standard attention: layers, cache heads and the width of a head", () => {
  const qwen3Coder = {
    "general.architecture": "qwen3moe",
    "qwen3moe.block_count": 48,
    "qwen3moe.attention.head_count": 32,
    "qwen3moe.attention.head_count_kv": 4,
    "qwen3moe.attention.key_length": 128,
    "qwen3moe.attention.value_length": 128,
    "qwen3moe.embedding_length": 2048,
  };
  expect(cacheFromModelInfo(qwen3Coder)).toEqual({
    bytesPerToken: 98_304,
    fixedState: false,
    basis: "48 of 48 layers × 4 heads × (128 + 128) × 2 bytes",
  });
});

test("the width of a head follows from the embedding when it is not given", () => {
  const llama = {
    "general.architecture": "llama",
    "llama.block_count": 32,
    "llama.attention.head_count": 32,
    "llama.attention.head_count_kv": 8,
    "llama.embedding_length": 4096,
  };
  expect(cacheFromModelInfo(llama)?.bytesPerToken).toBe(131_072);
});

test("a hybrid model counts only the layers with full attention", () => {
  const next = {
    "general.architecture": "qwen3next",
    "qwen3next.block_count": 48,
    "qwen3next.attention.head_count_kv": 2,
    "qwen3next.attention.key_length": 256,
    "qwen3next.attention.value_length": 256,
    "qwen3next.full_attention_interval": 4,
  };
  expect(cacheFromModelInfo(next)).toMatchObject({ bytesPerToken: 24_576, fixedState: true });
});

test("a compressed cache is one width for each layer", () => {
  const glm = {
    "general.architecture": "deepseek2",
    "deepseek2.block_count": 47,
    "deepseek2.attention.kv_lora_rank": 512,
    "deepseek2.rope.dimension_count": 64,
    "deepseek2.attention.head_count_kv": 1,
    "deepseek2.attention.key_length": 576,
  };
  expect(cacheFromModelInfo(glm)?.bytesPerToken).toBe(54_144);
});

test("heads listed for each layer are added up, and layers without any have a fixed state", () => {
  const hybrid = {
    "general.architecture": "nemotron_h",
    "nemotron_h.block_count": 6,
    "nemotron_h.attention.head_count_kv": [0, 8, 0, 0, 4, 0],
    "nemotron_h.attention.key_length": 128,
    "nemotron_h.attention.value_length": 128,
  };
  expect(cacheFromModelInfo(hybrid)).toMatchObject({ bytesPerToken: 12 * 256 * 2, fixedState: true });
});

test("layers with a sliding window do not grow: by the list, by the number, or by what the architecture is known for", () => {
  const base = {
    "general.architecture": "gptoss",
    "gptoss.block_count": 24,
    "gptoss.attention.head_count_kv": 8,
    "gptoss.attention.key_length": 64,
    "gptoss.attention.value_length": 64,
    "gptoss.attention.sliding_window": 128,
  };
  const pattern = Array.from({ length: 24 }, (_, layer) => layer % 2 === 0);
  expect(cacheFromModelInfo(base)?.bytesPerToken).toBe(24_576);
  expect(cacheFromModelInfo({ ...base, "gptoss.attention.sliding_window_pattern": pattern })?.bytesPerToken).toBe(
    24_576,
  );
  expect(cacheFromModelInfo({ ...base, "gptoss.attention.sliding_window_pattern": 4 })?.bytesPerToken).toBe(12_288);
});

test("a window of unknown pattern counts every layer: rather too much than too little", () => {
  const other = {
    "general.architecture": "newarch",
    "newarch.block_count": 10,
    "newarch.attention.head_count_kv": 2,
    "newarch.attention.key_length": 64,
    "newarch.attention.sliding_window": 512,
  };
  expect(cacheFromModelInfo(other)?.bytesPerToken).toBe(10 * 2 * 128 * 2);
});

test.each([
  ["nothing", undefined],
  ["an empty record", {}],
  ["no layers", { "general.architecture": "x", "x.attention.head_count_kv": 2 }],
  [
    "a list that the server emptied",
    { "general.architecture": "x", "x.block_count": 4, "x.attention.head_count_kv": [], "x.attention.key_length": 64 },
  ],
  ["values of the wrong kind", { "general.architecture": "x", "x.block_count": "4", "x.attention.head_count_kv": "2" }],
])("%s tells nothing about the cache", (_, info) => {
  expect(cacheFromModelInfo(info)).toBeUndefined();
});

test("facts of a served model come from the server first, and from the catalogue where it is silent", () => {
  const silent = subjectFromOllama("qwen3-coder:30b", 18_556_700_761, {
    model_info: { "general.architecture": "qwen3moe" },
  });
  expect(silent).toMatchObject({
    name: "Qwen3-Coder 30B",
    weightsBytes: 18_556_700_761,
    kvBytesPerToken: 98_304,
    maxContext: 262_144,
    sparse: true,
    vision: false,
  });
  const told = subjectFromOllama("mine:latest", 4e9, {
    capabilities: ["completion", "vision"],
    model_info: {
      "general.architecture": "llama",
      "llama.block_count": 32,
      "llama.attention.head_count_kv": 8,
      "llama.attention.key_length": 128,
      "llama.context_length": 8192,
    },
  });
  expect(told).toEqual({
    name: "mine:latest",
    weightsBytes: 4e9,
    kvBytesPerToken: 131_072,
    fixedState: false,
    vision: true,
    maxContext: 8192,
    sparse: false,
  });
});
