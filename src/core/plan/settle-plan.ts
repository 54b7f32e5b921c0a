import { withRemarks } from "../action/answer";
import { finish } from "../action/finish";
import type { Action, AgentEvent, NewEvent } from "../events";
import type { Judgement } from "../gate/decide";
import type { Answer } from "../ports";
import { modeOf } from "../standing";
import type { Plan } from "./plan";
import { approvedPlan, describePlan, isReport, planOf, withTicks } from "./progress";

/** A new plan is put to the user; a report on the approved one is noted. `events` is the live record: it grows while the user edits. */
export async function* settlePlan(
  action: Action,
  plan: Plan,
  judgement: Judgement,
  task: { events: readonly AgentEvent[]; ask: () => AsyncGenerator<NewEvent, Answer> },
): AsyncGenerator<NewEvent, void> {
  const approved = approvedPlan(task.events);
  if (isReport(plan, approved)) {
    const reason = "A report on the plan you approved.";
    yield { type: "action_judged", actionId: action.id, verdict: "allow", rule: "plan-progress", reason };
    yield { type: "plan_changed", plan: withTicks(approved, plan), by: "model" };
    yield* finish(action, { outcome: "done", text: "Noted. Go on with the next step." });
    return;
  }
  if (!task.events.some((event) => event.type === "plan_proposed" && event.actionId === action.id)) {
    yield { type: "plan_proposed", actionId: action.id, plan };
  }
  yield { type: "action_judged", actionId: action.id, ...judgement };
  const answer = yield* task.ask();
  yield* answer.allow
    ? approvePlan(action, answer, task.events)
    : finish(action, { outcome: "refused", text: planRefusal(answer) });
}

function* approvePlan(action: Action, answer: Answer, events: readonly AgentEvent[]): Generator<NewEvent, void> {
  const plan = planOf(events) ?? { steps: [] };
  yield { type: "plan_approved", actionId: action.id, plan };
  if (modeOf(events) === "plan") {
    yield { type: "mode_changed", mode: "act", by: "plan_approved" };
  }
  const text = `The user approved this plan; carry it out now:\n${describePlan(plan)}`;
  yield* finish(action, { outcome: "done", text: withRemarks(action, text, answer.remark ? [answer.remark] : []) });
}

function planRefusal(answer: Answer): string {
  return answer.remark
    ? `The user did not approve the plan. They say: ${answer.remark}`
    : "The user did not approve the plan. Ask what they want changed.";
}
