import { chmod } from "node:fs/promises";

/** Who may read, write and run a file. Marks that lend the owner's rights are not passed on. Throws what the file system says. */
export async function setMode(path: string, mode: number): Promise<void> {
  await chmod(path, mode & 0o777);
}
