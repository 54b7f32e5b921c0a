import { mkdir, readdir, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { isAlive } from "./processes.mjs";

/**
 * Works in a folder beside `home` that takes that name when all is there. It goes when the work fails, and what an
 * earlier, unfinished try left goes too.
 * @param {string} home absolute
 * @param {(partial: string) => Promise<void>} work
 */
export async function inPartial(home, work) {
  const start = `${basename(home)}.partial-`;
  const partial = join(dirname(home), `${start}${process.pid}`);
  await mkdir(dirname(home), { recursive: true });
  for (const name of await readdir(dirname(home))) {
    if (name.startsWith(start) && !isAlive(Number(name.slice(start.length)))) {
      await rm(join(dirname(home), name), { recursive: true, force: true });
    }
  }
  try {
    await mkdir(partial, { recursive: true });
    await work(partial);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}
