import { expect, test } from "vitest";
import type { CheckUpProgress } from "../../endpoint/check-up/run";
import { viewNone, viewProgress } from "./view-check-up";

const examined = { model: "qwen3", name: "Ollama" };
const step = (index: number, more: Partial<CheckUpProgress> = {}): CheckUpProgress => ({
  index,
  count: 10,
  id: "answers",
  title: `Step ${index}`,
  ...more,
});
const result = {
  id: "answers" as const,
  title: "Step 0",
  outcome: "passed" as const,
  detail: "It did.",
  durationMs: 5,
};

test("while a model is tried, what is done and what runs is shown", () => {
  const view = viewProgress(examined, [step(0), step(0, { result }), step(1)]);
  expect(view).toMatchObject({ state: "running", summary: "1 of 10 done.", model: "qwen3", endpoint: "Ollama" });
  expect(view.lines).toEqual([
    { title: "Step 0", state: "passed", detail: "It did.", durationMs: 5 },
    { title: "Step 1", state: "running", detail: "" },
  ]);
});

test("before the first word, and before the first check-up, the page says what comes", () => {
  expect(viewProgress(examined, []).summary).toBe("The model is asked for its first word.");
  expect(viewNone(examined).summary).toMatch(/not checked here yet/);
});
