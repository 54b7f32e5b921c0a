import { useEffect, useRef } from "preact/hooks";
import type { Plan } from "../../src/core/plan/plan";
import { useSend } from "../host";
import { useKept } from "../task/kept-state";
import { escapeText } from "../text/escape-text";
import { findPlanProblem } from "./edit-plan";

const restMs = 400;

/** The plan as the user is editing it; it reaches the host when they rest, and at the latest before an answer. */
export function usePlanDraft(actionId: string, plan: Plan) {
  const send = useSend();
  const [own, setOwn] = useKept<Plan | undefined>(`${actionId}:plan`, undefined);
  const pending = useRef<{ plan: Plan; timer: ReturnType<typeof setTimeout> } | undefined>(undefined);

  const flush = () => {
    const waiting = pending.current;
    pending.current = undefined;
    if (waiting) {
      clearTimeout(waiting.timer);
      if (findPlanProblem(waiting.plan) === undefined) {
        send({ type: "plan_edited", plan: waiting.plan });
      }
    }
  };
  const change = (next: Plan) => {
    setOwn(next);
    if (pending.current) {
      clearTimeout(pending.current.timer);
    }
    pending.current = { plan: next, timer: setTimeout(flush, restMs) };
  };
  useEffect(() => flush, []);
  return { draft: own ?? escapePlan(plan), change, flush };
}

/** A field shows its text as it is, so what cannot be seen is named before it gets there. */
function escapePlan(plan: Plan): Plan {
  return {
    steps: plan.steps.map((step) => ({
      ...step,
      title: escapeText(step.title),
      files: step.files.map(escapeText),
      check: escapeText(step.check),
    })),
  };
}
