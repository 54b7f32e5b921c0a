import { randomUUID } from "node:crypto";
import { readdir, readFile, rename, rm, stat, unlink, writeFile } from "node:fs/promises";
import * as nodePath from "node:path";
import { keepAs } from "../durable";
import { isAnyRunning, isRunning, ownIdentity, ProcessIdentity } from "./process-identity";

const tries = 20;

/** A file that only one process can create, naming that process. A lock whose process no longer runs is taken over. */
export class ProcessLock {
  private constructor(
    private readonly path: string,
    private readonly mark: string,
  ) {}

  /** Undefined when another process, or this one, holds it. */
  static async take(path: string): Promise<ProcessLock | undefined> {
    for (let round = 0; round < tries; round++) {
      const mark = await create(path);
      if (mark !== undefined) {
        return new ProcessLock(path, mark);
      }
      if ((await ProcessLock.holder(path)) !== undefined) {
        return undefined;
      }
      await clearStale(path);
    }
    return undefined;
  }

  /** The running process that holds the lock; undefined when nobody does. */
  static async holder(path: string): Promise<ProcessIdentity | undefined> {
    const identity = await readLock(path);
    return identity !== undefined && (await isRunning(identity)) ? identity : undefined;
  }

  /** Whether the file is still the one we made: after a long sleep of the machine somebody may have taken over. */
  async isHeld(): Promise<boolean> {
    return (await markOf(this.path)) === this.mark;
  }

  async release(): Promise<void> {
    if (await this.isHeld()) {
      await rm(this.path, { force: true });
    }
  }
}

/** What tells the new lock from any other, or undefined when there is one already. It appears with its content, never empty. */
async function create(path: string): Promise<string | undefined> {
  const draft = draftName(path);
  try {
    await writeFile(draft, JSON.stringify(await ownIdentity()), { flag: "wx", mode: 0o600 });
    await keepAs(draft, path);
    return await markOf(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") {
      return undefined;
    }
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

function draftName(path: string): string {
  return `${path}.${process.pid}.${randomUUID()}`;
}

/** Removes what processes that ended while they took the lock have left. */
export async function clearDrafts(path: string): Promise<void> {
  const folder = nodePath.dirname(path);
  const name = nodePath.basename(path);
  for (const other of await readdir(folder)) {
    const pid = other.startsWith(`${name}.`) ? Number(other.slice(name.length + 1).split(".")[0]) : Number.NaN;
    if (Number.isInteger(pid) && !isAnyRunning(pid)) {
      await rm(nodePath.join(folder, other), { force: true });
    }
  }
}

/** Moves a stale lock away; when a running process had replaced it in the meantime, puts that one back. */
async function clearStale(path: string): Promise<void> {
  const aside = draftName(path);
  try {
    await rename(path, aside);
    const moved = await readLock(aside);
    if (moved !== undefined && (await isRunning(moved))) {
      await keepAs(aside, path);
    }
    await unlink(aside);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== "ENOENT" && code !== "EEXIST") {
      throw error;
    }
    await rm(aside, { force: true });
  }
}

async function readLock(path: string): Promise<ProcessIdentity | undefined> {
  try {
    return ProcessIdentity.safeParse(JSON.parse(await readFile(path, "utf8"))).data;
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === "ENOENT") {
      return undefined;
    }
    throw error;
  }
}

async function markOf(path: string): Promise<string | undefined> {
  try {
    const { ino, mtimeNs } = await stat(path, { bigint: true });
    return `${ino} ${mtimeNs}`;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") {
      return undefined;
    }
    throw error;
  }
}
