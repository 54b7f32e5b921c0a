import { constants } from "node:fs";
import { type FileHandle, mkdir, open, readlink, realpath, rmdir } from "node:fs/promises";
import * as nodePath from "node:path";
import { AgentError } from "../../core/errors";
import { syncFolder } from "../durable";

/**
 * A folder that was opened and found to be where its path says, without links on the way. On Linux everything below is
 * then reached through the open folder, so that no link put in its place meanwhile can lead elsewhere; on other systems
 * the path is used as it was checked.
 */
export class AnchoredFolder {
  private constructor(
    private readonly folder: string,
    private readonly handle: FileHandle | undefined,
  ) {}

  /** `folder` is absolute and has no links in it. Throws `AgentError` "folder_moved" when it leads elsewhere now. */
  static async open(folder: string): Promise<AnchoredFolder> {
    if (process.platform !== "linux") {
      if ((await realpath(folder)) !== folder) {
        throw moved(folder);
      }
      return new AnchoredFolder(folder, undefined);
    }
    const handle = await openFolder(folder);
    if ((await readlink(`/proc/self/fd/${handle.fd}`)) !== folder) {
      await handle.close();
      throw moved(folder);
    }
    return new AnchoredFolder(folder, handle);
  }

  at(name: string): string {
    return this.handle === undefined ? nodePath.join(this.folder, name) : `/proc/self/fd/${this.handle.fd}/${name}`;
  }

  /** Makes names that changed here survive a loss of power. */
  async sync(): Promise<void> {
    await this.handle?.sync();
  }

  async close(): Promise<void> {
    await this.handle?.close();
  }
}

/** Opens a folder, making it and those above it first where they are missing. Tells which it made, outermost first. */
export async function makeFolder(folder: string): Promise<{ anchor: AnchoredFolder; made: string[] }> {
  try {
    return { anchor: await AnchoredFolder.open(folder), made: [] };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") {
      throw error;
    }
  }
  const parent = await makeFolder(nodePath.dirname(folder));
  const made = [...parent.made, folder];
  try {
    await mkdir(parent.anchor.at(nodePath.basename(folder)));
    await parent.anchor.sync();
    return { anchor: await AnchoredFolder.open(folder), made };
  } catch (error) {
    // The error that led here is the one to tell.
    await removeEmptyFolders(folder, made[0] ?? folder).catch(() => undefined);
    throw error;
  } finally {
    await parent.anchor.close();
  }
}

/** Removes a folder and those above it up to `top`, as far as they are empty, and makes that survive a loss of power. */
export async function removeEmptyFolders(folder: string, top: string): Promise<void> {
  let last: string | undefined;
  for (let current = folder; isAtOrBelow(current, top); current = nodePath.dirname(current)) {
    const found = await removeFolder(current);
    if (found === "in use") {
      break;
    }
    last = found === "removed" ? current : last;
  }
  if (last !== undefined) {
    await syncFolder(nodePath.dirname(last));
  }
}

async function removeFolder(folder: string): Promise<"removed" | "missing" | "in use"> {
  try {
    await rmdir(folder);
    return "removed";
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    if (["ENOTEMPTY", "EEXIST", "EACCES", "EPERM", "ENOTDIR", "EBUSY"].includes(code)) {
      return "in use";
    }
    if (code === "ENOENT") {
      return "missing";
    }
    throw error;
  }
}

function isAtOrBelow(path: string, top: string): boolean {
  return path === top || path.startsWith(`${top}${nodePath.sep}`);
}

async function openFolder(folder: string): Promise<FileHandle> {
  try {
    return await open(folder, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ELOOP" || code === "ENOTDIR") {
      throw moved(folder);
    }
    throw error;
  }
}

function moved(folder: string): AgentError {
  return new AgentError(
    "folder_moved",
    `${folder} is no longer the folder it was: something else stands there, or a link leads elsewhere.`,
    "Nothing was written. Put the folder back, or leave these files as they are.",
  );
}
