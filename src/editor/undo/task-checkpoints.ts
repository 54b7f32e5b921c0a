import { AgentError } from "../../core/errors";
import type { Checkpoints, Deed, OpenCheckpoint } from "../../core/ports";
import { notKept } from "../../machine/undo/parts";
import { listNames } from "./describe-plan";
import { type Changed, changesIn, type OpenParts } from "./open-parts";
import { nameIn } from "./undo-folders";
import type { WorkspaceUndo } from "./workspace-undo";

/** Keeps what files were before each action of one task. */
export class TaskCheckpoints implements Checkpoints {
  /** `settle` asks about what a crash left half done; false as long as that is open. */
  constructor(
    private readonly taskId: string,
    private readonly undo: Pick<WorkspaceUndo, "begin">,
    private readonly settle: () => Promise<boolean>,
  ) {}

  async before(deed: Deed): Promise<OpenCheckpoint> {
    if (!(await this.settle())) {
      throw new AgentError(
        "unsettled",
        "A change of this task was cut off half way, and you have not said what is to become of it.",
        "Send the message again and answer that question first.",
      );
    }
    const parts = await this.undo.begin(this.taskId, deed).catch((error: unknown) => {
      throw notKept(error);
    });
    return new TaskCheckpoint(parts);
  }
}

class TaskCheckpoint implements OpenCheckpoint {
  notes: readonly string[];

  constructor(private readonly parts: OpenParts) {
    this.notes = parts.gaps.incomplete.map(incompleteNote);
  }

  get id(): string {
    return this.parts.ids.join(" ");
  }

  async finish(outcome: "done" | "failed"): Promise<Changed[] | undefined> {
    const kept = await this.parts.finish({ failed: outcome === "failed" });
    const changed = kept.flatMap(changesIn);
    const { unkept, incomplete } = this.parts.gaps;
    const gaps = new Set([...incomplete, ...kept.flatMap(({ checkpoint }) => checkpoint.incomplete ?? [])]);
    const lost = changed.flatMap(({ path }) => {
      const why = unkept.get(path);
      return why === undefined ? [] : [`What happened to ${path} cannot be taken back. ${why}`];
    });
    const leftOut = kept.flatMap(({ folder, checkpoint }) =>
      (checkpoint.leftOut ?? []).map((path) => nameIn(folder, path)),
    );
    this.notes = [...lost, ...leftOutNotes(leftOut), ...[...gaps].map(incompleteNote)];
    return kept.length === 0 ? undefined : changed;
  }
}

function incompleteNote(why: string): string {
  return `Not every file was looked at, so some changes may not be undoable. ${why}`;
}

function leftOutNotes(names: readonly string[]): string[] {
  if (names.length === 0) {
    return [];
  }
  const [were, they] = names.length === 1 ? ["was", "It is"] : ["were", "They are"];
  return [`${listNames(names)} ${were} also saved in this window while this ran. ${they} left out of its undo.`];
}
