import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { AgentError, FileMoved, ToolFailure } from "../../src/core/errors";
import type { FileEdit, FileFacts, Files } from "../../src/core/ports";
import type { UndoStore } from "../../src/machine/undo/undo-store";

/** Real files of a folder, written whole or not at all, without an editor. */
export class DiskFiles implements Files {
  private deeds = 0;

  constructor(
    private readonly root: string,
    private readonly undo: UndoStore,
    private readonly taskId: string,
  ) {}

  async read(path: string): Promise<string> {
    try {
      return await readFile(join(this.root, path), "utf8");
    } catch (error) {
      throw new ToolFailure(`There is no file ${path}.`, { cause: error });
    }
  }

  async look(path: string): Promise<FileFacts | undefined> {
    const facts = await stat(join(this.root, path)).catch(() => undefined);
    return facts && { kind: facts.isDirectory() ? "folder" : "file", size: facts.size, resolved: path };
  }

  async list(): Promise<{ paths: string[]; more: boolean }> {
    return { paths: [], more: false };
  }

  async apply(edits: readonly FileEdit[], label: string, signal: AbortSignal) {
    signal.throwIfAborted();
    const bytes = (text: string | undefined) => (text === undefined ? null : Buffer.from(text));
    const deed = { taskId: this.taskId, actionId: `${++this.deeds}`, label };
    try {
      await this.undo.write(
        deed,
        edits.map(({ path, base, target }) => ({ path, base: bytes(base), content: bytes(target) })),
      );
    } catch (error) {
      throw error instanceof AgentError && error.code === "file_changed" ? new FileMoved(error.message) : error;
    }
    return edits.map(({ path, target }) => ({ path, text: target }));
  }
}
