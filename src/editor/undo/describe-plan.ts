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
  detail?: string;
}

export type Group = "agent" | "made" | "both";

/** The three states of a file, in the order in which they are listed. */
export const groups: Record<Group, string> = {
  agent: "Only Hearth changed these",
  made: "Hearth created or deleted these",
  both: "You changed these too: left alone unless you tick them",
};

export function groupOf({ standing }: PlannedFile): Group {
  return standing === "both" ? "both" : standing === "agent" ? "agent" : "made";
}

const effects: Record<PlannedFile["effect"], { icon: string; text: string }> = {
  restore: { icon: "$(discard)", text: "goes back to what it was" },
  remove: { icon: "$(trash)", text: "is removed" },
  recreate: { icon: "$(new-file)", text: "comes back" },
};

export function describePlanned(planned: Described): PlanLine {
  const { name, file, keepsUser, hasUnsaved } = planned;
  const { icon, text } = effects[file.effect];
  const description = hasUnsaved ? `${text} · has unsaved changes, which are saved first` : text;
  if (file.standing !== "both") {
    return { label: `${icon} ${name}`, description };
  }
  return keepsUser
    ? {
        label: `$(git-merge) ${name}`,
        description,
        detail: "Only what Hearth changed is taken back; your changes stay.",
      }
    : { label: `${icon} ${name}`, description, detail: lossOf(planned) };
}

function lossOf({ file, canKeepUser }: Described): string {
  if (canKeepUser) {
    return "Your changes are taken back as well.";
  }
  return file.effect === "remove"
    ? "Your changes go with the file."
    : "Yours and Hearth's cannot be told apart here: your changes are taken back as well.";
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

export function countFiles(names: readonly string[]): string {
  return names.length === 1 ? (names[0] as string) : `${names.length} files`;
}

export function listNames(names: readonly string[]): string {
  return names.length <= 4 ? names.join(", ") : `${names.slice(0, 3).join(", ")} and ${names.length - 3} more`;
}
