import type { OpenCheckpoint as CoreCheckpoint } from "../../core/ports";
import type { Checkpoint, OpenCheckpoint } from "../../machine/undo/undo-store";
import { nameIn, type UndoFolder } from "./undo-folders";

/** A checkpoint and the folder it belongs to. */
export interface Kept {
  folder: UndoFolder;
  checkpoint: Checkpoint;
}

/** A file that an action changed, by the name that the agent and the user know. */
export type Changed = NonNullable<Awaited<ReturnType<CoreCheckpoint["finish"]>>>[number];

export function changesIn({ folder, checkpoint }: Kept): Changed[] {
  return checkpoint.files.map(({ path, before, after }) => ({
    path: nameIn(folder, path),
    change: before.kind === "missing" ? "created" : after?.kind === "missing" ? "deleted" : "changed",
  }));
}

/** How events name the checkpoints of one action. */
export function idOf(kept: readonly Kept[]): string {
  return kept.map(({ checkpoint }) => checkpoint.id).join(" ");
}

/** The checkpoints of an action under way, one for each folder that it may touch. */
export class OpenParts {
  private readonly open: { folder: UndoFolder; checkpoint: OpenCheckpoint }[] = [];

  add(folder: UndoFolder, checkpoint: OpenCheckpoint): void {
    this.open.push({ folder, checkpoint });
  }

  get ids(): string[] {
    return this.open.map(({ checkpoint }) => checkpoint.id);
  }

  /** Why not everything was looked at, and what is not kept, by the names of the files. */
  get gaps(): { incomplete: string[]; unkept: Map<string, string> } {
    return {
      incomplete: this.open.flatMap(({ checkpoint }) => checkpoint.incomplete ?? []),
      unkept: new Map(
        this.open.flatMap(({ folder, checkpoint }) =>
          checkpoint.unkept.map(({ path, why }): [string, string] => [nameIn(folder, path), why]),
        ),
      ),
    };
  }

  /** Records what the effect left, in every folder, also when that fails in one. */
  async finish(): Promise<Kept[]> {
    const ended = await Promise.allSettled(
      this.open.map(async ({ folder, checkpoint }) => ({ folder, checkpoint: await checkpoint.finish() })),
    );
    return ended.flatMap((end) => {
      if (end.status === "rejected") {
        throw end.reason;
      }
      const { folder, checkpoint } = end.value;
      return checkpoint === undefined ? [] : [{ folder, checkpoint }];
    });
  }
}
