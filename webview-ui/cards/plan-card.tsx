import type { Plan } from "../../src/core/plan/plan";
import type { ActionItem } from "../../src/core/task-view";
import { Disclosure } from "../disclosure";
import { plural } from "../text/measures";
import { AskBar } from "./ask-bar";
import { Card } from "./card";
import { findPlanProblem } from "./edit-plan";
import { PlanEditor } from "./plan-editor";
import { PlanSteps } from "./plan-steps";
import { usePlanDraft } from "./use-plan-draft";

interface PlanCardProps {
  item: ActionItem;
  nonce: string | undefined;
  plan: Plan;
}

export function PlanCard({ item, nonce, plan }: PlanCardProps) {
  const steps = plan.steps.length;
  return (
    <Card item={item} icon="checklist" title="Plan" aside={<span class="counts">{plural(steps, "step")}</span>}>
      {item.state === "waiting" ? (
        <OpenPlan item={item} nonce={nonce} plan={plan} />
      ) : (
        <Disclosure name={`${item.action.id}:steps`} label="Steps as proposed">
          {() => <PlanSteps plan={plan} />}
        </Disclosure>
      )}
    </Card>
  );
}

function OpenPlan({ item, nonce, plan }: PlanCardProps) {
  const { draft, change, flush } = usePlanDraft(item.action.id, plan);
  return (
    <>
      <PlanEditor plan={draft} onChange={change} />
      <AskBar
        item={item}
        nonce={nonce}
        allow={{ label: "Approve", icon: "check" }}
        reject="Reject"
        blocked={findPlanProblem(draft)}
        onAnswer={flush}
      />
    </>
  );
}
