import * as vscode from "vscode";
import { AgentError, FileMoved, ToolFailure } from "../../core/errors";
import type { FileForm } from "../../core/review/file-review";
import { BufferWriter, changedMeanwhile } from "./buffer-writer";
import { isStartOf, sameBytes } from "./byte-signs";
import type { BufferChange, BytesChange, Change, Creation, Deletion } from "./changes";
import { openDocument } from "./open-documents";
import { readBytes } from "./read-bytes";
import { replaceText } from "./text-edits";

/** Replaces a file's bytes at once and keeps its mode: at any moment the file is the old one or the new one. */
export type WriteBytes = (fsPath: string, bytes: Uint8Array) => Promise<void>;

/** What the editor cannot do to a file. */
export interface DiskWriter {
  writeBytes: WriteBytes;
  setMode(fsPath: string, mode: number): Promise<void>;
}

/** The editor may know less than it shows for a moment; it refuses then, and a little later it does not. */
const tries = 3;
const pauseMs = 50;

/** Writes planned changes: all of them, saved, or none. */
export class Transaction {
  private readonly writers: ReadonlyMap<BufferChange, BufferWriter>;
  private readonly metadata: vscode.WorkspaceEditEntryMetadata;
  private readonly deletions: readonly Deletion[];
  /** Their new bytes came onto the disk. */
  private readonly written = new Set<BytesChange>();
  /** The editor took our edit. */
  private taken = false;

  constructor(
    private readonly changes: readonly Change[],
    label: string,
    private readonly disk: DiskWriter,
  ) {
    this.metadata = { label, needsConfirmation: false };
    const buffers = changes.filter((change) => change.kind === "buffer");
    this.writers = new Map(buffers.map((change) => [change, new BufferWriter(change, this.metadata)]));
    this.deletions = changes.filter((change) => change.kind === "deletion");
  }

  /** What each file holds afterwards. Throws `ToolFailure` when nothing was written in the end. */
  async run(): Promise<{ path: string; text: string | undefined; form?: FileForm }[]> {
    try {
      await this.writeDisk();
      await this.writeEditor();
      await this.setModes();
      await this.save();
    } catch (error) {
      await this.takeBack(error);
      throw error;
    }
    return this.changes.map((change) => {
      const after = { path: change.path, text: this.textAfter(change) };
      return change.kind === "deletion" ? { ...after, form: change.form } : after;
    });
  }

  private async writeDisk(): Promise<void> {
    for (const change of this.changes) {
      if (change.kind === "bytes") {
        await requireBytes(change, change.before);
        await this.disk.writeBytes(change.uri.fsPath, change.after).catch((error: unknown) => {
          throw notWritten(change, error);
        });
        this.written.add(change);
      }
    }
  }

  private async writeEditor(): Promise<void> {
    if (this.changes.every((change) => change.kind === "bytes")) {
      return;
    }
    for (let attempt = 1; attempt <= tries; attempt++) {
      await this.requireDisk();
      // From here to the edit nothing waits, so no change of the user can come between.
      this.each((writer) => writer.requireBuffer());
      this.deletions.forEach(requireSaved);
      this.taken = await vscode.workspace.applyEdit(this.edit());
      if (this.taken) {
        await Promise.all(this.each((writer) => writer.confirm()));
        return;
      }
      if (this.each((writer) => writer.foundTaken()).some(Boolean)) {
        throw new ToolFailure("The editor took only a part of this change, so nothing was kept. Read the files again.");
      }
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
    throw new FileMoved("The editor did not take this change, so nothing was written. Read the files again.");
  }

  private async setModes(): Promise<void> {
    for (const change of this.changes) {
      if (change.kind === "creation" && change.mode !== undefined) {
        await this.disk.setMode(change.uri.fsPath, change.mode).catch((error: unknown) => {
          throw notWritten(change, error);
        });
      }
    }
  }

  private async requireDisk(): Promise<void> {
    const deletions = this.deletions.map((change) => requireBytes(change, change.bytes));
    await Promise.all([...deletions, ...this.each((writer) => writer.requireDisk())]);
  }

  /** What can fail comes first: a failure there leaves the texts alone. */
  private edit(): vscode.WorkspaceEdit {
    const edit = new vscode.WorkspaceEdit();
    for (const change of this.changes) {
      if (change.kind === "creation") {
        edit.createFile(change.uri, { overwrite: false, contents: change.bytes }, this.metadata);
      } else if (change.kind === "deletion") {
        edit.deleteFile(change.uri, { ignoreIfNotExists: false }, this.metadata);
      }
    }
    for (const { uri, base, target } of this.writers.keys()) {
      replaceText(edit, uri, { from: base, to: target }, this.metadata);
    }
    return edit;
  }

  /** All at once: a buffer that stays unsaved for a second would get a tab of its own. */
  private async save(): Promise<void> {
    const saved = await Promise.all(this.each(async (writer) => ((await writer.save()) ? [] : [writer.path])));
    const failed = [...saved.flat(), ...(await this.cutOffCreations())];
    if (failed.length > 0) {
      throw new ToolFailure(
        `${failed.join(", ")} could not be saved (read-only, changed on the disk meanwhile, or no space left), so nothing was kept.`,
      );
    }
  }

  /** On a full disk the editor may take a part of the text for all of it. */
  private async cutOffCreations(): Promise<string[]> {
    const creations = this.changes.filter((change) => change.kind === "creation");
    const cutOff = await Promise.all(
      creations.map(async ({ uri, path, bytes }) => {
        const now = await currentBytes(uri);
        return now && now.length < bytes.length && isStartOf(now, bytes) ? [path] : [];
      }),
    );
    return cutOff.flat();
  }

  private async takeBack(cause: unknown): Promise<void> {
    const left: string[] = [];
    const causes = [cause];
    for (const change of this.changes.toReversed()) {
      try {
        if (!(await this.restore(change))) {
          left.push(change.path);
        }
      } catch (error) {
        left.push(change.path);
        causes.push(error);
      }
    }
    if (left.length > 0) {
      throw new AgentError(
        "not_taken_back",
        `A change could not be written, and ${left.join(", ")} could not be put back.`,
        "Compare these files with what you expect; the editor's Undo and its Timeline still have the earlier text.",
        { cause: new AggregateError(causes) },
      );
    }
  }

  /** True when nothing of this change is left in the file. */
  private async restore(change: Change): Promise<boolean> {
    switch (change.kind) {
      case "buffer":
        return this.writer(change).restore();
      case "creation":
        return (await removeAgain(change)) || !this.taken;
      case "deletion":
        return (await this.createAgain(change)) || !this.taken;
      case "bytes":
        return this.restoreBytes(change);
    }
  }

  private async restoreBytes(change: BytesChange): Promise<boolean> {
    const now = await currentBytes(change.uri);
    if (now && sameBytes(now, change.after)) {
      await this.disk.writeBytes(change.uri.fsPath, change.before);
      return true;
    }
    return now === undefined || sameBytes(now, change.before) || !this.written.has(change);
  }

  private async createAgain({ uri, bytes, form }: Deletion): Promise<boolean> {
    const now = await currentBytes(uri);
    if (now) {
      return sameBytes(now, bytes);
    }
    const edit = new vscode.WorkspaceEdit();
    edit.createFile(uri, { contents: bytes, overwrite: false });
    if (!(await vscode.workspace.applyEdit(edit))) {
      return false;
    }
    await this.disk.setMode(uri.fsPath, form.mode);
    return true;
  }

  private textAfter(change: Change): string | undefined {
    switch (change.kind) {
      case "buffer":
        return this.writer(change).text;
      case "deletion":
        return undefined;
      default:
        return change.text;
    }
  }

  private writer(change: BufferChange): BufferWriter {
    return this.writers.get(change) as BufferWriter;
  }

  private each<Result>(todo: (writer: BufferWriter) => Result): Result[] {
    return [...this.writers.values()].map(todo);
  }
}

async function requireBytes({ uri, path }: Change, expected: Uint8Array): Promise<void> {
  if (!sameBytes(await readBytes(uri.fsPath, path), expected)) {
    throw changedMeanwhile(path);
  }
}

/** What the system refuses is no mistake of ours. */
function notWritten({ path }: Change, error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === undefined
    ? error
    : new ToolFailure(`${path} could not be written, so nothing was kept: ${message}.`, { cause: error });
}

function requireSaved({ path, place }: Deletion): void {
  if (openDocument(place)?.isDirty) {
    throw changedMeanwhile(path);
  }
}

async function removeAgain({ uri, bytes }: Creation): Promise<boolean> {
  const now = await currentBytes(uri);
  if (!now || !isStartOf(now, bytes)) {
    return now === undefined;
  }
  const edit = new vscode.WorkspaceEdit();
  edit.deleteFile(uri);
  return vscode.workspace.applyEdit(edit);
}

/** Undefined when there is no file. */
async function currentBytes(uri: vscode.Uri): Promise<Uint8Array | undefined> {
  try {
    return await readBytes(uri.fsPath, uri.fsPath);
  } catch (error) {
    if (error instanceof ToolFailure) {
      return undefined;
    }
    throw error;
  }
}
