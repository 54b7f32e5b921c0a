import type { PlannedFile } from "../../machine/undo/undo-store";

/** What a line of the choice is about. */
export interface Described {
  name: string;
  file: PlannedFile;
  /** There is a version without the task's changes that keeps the user's. */
  canKeepUser: boolean;
  /** The user chose that version. */
  keepsUser: boolean;
  hasUnsaved: boolean;
}

/** One file of an undo as a line of the choice. */
export interface PlanLine {
  label: string;
  description: string;
}

export type Group = "agent" | "made" | "both";

/** The three states of a file, in the order in which they are listed. */
export const groups: Record<Group, string> = {
  agent: "Only Hearth changed these",
  made: "Hearth created or deleted these",
  both: "You changed these too",
};

export function groupOf({ standing }: PlannedFile): Group {
  return standing === "both" ? "both" : standing === "agent" ? "agent" : "made";
}

const effects: Record<PlannedFile["effect"], { icon: string; text: string }> = {
  restore: { icon: "$(discard)", text: "goes back to what it was" },
  remove: { icon: "$(trash)", text: "is removed" },
  recreate: { icon: "$(new-file)", text: "comes back" },
};

export function describePlanned({ name, file, canKeepUser, keepsUser, hasUnsaved }: Described): PlanLine {
  const { icon, text } = effects[file.effect];
  const saved = hasUnsaved ? " (unsaved: it is saved first)" : "";
  if (file.standing !== "both") {
    return { label: `${icon} ${name}`, description: text + saved };
  }
  if (keepsUser && canKeepUser) {
    return { label: `$(git-merge) ${name}`, description: `only what Hearth changed goes, yours stays${saved}` };
  }
  const loss = file.effect === "remove" ? "with your changes" : "without your changes";
  return { label: `${icon} ${name}`, description: `${text}, ${loss}${saved}` };
}

/** What cannot be taken back, as one sentence; undefined when there is nothing of the kind. */
export function describeImpossible(files: readonly { name: string; file: PlannedFile }[]): string | undefined {
  const named = files.flatMap(({ name, file }) =>
    file.impossible === undefined ? [] : [`${name} (${file.impossible.replace(/\.$/, "")})`],
  );
  return named.length === 0 ? undefined : `Not everything can be taken back: ${named.join("; ")}.`;
}

/** What was done, for the message that offers to redo it. */
export function describeRestored(names: readonly string[], left: readonly string[], redo: boolean): string {
  const what = countFiles(names);
  const done = redo ? `Put the changes to ${what} back in.` : `Took back the changes to ${what}.`;
  return left.length === 0 ? done : `${done} Left as it is: ${listNames(left)}.`;
}

/** The same as the subject of a commit. */
export function nameRestore(names: readonly string[], redo: boolean): string {
  const what = countFiles(names);
  return redo ? `Put the changes to ${what} back in` : `Take back the changes to ${what}`;
}

export function countFiles(names: readonly string[]): string {
  return names.length === 1 ? (names[0] as string) : `${names.length} files`;
}

export function listNames(names: readonly string[]): string {
  return names.length <= 4 ? names.join(", ") : `${names.slice(0, 3).join(", ")} and ${names.length - 3} more`;
}
