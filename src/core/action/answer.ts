import type { Action, AgentEvent } from "../events";
import type { Answer } from "../ports";
import type { Prepared } from "../tools/tool";
import { conflictText } from "./rebase";

/** What the user said with their answers to a call of the newest reply, each once, however often it was shown. */
export function remarksOn(callId: string, events: readonly AgentEvent[]): string[] {
  const recent = events.slice(
    Math.max(
      0,
      events.findLastIndex((event) => event.type === "reply_finished"),
    ),
  );
  const shown = new Set(
    recent.flatMap((event) =>
      event.type === "action_proposed" && event.action.callId === callId ? [event.action.id] : [],
    ),
  );
  const said = recent.flatMap((event) =>
    event.type === "action_answered" && shown.has(event.actionId) && event.remark ? [event.remark] : [],
  );
  return [...new Set(said)];
}

/** Remarks reach the model with either answer, and however the action ended. A question's own are its result. */
export function withRemarks(action: Action, text: string, remarks: readonly string[]): string {
  return action.effect.kind === "question" ? text : [text, ...remarks.map(describeRemark)].join("\n");
}

export function describeRemark(remark: string): string {
  return `The user remarks: ${remark}`;
}

/** The refusal's own remark, and those of earlier answers to the same call. */
export function refusalText(action: Action, { remark }: Answer, remarks: readonly string[]): string {
  if (action.effect.kind === "question") {
    return "The user did not answer the question. Go on without the answer, or stop.";
  }
  const text = remark ? `The user refused this. They say: ${remark}` : "The user refused this. Do not repeat it.";
  return withRemarks(
    action,
    text,
    remarks.filter((earlier) => earlier !== remark),
  );
}

/** For the card that asks again: the user sees that what they said is not lost. */
export function withKeptRemarks(again: string, remarks: readonly string[]): string {
  return remarks.length === 0 ? again : `${again} Your remark is kept: ${remarks.join("; ")}`;
}

/** Why an approved action asks again: what it was bound to is not what it would do now. */
export function whatChanged(before: Prepared, now: Prepared): string {
  if (scriptOf(before) !== scriptOf(now)) {
    return "The script behind this command changed after it was shown.";
  }
  const changed = now.edits.filter((edit, index) => edit.base !== before.edits[index]?.base).map((edit) => edit.path);
  return changed.length > 0 ? conflictText(changed) : "What would be done changed after it was shown.";
}

function scriptOf(prepared: Prepared): string | undefined {
  return prepared.preview.kind === "command" ? prepared.preview.script : undefined;
}
