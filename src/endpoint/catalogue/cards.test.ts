import { expect, test } from "vitest";
import { ModelCard, modelCards } from "./cards";
import { catalogue } from "./catalogue";
import { gibibyte } from "./memory";

const machine = {
  ram: { totalBytes: 64 * gibibyte, availableBytes: 56 * gibibyte },
  graphics: [{ name: "GPU", totalBytes: 24 * gibibyte, freeBytes: 23.2 * gibibyte }],
  isShared: false,
};
const cards = modelCards(machine);
const card = (id: string) => cards.find(({ recommendation }) => recommendation.modelId === id);

test("every model has a card that can be sent to a page, in the order of the recommendation", () => {
  expect(cards).toHaveLength(catalogue().models.length);
  expect(cards.map((one) => ModelCard.parse(JSON.parse(JSON.stringify(one))))).toEqual(cards);
  expect(cards[0]?.recommendation.suitability).toBe("best");
  expect(cards.at(-1)?.recommendation.suitability).toBe("no");
  expect(cards.every(({ bars }) => bars.length > 0)).toBe(true);
});

test("a score never stands without the one who ran it", () => {
  expect(card("devstral-small-2")?.scores.map(({ text, by }) => [text, by])).toEqual([
    ["SWE-bench Verified: 68 %, run by its maker.", "vendor"],
    ["SWE-bench Verified: 59.1 %, run independently.", "independent"],
  ]);
  expect(card("gpt-oss-20b")?.scores[0]?.text).toBe(
    "SWE-bench Verified: 34 %, run by Z.ai, the maker of another model.",
  );
});

test("a licence says what it is called, what it amounts to and what it restricts", () => {
  expect(card("minimax-m3")?.licence).toMatchObject({
    name: "MiniMax Community License",
    classTitle: "Weights available",
    text: expect.stringContaining("written permission"),
    source: "MiniMaxAI/MiniMax-M3, LICENSE (2026-11-20)",
  });
});

test("sizes are marked as read or computed", () => {
  expect(card("qwen3-coder-30b")).toMatchObject({
    parameters: "30.5 billion, 3.3 billion active",
    context: "262,144 tokens",
    fourBit: { text: "17.3 GiB, Q4_K_M", evidence: "third_party" },
    eightBit: { text: "30.2 GiB", evidence: "computed" },
    cachePerToken: { text: "96 KiB a token", evidence: "computed" },
  });
  expect(card("deepseek-v4-pro")?.parameters).toBe("1.6 trillion, 49 billion active");
  expect(card("deepseek-v4-flash")?.cachePerToken).toBeUndefined();
});
