import { sameState } from "../../machine/undo/file-state";
import { sameBytes } from "../files/byte-signs";
import type { ChosenChange, PlannedChange } from "./workspace-undo";

/** Those of the chosen changes that would still do to their file what the user agreed to. `planned` is what would be done now. */
export function stillAsShown(chosen: readonly ChosenChange[], planned: readonly PlannedChange[]): ChosenChange[] {
  const byName = new Map(planned.map((change) => [change.name, change]));
  return chosen.filter((change) => isAsShown(change, byName.get(change.name)));
}

function isAsShown(shown: ChosenChange, now: PlannedChange | undefined): boolean {
  return (
    now !== undefined &&
    now.unsaved === undefined &&
    now.file.standing === shown.file.standing &&
    sameState(now.file.current, shown.file.current) &&
    sameState(now.file.target, shown.file.target) &&
    sameBytes(now.withoutTask ?? nothing, shown.withoutTask ?? nothing) &&
    (now.withoutTask === undefined) === (shown.withoutTask === undefined)
  );
}

const nothing = new Uint8Array();
