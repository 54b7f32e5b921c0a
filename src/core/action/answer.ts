import type { Action } from "../events";
import type { Answer } from "../ports";
import type { Prepared } from "../tools/tool";

/** A remark reaches the model with either answer. */
export function withRemark(action: Action, text: string, remark: string | undefined): string {
  return !remark || action.effect.kind === "question" ? text : `${text}\nThe user remarks: ${remark}`;
}

export function refusalText(action: Action, answer: Answer): string {
  if (action.effect.kind === "question") {
    return "The user did not answer the question. Go on without the answer, or stop.";
  }
  return answer.remark
    ? `The user refused this. They say: ${answer.remark}`
    : "The user refused this. Do not repeat it.";
}

/** Why an approved action asks again: what it was bound to is not what it would do now. */
export function whatChanged(before: Prepared, now: Prepared): string {
  if (scriptOf(before) !== scriptOf(now)) {
    return "The script behind this command changed after it was shown.";
  }
  const changed = now.edits.filter((edit, index) => edit.base !== before.edits[index]?.base).map((edit) => edit.path);
  return changed.length > 0
    ? `${changed.join(", ")} changed after this was shown; the proposal now stands on the new text.`
    : "What would be done changed after it was shown.";
}

function scriptOf(prepared: Prepared): string | undefined {
  return prepared.preview.kind === "command" ? prepared.preview.script : undefined;
}
