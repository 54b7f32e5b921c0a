import { chmod, mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import * as nodePath from "node:path";
import { makeFolderDurably, syncFolder } from "../durable";
import { crc32c } from "../journal/crc32c";
import { Checkpoint } from "./checkpoint";

/** The checkpoints of all tasks, one small file each; a file appears whole and on the disk, or not at all. */
export class CheckpointLog {
  private constructor(private readonly folder: string) {}

  static async open(folder: string): Promise<CheckpointLog> {
    await makeFolderDurably(folder, 0o700);
    await chmod(folder, 0o700);
    return new CheckpointLog(folder);
  }

  /** Adds the checkpoint, or replaces the one with the same id. Durable when it resolves. */
  async write(checkpoint: Checkpoint): Promise<void> {
    const folder = this.folderOf(checkpoint.taskId);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const path = nodePath.join(folder, nameOf(checkpoint));
    const { state, ...content } = checkpoint;
    const json = JSON.stringify(content);
    try {
      await writeDurably(`${path}.draft`, `${crc32c(Buffer.from(json)).toString(16)} ${json}\n`);
      await rename(`${path}.draft`, path);
    } catch (error) {
      await rm(`${path}.draft`, { force: true });
      throw error;
    }
    if (state === "done") {
      await rm(nodePath.join(folder, nameOf({ ...checkpoint, state: "open" })), { force: true });
    }
    await syncFolder(folder);
    await syncFolder(this.folder);
  }

  /** Marks an open checkpoint as done, as it was recorded. Needs no space on the disk. */
  async markDone(checkpoint: Checkpoint): Promise<void> {
    const folder = this.folderOf(checkpoint.taskId);
    const from = nodePath.join(folder, nameOf({ ...checkpoint, state: "open" }));
    await rename(from, nodePath.join(folder, nameOf({ ...checkpoint, state: "done" })));
    await syncFolder(folder);
  }

  /** The checkpoints of a task, oldest first. Damaged ones are passed over. */
  async list(taskId: string): Promise<Checkpoint[]> {
    const folder = this.folderOf(taskId);
    const found = await readAll(folder);
    const done = new Set(found.filter(({ state }) => state === "done").map(({ id }) => id));
    return found.filter(({ id, state }) => state === "done" || !done.has(id)).sort((a, b) => a.order - b.order);
  }

  /** The place of the next checkpoint of a task. */
  async nextOrder(taskId: string): Promise<number> {
    const orders = (await namesIn(this.folderOf(taskId))).map((name) => Number.parseInt(name, 10));
    return Math.max(-1, ...orders.filter((order) => !Number.isNaN(order))) + 1;
  }

  async tasks(): Promise<string[]> {
    return namesIn(this.folder);
  }

  async remove(checkpoint: Checkpoint): Promise<void> {
    const folder = this.folderOf(checkpoint.taskId);
    for (const state of ["open", "done"] as const) {
      await rm(nodePath.join(folder, nameOf({ ...checkpoint, state })), { force: true });
    }
    await syncFolder(folder);
  }

  async removeTask(taskId: string): Promise<void> {
    await rm(this.folderOf(taskId), { recursive: true, force: true });
    await syncFolder(this.folder);
  }

  private folderOf(taskId: string): string {
    if (!/^[A-Za-z0-9_-]{1,100}$/.test(taskId)) {
      throw new Error(`A task id has letters, digits, "-" and "_" only: ${JSON.stringify(taskId)}`);
    }
    return nodePath.join(this.folder, taskId);
  }
}

/** Another window may close a checkpoint between the look at the names and that at the files: then it has another name. */
async function readAll(folder: string): Promise<Checkpoint[]> {
  const names = (await namesIn(folder)).filter((name) => name.endsWith(suffix));
  try {
    const read = await Promise.all(
      names.map(async (name) => parse(await readFile(nodePath.join(folder, name), "utf8"), stateIn(name))),
    );
    return read.filter((checkpoint) => checkpoint !== undefined);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") {
      return readAll(folder);
    }
    throw error;
  }
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, "w", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

const suffix = ".json";

/** The state is a part of the name, so that changing it is one rename. */
function nameOf({ order, id, state }: Checkpoint): string {
  return `${String(order).padStart(8, "0")}-${id}.${state}${suffix}`;
}

function stateIn(name: string): Checkpoint["state"] {
  return name.endsWith(`.done${suffix}`) ? "done" : "open";
}

function parse(text: string, state: Checkpoint["state"]): Checkpoint | undefined {
  const [sum = "", json = ""] = text.trimEnd().split(/ (.*)/s);
  if (Number.parseInt(sum, 16) !== crc32c(Buffer.from(json))) {
    return undefined;
  }
  return Checkpoint.safeParse({ ...JSON.parse(json), state }).data;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") {
      return [];
    }
    throw error;
  }
}
