import type { Plan, Step } from "../../src/core/plan/plan";

/** All changes a user can make to a plan; each gives a new plan. */
export function changeStep(plan: Plan, id: string, change: Partial<Omit<Step, "id">>): Plan {
  return { steps: plan.steps.map((step) => (step.id === id ? { ...step, ...change } : step)) };
}

export function removeStep(plan: Plan, id: string): Plan {
  return { steps: plan.steps.filter((step) => step.id !== id) };
}

/** Moves a step one place up (-1) or down (1); at an end nothing changes. */
export function moveStep(plan: Plan, id: string, by: -1 | 1): Plan {
  const from = plan.steps.findIndex((step) => step.id === id);
  const step = plan.steps[from];
  const other = plan.steps[from + by];
  if (!step || !other) {
    return plan;
  }
  const steps = plan.steps.slice();
  steps[from] = other;
  steps[from + by] = step;
  return { steps };
}

/** Adds an empty step at the end, with an id that no other step has. */
export function addStep(plan: Plan): { plan: Plan; id: string } {
  const taken = new Set(plan.steps.map((step) => step.id));
  let number = plan.steps.length + 1;
  while (taken.has(`own-${number}`)) {
    number += 1;
  }
  const id = `own-${number}`;
  return { id, plan: { steps: [...plan.steps, { id, title: "", files: [], check: "", done: false }] } };
}

/** `a.ts, src/b.ts` as a list of files. */
export function parseFiles(text: string): string[] {
  return text
    .split(/[,\n]/)
    .map((file) => file.trim())
    .filter((file) => file !== "");
}

/** Why a plan cannot be sent as it is. */
export function findPlanProblem(plan: Plan): string | undefined {
  if (plan.steps.length === 0) {
    return "The plan has no steps. Add one, or reject it.";
  }
  return plan.steps.some((step) => step.title.trim() === "") ? "Each step needs a title." : undefined;
}
