import type { Checkpoint, OpenCheckpoint } from "../../machine/undo/undo-store";
import { nameIn, type UndoFolder } from "./undo-folders";

/** A checkpoint and the folder it belongs to. */
export interface Kept {
  folder: UndoFolder;
  checkpoint: Checkpoint;
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
