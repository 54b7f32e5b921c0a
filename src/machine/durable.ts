import { constants, copyFile, link, mkdir, open } from "node:fs/promises";
import * as nodePath from "node:path";

/** Makes names that were created, renamed or removed in a folder survive a loss of power. No-op on Windows. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === "win32") {
    return;
  }
  const folder = await open(path, constants.O_RDONLY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Makes a folder and those above it that are missing. Their names survive a loss of power. */
export async function makeFolderDurably(path: string, mode: number): Promise<void> {
  const outermost = await mkdir(path, { recursive: true, mode });
  if (outermost === undefined) {
    return;
  }
  const top = nodePath.dirname(outermost);
  for (let folder = nodePath.dirname(path); folder.length > top.length; folder = nodePath.dirname(folder)) {
    await syncFolder(folder);
  }
  await syncFolder(top);
}

/** A second name for a file, or a copy where the file system has no links. Fails when `to` exists. */
export async function keepAs(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST" || code === "ENOENT") {
      throw error;
    }
    await copyFile(from, to, constants.COPYFILE_EXCL);
  }
}
