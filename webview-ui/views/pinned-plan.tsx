import type { Plan } from "../../src/core/plan/plan";
import { PlanSteps } from "../cards/plan-steps";
import { Icon } from "../icon";
import { memo } from "../memo";
import { useKept } from "../task/kept-state";
import { SafeText } from "../text/safe-text";

/** The approved plan, always in view: how far it is, and its steps on request. */
export const PinnedPlan = memo(function PinnedPlan({ plan }: { plan: Plan }) {
  const [isOpen, setOpen] = useKept("pinned-plan", false);
  const done = plan.steps.filter((step) => step.done).length;
  const current = plan.steps.find((step) => !step.done);
  return (
    <section class="pinned-plan" aria-label="Plan">
      <button type="button" class="pinned-head" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <Icon name={isOpen ? "chevron-down" : "chevron-right"} />
        <span class="pinned-count">
          {done} of {plan.steps.length}
        </span>
        <span class="pinned-title">
          <SafeText text={current ? current.title : "All steps are done"} />
        </span>
      </button>
      <div class="pinned-bar" aria-hidden="true">
        <span style={{ width: `${plan.steps.length === 0 ? 0 : (done / plan.steps.length) * 100}%` }} />
      </div>
      {isOpen && <PlanSteps plan={plan} />}
    </section>
  );
});
