import { expect, test } from "vitest";
import { plural, readableDuration, readableSize, readableTime, readableTokens } from "./measures";

test("sizes, tokens and durations are short and honest", () => {
  expect([850, 1_200, 45_000, 2_500_000].map(readableSize)).toEqual(["850 characters", "1.2 kB", "45 kB", "2.5 MB"]);
  expect([850, 12_400, 32_000, 131_072].map(readableTokens)).toEqual(["850", "12.4k", "32k", "131k"]);
  expect([400, 12_300, 120_000, 185_000].map(readableDuration)).toEqual(["0.4 s", "12 s", "2 min", "3 min 5 s"]);
  expect([1, 2, 1_214].map((count) => plural(count, "line"))).toEqual(["1 line", "2 lines", "1,214 lines"]);
});

test("times are told from now", () => {
  const now = 1_790_000_000_000;
  expect([0, 5, 180].map((minutes) => readableTime(now - minutes * 60_000, now))).toEqual([
    "just now",
    "5 min ago",
    "3 h ago",
  ]);
});
