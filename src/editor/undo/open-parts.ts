import type { OpenCheckpoint as CoreCheckpoint } from "../../core/ports";
import { resolveInWorkspace } from "../../machine/paths/resolve-in-workspace";
import type { Checkpoint, OpenCheckpoint } from "../../machine/undo/undo-store";
import type { Disposable } from "../disposables";
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

/** Sees which files somebody else writes: absolute paths, of folders too. */
export interface Watch extends Disposable {
  readonly fsPaths: readonly string[];
}

/** The checkpoints of an action under way, one for each folder that it may touch. */
export class OpenParts {
  private readonly open: { folder: UndoFolder; checkpoint: OpenCheckpoint }[] = [];

  /** `watch` is there for an action that may touch any file. */
  constructor(private readonly watch?: Watch) {}

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
  async finish({ failed }: { failed: boolean }): Promise<Kept[]> {
    const ended = await Promise.allSettled(
      this.open.map(async ({ folder, checkpoint }) => {
        const ending = { failed, writtenByOthers: () => this.writtenByOthers(folder) };
        return { folder, checkpoint: await checkpoint.finish(ending) };
      }),
    );
    this.watch?.dispose();
    return ended.flatMap((end) => {
      if (end.status === "rejected") {
        throw end.reason;
      }
      const { folder, checkpoint } = end.value;
      return checkpoint === undefined ? [] : [{ folder, checkpoint }];
    });
  }

  private async writtenByOthers({ root }: UndoFolder): Promise<string[]> {
    const places = await Promise.all((this.watch?.fsPaths ?? []).map((fsPath) => resolveInWorkspace(root, fsPath)));
    return places.filter(({ inside }) => inside).map(({ relative }) => relative);
  }
}
