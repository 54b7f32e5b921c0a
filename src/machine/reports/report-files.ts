import { mkdir, readFile, rm, stat } from "node:fs/promises";
import * as nodePath from "node:path";

/** Files in which programs we start leave their results. `folder` is absolute and ours alone. */
export class ReportFiles {
  constructor(readonly folder: string) {}

  /** Makes sure that nothing is at the path, so that what is there later was written by the run. */
  async clear(path: string): Promise<void> {
    await mkdir(nodePath.dirname(path), { recursive: true });
    await rm(path, { force: true });
  }

  /** The text of a report, or undefined when there is none or it is larger than `maxBytes`. */
  async read(path: string, maxBytes = 50_000_000): Promise<string | undefined> {
    try {
      const { size } = await stat(path);
      return size > maxBytes ? undefined : await readFile(path, "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") {
        throw error;
      }
      return undefined;
    }
  }

  async remove(path: string): Promise<void> {
    await rm(path, { force: true });
  }
}
