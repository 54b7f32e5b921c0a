import { expect, test } from "vitest";
import type { Plan } from "../../src/core/plan/plan";
import { addStep, changeStep, findPlanProblem, moveStep, parseFiles, removeStep } from "./edit-plan";

const plan: Plan = {
  steps: ["a", "b", "c"].map((id) => ({ id, title: id.toUpperCase(), files: [], check: "", done: false })),
};
const ids = (changed: Plan) => changed.steps.map((step) => step.id).join("");

test("steps move by one place, and not beyond the ends", () => {
  expect(ids(moveStep(plan, "b", -1))).toBe("bac");
  expect(ids(moveStep(plan, "b", 1))).toBe("acb");
  expect(moveStep(plan, "a", -1)).toBe(plan);
  expect(moveStep(plan, "c", 1)).toBe(plan);
});

test("steps are changed, removed and added without touching the others", () => {
  expect(changeStep(plan, "b", { title: "New" }).steps.map((step) => step.title)).toEqual(["A", "New", "C"]);
  expect(ids(removeStep(plan, "b"))).toBe("ac");
  const added = addStep({
    steps: [...plan.steps.slice(0, 2), { ...plan.steps[0], id: "own-4" } as Plan["steps"][number]],
  });
  expect(added.id).toBe("own-5");
  expect(added.plan.steps.at(-1)).toEqual({ id: "own-5", title: "", files: [], check: "", done: false });
});

test("a plan without steps or with an untitled step cannot be approved", () => {
  expect(findPlanProblem(plan)).toBeUndefined();
  expect(findPlanProblem({ steps: [] })).toMatch(/no steps/);
  expect(findPlanProblem(changeStep(plan, "a", { title: "  " }))).toMatch(/needs a title/);
});

test("files are listed with commas", () => {
  expect(parseFiles(" a.ts, src/b.ts,, ")).toEqual(["a.ts", "src/b.ts"]);
});
