import { randomBytes } from "node:crypto";
import { readdir, rm } from "node:fs/promises";
import * as nodePath from "node:path";
import { makeFolderDurably } from "../durable";
import { ProcessLock } from "../journal/process-lock";

const suffix = ".lock";

/**
 * The windows that work on one workspace. Each has a lock that names its process, and a folder of its own for what should
 * outlive it; the next window inherits that.
 */
export class OpenWindows {
  private readonly id = `${process.pid}-${randomBytes(4).toString("hex")}`;
  private entering: Promise<ProcessLock | undefined> = Promise.resolve(undefined);

  constructor(private readonly folder: string) {}

  /** This window's own folder; only to be written to after `enter`. */
  get own(): string {
    return nodePath.join(this.folder, this.id);
  }

  /** Again, when it failed before. */
  async enter(): Promise<void> {
    this.entering = this.entering.then(
      (lock) => lock ?? this.takeOwn(),
      () => this.takeOwn(),
    );
    await this.entering;
  }

  private async takeOwn(): Promise<ProcessLock | undefined> {
    await makeFolderDurably(this.folder, 0o700);
    return ProcessLock.take(this.lockOf(this.id));
  }

  /** What is in this window's folder stays for the next one. */
  async leave(): Promise<void> {
    const lock = await this.entering.catch(() => undefined); // who could not enter has nothing to leave
    await lock?.release();
  }

  /**
   * Gives the folder of each window that is open no longer, then removes it; the folder may be missing. One that cannot be
   * taken over stays. Returns whether other windows are still open.
   */
  async inherit(take: (folder: string) => Promise<void>): Promise<boolean> {
    let othersOpen = false;
    for (const id of await this.others()) {
      const lock = await ProcessLock.take(this.lockOf(id));
      if (lock === undefined) {
        othersOpen = true;
        continue;
      }
      try {
        const folder = nodePath.join(this.folder, id);
        await take(folder);
        await rm(folder, { recursive: true, force: true });
      } finally {
        await lock.release();
      }
    }
    return othersOpen;
  }

  /** By their locks and their folders: a window that has left is there by its folder alone. */
  private async others(): Promise<Set<string>> {
    const names = await readdir(this.folder);
    const ids = names.map((name) => (name.endsWith(suffix) ? name.slice(0, -suffix.length) : name));
    return new Set(ids.filter((id) => idForm.test(id) && id !== this.id));
  }

  private lockOf(id: string): string {
    return nodePath.join(this.folder, id + suffix);
  }
}

const idForm = /^\d+-[0-9a-f]{8}$/;
