import { fileChange, pickHunks } from "../edits/hunks";
import type { Action } from "../events";
import type { Answer, FileEdit } from "../ports";
import type { Prepared } from "../tools/tool";

/** The texts to write when only some hunks were accepted. Created and deleted files are one hunk. */
export function chosenEdits(edits: readonly FileEdit[], answer: Answer): readonly FileEdit[] {
  const { hunks } = answer;
  return hunks === undefined ? edits : edits.flatMap((edit) => chosenEdit(edit, hunks));
}

function chosenEdit(edit: FileEdit, hunks: readonly string[]): FileEdit[] {
  if (edit.base === undefined || edit.target === undefined) {
    const parts = fileChange(edit.path, edit.base, edit.target).hunks;
    return parts.every((hunk) => hunks.includes(hunk.id)) ? [edit] : [];
  }
  const target = pickHunks(edit.base, edit.target, hunks);
  return target === edit.base ? [] : [{ ...edit, target }];
}

/** The model learns which parts were not taken, line by line. */
export function refusedParts(action: Action, answer: Answer): string {
  if (answer.hunks === undefined || action.preview.kind !== "edit") {
    return "";
  }
  const accepted = new Set(answer.hunks);
  const refused = action.preview.files.flatMap((file) =>
    file.hunks.filter((hunk) => !accepted.has(hunk.id)).map((hunk) => `${file.path}:\n${hunk.lines.join("\n")}`),
  );
  return refused.length === 0
    ? ""
    : `\nThe user did not accept these parts; they were not written:\n${refused.join("\n")}`;
}

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
