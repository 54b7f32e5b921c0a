import type { Action, AgentEvent, EventOf, NewEvent } from "../events";
import type { ToolResult } from "../tools/tool";
import type { Plan } from "./plan";

/** The plan as it stands: the user's edits, approvals and ticks included. */
export function planOf(events: readonly AgentEvent[]): Plan | undefined {
  const last = events.findLast(
    (event) => event.type === "plan_proposed" || event.type === "plan_changed" || event.type === "plan_approved",
  );
  return last && "plan" in last ? last.plan : undefined;
}

export function approvedPlan(events: readonly AgentEvent[]): Plan | undefined {
  const proposed = events.findLastIndex((event) => event.type === "plan_proposed");
  const approved = events.findLastIndex((event) => event.type === "plan_approved");
  return approved > proposed ? planOf(events) : undefined;
}

/** The same steps again, some of them ticked: a report of progress, not a new plan. */
export function isReport(plan: Plan, approved: Plan | undefined): approved is Plan {
  return (
    approved !== undefined &&
    plan.steps.length === approved.steps.length &&
    plan.steps.every((step, index) => step.title === approved.steps[index]?.title)
  );
}

/** Takes the ticks of a report; a step that was done stays done. */
export function withTicks(approved: Plan, report: Plan): Plan {
  return {
    steps: approved.steps.map((step, index) => ({ ...step, done: step.done || report.steps[index]?.done === true })),
  };
}

/**
 * Ticks off steps as work proceeds: a step that names files is done when each of them was changed since the plan was
 * approved; a step that names none is done when a command ran well after all steps before it were done.
 */
export function* tick(action: Action, result: ToolResult, events: readonly AgentEvent[]): Generator<NewEvent, void> {
  const plan = approvedPlan(events);
  if (!plan || result.failed) {
    return;
  }
  const changed = new Set([...changedSinceApproval(events), ...(result.changed ?? [])]);
  const commandWorked = action.effect.kind === "command" && result.exitCode === 0;
  let allBefore = true;
  const steps = plan.steps.map((step) => {
    const done =
      step.done || (step.files.length > 0 ? step.files.every((file) => changed.has(file)) : allBefore && commandWorked);
    allBefore &&= done;
    return { ...step, done };
  });
  if (steps.some((step, index) => step.done !== plan.steps[index]?.done)) {
    yield { type: "plan_changed", plan: { steps }, by: "progress" };
  }
}

function changedSinceApproval(events: readonly AgentEvent[]): string[] {
  const approved = events.findLastIndex((event) => event.type === "plan_approved");
  return events
    .slice(approved)
    .filter((event): event is EventOf<"action_finished"> => event.type === "action_finished")
    .flatMap((event) => event.changed ?? []);
}

/** The plan as the model reads it back. */
export function describePlan(plan: Plan): string {
  return plan.steps
    .map((step, index) => {
      const files = step.files.length > 0 ? ` (${step.files.join(", ")})` : "";
      const check = step.check ? ` Check: ${step.check}` : "";
      return `${index + 1}. ${step.title}${files}${check}`;
    })
    .join("\n");
}
