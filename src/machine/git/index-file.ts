import { open, readFile, rename, rm, writeFile } from "node:fs/promises";
import { AgentError } from "../../core/errors";
import type { Git } from "./git";
import type { Blob } from "./own-hunks";

export interface Entry {
  mode: string;
  blob: Blob;
}

/** Entries of a commit by path, only for the paths asked for. */
export async function readTreeEntries(git: Git, commit: string, paths: readonly string[]): Promise<Map<string, Entry>> {
  const list = await git.text(["ls-tree", "-z", "--full-tree", commit, "--", ...paths], { literal: true });
  return new Map(
    list.split("\0").flatMap((line): [string, Entry][] => {
      const [facts = "", path] = line.split(/\t(.*)/s);
      const [mode = "", , blob = ""] = facts.split(" ");
      return path === undefined ? [] : [[path, { mode, blob }]];
    }),
  );
}

/** Entries of an index, seen from the top of the work tree; a path in the middle of a merge has none. */
export async function readIndexEntries(git: Git, index: string, paths: readonly string[]): Promise<Map<string, Entry>> {
  const args = ["ls-files", "-z", "--stage", "--full-name", "--", ...paths];
  const list = await git.text(args, { index, literal: true });
  return new Map(
    list.split("\0").flatMap((line): [string, Entry][] => {
      const [facts = "", path] = line.split(/\t(.*)/s);
      const [mode = "", blob = "", stage] = facts.split(" ");
      return path === undefined || stage !== "0" ? [] : [[path, { mode, blob }]];
    }),
  );
}

/** Changes entries of an index; undefined removes one. */
export async function writeIndexEntries(
  git: Git,
  index: string,
  entries: ReadonlyMap<string, Entry | undefined>,
): Promise<void> {
  const kept = [...entries].flatMap(([path, entry]) =>
    entry === undefined ? [] : `${entry.mode} ${entry.blob}\t${path}\0`,
  );
  const removed = [...entries].flatMap(([path, entry]) => (entry === undefined ? `${path}\0` : []));
  if (removed.length > 0) {
    await git.run(["update-index", "-z", "--force-remove", "--stdin"], { index, input: Buffer.from(removed.join("")) });
  }
  await git.run(["update-index", "-z", "--index-info"], { index, input: Buffer.from(kept.join("")) });
}

/**
 * The repository's own index, locked as git locks it: whoever else wants to change it has to wait. The lock file holds
 * the new index, which takes the place of the old one with `commit`.
 */
export class LockedIndex {
  private constructor(
    private readonly index: string,
    readonly path: string,
  ) {}

  static async lock(git: Git, index: string): Promise<LockedIndex> {
    const path = `${index}.lock`;
    try {
      await (await open(path, "wx")).close();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST") {
        throw new AgentError(
          "git_busy",
          "Another git command is at work in this repository (index.lock exists), so nothing was committed.",
          "Wait for it to end; when none runs, delete the file index.lock.",
        );
      }
      throw error;
    }
    const locked = new LockedIndex(index, path);
    await locked.fill(git).catch(async (error: unknown) => {
      await locked.release();
      throw error;
    });
    return locked;
  }

  async commit(): Promise<void> {
    await rename(this.path, this.index);
  }

  async release(): Promise<void> {
    await rm(this.path, { force: true });
  }

  private async fill(git: Git): Promise<void> {
    try {
      await writeFile(this.path, await readFile(this.index));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") {
        throw error;
      }
      await rm(this.path, { force: true });
      await git.run(["read-tree", "--empty"], { index: this.path });
    }
  }
}
