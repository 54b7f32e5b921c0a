import { fileChange, pickHunks } from "../edits/hunks";
import type { Answer, FileEdit, ShownEdit } from "../ports";
import { editSideTo } from "../review/edit";
import { openReview } from "../review/file-review";
import { idsIn } from "./named-hunks";

/**
 * What the user answered about: the texts as they were asked, or as the user last saw them. A file stays where it is when
 * the one that would take its place was not accepted.
 */
export function shownEdits(edits: readonly FileEdit[], answer: Answer): readonly ShownEdit[] {
  const shown = answer.shown ?? edits.map((edit) => ({ ...edit, accepted: acceptedText(edit, answer.hunks) }));
  const unmoved = shown.flatMap(({ movedFrom = [], accepted }) => (accepted === undefined ? movedFrom : []));
  return shown.map((edit) => (unmoved.includes(edit.path) ? { ...edit, accepted: edit.base } : edit));
}

function acceptedText({ path, base, target }: FileEdit, hunks: readonly string[] | undefined): string | undefined {
  return hunks === undefined ? target : pickHunks(base, target, idsIn(path, hunks));
}

/** The accepted parts, for writing. */
export function acceptedEdits(shown: readonly ShownEdit[]): FileEdit[] {
  return shown
    .filter(({ base, accepted }) => accepted !== base)
    .map(({ path, base, accepted, movedFrom }) => ({ path, base, target: accepted, movedFrom }));
}

/** The edit on top of another text of its file. Undefined when both changed the same lines, or the file came or went. */
export function rebased(edit: ShownEdit, live: string | undefined): ShownEdit | undefined {
  if (live === edit.base) {
    return edit;
  }
  const { path, base } = edit;
  if (live === undefined || base === undefined || edit.accepted === undefined) {
    return undefined;
  }
  const follow = (target: string | undefined) =>
    editSideTo(openReview({ path, base, target, moment: "before" }), "base", live);
  const followed = follow(edit.accepted);
  if (followed.hunks.some((hunk) => hunk.baseTouched)) {
    return undefined;
  }
  return { ...edit, base: live, target: follow(edit.target).target, accepted: followed.target };
}

/** For the model: which parts were not taken, line by line. */
export function describeRefused(shown: readonly ShownEdit[]): string {
  const parts = shown.flatMap(({ path, accepted, target }) => describeChange(path, accepted, target));
  return parts.length === 0 ? "" : `The user did not accept these parts; they were not written:\n${parts.join("\n")}`;
}

/** Files that hold what was proposed for them: someone else wrote it while the proposal stood. */
export function heldAlready(asked: readonly FileEdit[], shown: readonly ShownEdit[]): string[] {
  return asked.flatMap((edit) => {
    const now = shown.find(({ path }) => path === edit.path);
    return now !== undefined && now.base !== edit.base && asProposed(edit, now) === now.base ? [edit.path] : [];
  });
}

/** For the model: where nothing was left to write. */
export function describeHeld(asked: readonly FileEdit[], shown: readonly ShownEdit[]): string {
  return heldAlready(asked, shown)
    .map((path) => `${path} already holds what you proposed: nothing was left to write there.`)
    .join("\n");
}

/** For the model: what the user made of the proposal before accepting it. */
export function describeOwnChanges(asked: readonly FileEdit[], shown: readonly ShownEdit[]): string {
  const parts = asked.flatMap((edit) => {
    const now = shown.find(({ path }) => path === edit.path);
    return now === undefined || now.accepted === now.base
      ? []
      : describeChange(edit.path, asProposed(edit, now), now.target);
  });
  return parts.length === 0 ? "" : `The user changed your proposal before accepting it:\n${parts.join("\n")}`;
}

/** The model's own text, with what the user typed in the file meanwhile. */
function asProposed({ path, base, target }: FileEdit, shown: ShownEdit): string | undefined {
  return shown.base === base
    ? target
    : editSideTo(openReview({ path, base, target, moment: "before" }), "base", shown.base).target;
}

function describeChange(path: string, before: string | undefined, after: string | undefined): string[] {
  return fileChange(path, before, after).hunks.map((hunk) => `${path}:\n${hunk.lines.join("\n")}`);
}
