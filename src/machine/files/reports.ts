import { mkdir, readFile, rm } from "node:fs/promises";

const largestReport = 50_000_000;

/** Where test runners leave their reports: a folder of our own, readable by this user alone. */
export class ReportFolder {
  /** `folder` is absolute and outside the workspace. */
  constructor(readonly folder: string) {}

  /** Makes sure that nothing is at `path` and that something can be written there. */
  async clear(path: string): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    await rm(path, { force: true });
  }

  /** Undefined when the runner left none, or one too large to be a report. */
  async read(path: string): Promise<string | undefined> {
    try {
      const text = await readFile(path, "utf8");
      return text.length > largestReport ? undefined : text;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") {
        return undefined;
      }
      throw error;
    }
  }

  async remove(path: string): Promise<void> {
    await rm(path, { force: true });
  }
}
