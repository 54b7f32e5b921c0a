import { open, realpath, rename, rm, stat } from "node:fs/promises";
import * as nodePath from "node:path";
import { draftIdOf, draftName } from "../undo/draft-names";

/**
 * Replaces a file's bytes at once: at any moment, also after a crash, the file is the old one or the new one. Keeps the
 * file's mode, and a link to it. What a crash leaves beside it goes when the action it was for is settled. Throws what the
 * file system says.
 */
export async function replaceBytes(path: string, bytes: Uint8Array): Promise<void> {
  const real = await realpath(path);
  const { mode } = await stat(real);
  const draft = nodePath.join(nodePath.dirname(real), draftName(draftIdOf(process), real));
  try {
    await rm(draft, { force: true }); // of a process that had the same number
    await writeDurably(draft, bytes, mode);
    await rename(draft, real);
  } catch (error) {
    await rm(draft, { force: true });
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
