import { randomBytes } from "node:crypto";
import { open, rename, rm, stat } from "node:fs/promises";
import * as nodePath from "node:path";

/**
 * Replaces a file's bytes at once: at any moment, also after a crash, the file is the old one or the new one. Keeps the
 * file's mode. Throws what the file system says.
 */
export async function replaceBytes(path: string, bytes: Uint8Array): Promise<void> {
  const { mode } = await stat(path);
  const beside = nodePath.join(
    nodePath.dirname(path),
    `.${nodePath.basename(path)}.${randomBytes(6).toString("hex")}.tmp`,
  );
  try {
    await writeDurably(beside, bytes, mode);
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

async function writeDurably(path: string, bytes: Uint8Array, mode: number): Promise<void> {
  const file = await open(path, "wx", mode & 0o7777);
  try {
    await file.chmod(mode & 0o7777);
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}
