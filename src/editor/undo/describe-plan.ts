import type { PlannedFile } from "../../machine/undo/undo-store";

/** One file of an undo as a line of the choice. */
export interface PlanLine {
  label: string;
  description: string;
  detail: string;
  /** Files that somebody else changed too are left alone unless they are chosen. */
  picked: boolean;
}

const effects: Record<PlannedFile["effect"], { icon: string; text: string }> = {
  restore: { icon: "$(discard)", text: "goes back to what it was" },
  remove: { icon: "$(trash)", text: "is removed: it was not there before" },
  recreate: { icon: "$(new-file)", text: "comes back: it was deleted" },
};

const standings: Record<PlannedFile["standing"], string> = {
  agent: "Only Hearth changed it.",
  both: "You changed it too: going back takes that away as well. A comparison shows what.",
  created: "Hearth created it, and nobody has touched it since.",
  deleted: "Hearth deleted it.",
};

export function describePlanned(file: PlannedFile): PlanLine {
  const { icon, text } = effects[file.effect];
  return {
    label: `${icon} ${file.path}`,
    description: text,
    detail: standings[file.standing],
    picked: file.standing !== "both",
  };
}

/** What cannot be taken back, as one sentence; undefined when there is nothing of the kind. */
export function describeImpossible(files: readonly PlannedFile[]): string | undefined {
  const named = files
    .filter(({ impossible }) => impossible !== undefined)
    .map(({ path, impossible }) => `${path} (${impossible})`);
  return named.length === 0 ? undefined : `Not everything can be taken back: ${named.join("; ")}.`;
}
