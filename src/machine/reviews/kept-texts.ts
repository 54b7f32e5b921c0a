import { createHash, randomBytes } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import * as nodePath from "node:path";

/** Longer than any write takes: what is half written for so long was left by a crash. */
const writingMs = 60 * 60_000;

/** Texts that outlive the window, each under a name. A text is there whole or not at all, also after a crash. */
export class KeptTexts {
  private readonly writing = new Map<string, Promise<void>>();

  /** `folder` is made when the first text is kept. */
  constructor(private readonly folder: string) {}

  /** Undefined when nothing is kept under this name. */
  async read(name: string): Promise<string | undefined> {
    await this.writing.get(name);
    try {
      return await readFile(this.pathOf(name), "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") {
        return undefined;
      }
      throw error;
    }
  }

  write(name: string, text: string): Promise<void> {
    return this.inTurn(name, () => this.replace(this.pathOf(name), text));
  }

  remove(name: string): Promise<void> {
    return this.inTurn(name, () => rm(this.pathOf(name), { force: true }));
  }

  /** Removes what nobody wrote for so long, and what a crash left half written. */
  async collect(olderThanMs: number): Promise<void> {
    for (const file of await this.files()) {
      const path = nodePath.join(this.folder, file);
      const { mtimeMs } = await stat(path);
      if (Date.now() - mtimeMs > (file.endsWith(".tmp") ? writingMs : olderThanMs)) {
        await rm(path, { force: true });
      }
    }
  }

  private async files(): Promise<string[]> {
    try {
      return await readdir(this.folder);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") {
        return [];
      }
      throw error;
    }
  }

  /** What is asked for one name happens in that order. */
  private inTurn(name: string, thing: () => Promise<void>): Promise<void> {
    const done = (this.writing.get(name) ?? Promise.resolve()).then(thing, thing);
    this.writing.set(
      name,
      done.catch(() => undefined),
    );
    return done;
  }

  private async replace(path: string, text: string): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const beside = `${path}.${randomBytes(6).toString("hex")}.tmp`;
    try {
      const file = await open(beside, "wx", 0o600);
      try {
        await file.writeFile(text);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(beside, path);
    } catch (error) {
      await rm(beside, { force: true });
      throw error;
    }
  }

  private pathOf(name: string): string {
    return nodePath.join(this.folder, `${createHash("sha256").update(name).digest("hex").slice(0, 40)}.json`);
  }
}
