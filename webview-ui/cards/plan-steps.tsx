import type { Plan } from "../../src/core/plan/plan";
import { Icon } from "../icon";
import { SafeText } from "../text/safe-text";
import { FileName } from "./file-name";

/** A plan to read: ticks, titles, files and checks. */
export function PlanSteps({ plan }: { plan: Plan }) {
  const current = plan.steps.find((step) => !step.done)?.id;
  return (
    <ol class="plan-steps">
      {plan.steps.map((step) => (
        <li key={step.id} class={step.done ? "step done" : step.id === current ? "step current" : "step"}>
          <Icon
            name={step.done ? "pass-filled" : step.id === current ? "circle-large-filled" : "circle-large-outline"}
          />
          <div class="step-body">
            <span class="step-title">
              <SafeText text={step.title} />
              {step.done && <span class="unseen"> (done)</span>}
            </span>
            {step.files.length > 0 && (
              <span class="step-files">
                {step.files.map((file) => (
                  <FileName key={file} path={file} />
                ))}
              </span>
            )}
            {step.check !== "" && (
              <span class="quiet">
                Check: <SafeText text={step.check} />
              </span>
            )}
          </div>
        </li>
      ))}
    </ol>
  );
}
