import { expect, test } from "vitest";
import { limitsFrom } from "./limits";
import type { Findings } from "./report";
import { consequencesOf, summaryOf, trustIn } from "./wording";

const good: Findings = {
  calls: "made",
  callsPerReply: "several",
  edits: "first_try",
  usesResults: true,
  remembers: true,
};
const summary = (found: Findings) => summaryOf("finished", [], found, limitsFrom(found), 65_536).split(".")[0];

test("what was not found changes nothing, and nothing is said about it", () => {
  const limits = limitsFrom({});

  expect(limits).toEqual({ agentMode: true, callsPerReply: "several", callsInText: false });
  expect(consequencesOf(limits, {})).toEqual([]);
  expect(trustIn({}, 65_536)).toEqual([]);
  expect(summary({})).toBe("Too little could be measured to say what it is good for");
});

test.each<[string, Findings]>([
  ["agentMode", { calls: "none" }],
  ["agentMode", { calls: "refused" }],
  ["agentMode", { calls: "lost_in_text" }],
  ["callsInText", { calls: "in_text" }],
  ["callsPerReply", { callsPerReply: "one" }],
  ["wholeFileBelowLines", { edits: "fails" }],
  ["wholeFileBelowLines", { edits: "rewrites" }],
  ["readLines", { readingSpeed: 60 }],
  ["contextTokens", { silentCut: { sent: 24_000, counted: 4_000 } }],
  ["compactAtShare", { prefixCache: "does_not_work" }],
  ["compactAtShare", { remembers: false }],
])("each limit is said to the person: %s of %o", (limit, found) => {
  const limits = limitsFrom(found);

  expect(limits[limit as keyof typeof limits]).not.toEqual(limitsFrom({})[limit as keyof typeof limits]);
  expect(consequencesOf(limits, found).length).toBeGreaterThanOrEqual(1);
});

test.each<[Findings, string]>([
  [good, "Good for agent work"],
  [{ ...good, writingSpeed: 3 }, "Good for agent work, but slow"],
  [{ ...good, remembers: false }, "Good for short tasks"],
  [{ ...good, silentCut: { sent: 24_000, counted: 4_000 } }, "Good for short tasks"],
  [{ ...good, edits: "fails" }, "For small tasks, watched closely"],
  [{ ...good, usesResults: false }, "For small tasks, watched closely"],
  [{ ...good, inventsTools: true }, "For small tasks, watched closely"],
  [{ ...good, calls: "none" }, "For questions only"],
])("%o is in one sentence: %s", (found, sentence) => {
  expect(summary(found)).toBe(sentence);
});

test("a long window that could be filled in part only is trusted as far as it was filled", () => {
  expect(trustIn({ rememberedOver: 60_000 }, 262_144)).toEqual([
    { level: "can", text: "Tasks of up to about 60,000 tokens: it kept a fact over as much." },
  ]);
});
