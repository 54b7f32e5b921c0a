import * as vscode from "vscode";
import { AgentError, ToolFailure } from "../../core/errors";
import { sameBytes } from "./byte-signs";
import type { BufferChange, BytesChange, Change, Creation, Deletion } from "./changes";
import { readBytes } from "./read-bytes";
import { changedSpans } from "./spans";

/** Replaces a file's bytes at once and keeps its mode: at any moment the file is the old one or the new one. */
export type WriteBytes = (fsPath: string, bytes: Uint8Array) => Promise<void>;

/** The editor may know less than it shows for a moment; it refuses then, and a little later it does not. */
const tries = 3;
const pauseMs = 50;

/** How long an auto-save that was faster than we may take. */
const autoSaveMs = 5_000;

/** Writes planned changes: all of them, saved, or none. */
export class Transaction {
  /** What each buffer held after our edit and after saving it: the texts that may be taken back. */
  private readonly ours = new Map<BufferChange, Set<string>>();
  /** The editor took our edit. When it did not, a buffer with another text is one the user typed in. */
  private taken = false;

  constructor(
    private readonly changes: readonly Change[],
    private readonly label: string,
    private readonly writeBytes: WriteBytes,
  ) {}

  /** What each file holds afterwards. Throws `ToolFailure` when nothing was written in the end. */
  async run(): Promise<{ path: string; text: string | undefined }[]> {
    try {
      await this.writeDisk();
      await this.writeEditor();
      await this.save();
    } catch (error) {
      await this.takeBack(error);
      throw error;
    }
    return this.changes.map((change) => ({ path: change.path, text: textAfter(change) }));
  }

  private async writeDisk(): Promise<void> {
    for (const change of this.changes) {
      if (change.kind === "bytes") {
        await requireBytes(change, change.before);
        await this.writeBytes(change.uri.fsPath, change.after);
      }
    }
  }

  private async writeEditor(): Promise<void> {
    for (let attempt = 1; attempt <= tries; attempt++) {
      this.requireBases();
      if (this.changes.every((change) => change.kind === "bytes")) {
        return;
      }
      this.rememberBuffers();
      this.taken = await vscode.workspace.applyEdit(this.edit());
      if (this.taken) {
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
    throw new ToolFailure("The editor did not take this change, so nothing was written. Read the files again.");
  }

  /** Between this and the edit nothing waits, so no change of the user can come between. */
  private requireBases(): void {
    for (const change of buffers(this.changes)) {
      if (change.document.getText() !== change.base) {
        throw new ToolFailure(
          `${change.path} changed while this edit was being written, so nothing was written. Read it again.`,
        );
      }
    }
  }

  private edit(): vscode.WorkspaceEdit {
    const edit = new vscode.WorkspaceEdit();
    for (const change of this.changes) {
      if (change.kind === "buffer") {
        replaceText(edit, change.document, change.base, change.target, this.label);
      } else if (change.kind === "creation") {
        edit.createFile(change.uri, { overwrite: false, contents: change.bytes }, labelled(this.label));
      } else if (change.kind === "deletion") {
        edit.deleteFile(change.uri, { ignoreIfNotExists: false }, labelled(this.label));
      }
    }
    return edit;
  }

  private rememberBuffers(): void {
    for (const change of buffers(this.changes)) {
      const texts = this.ours.get(change) ?? new Set([change.target]);
      this.ours.set(change, texts.add(change.target));
    }
  }

  /** All at once: a buffer that stays unsaved for a second would get a tab of its own. */
  private async save(): Promise<void> {
    const failed = await Promise.all(
      buffers(this.changes).map(async (change) => {
        const saved = await change.document.save();
        this.ours.get(change)?.add(change.document.getText());
        return saved || !(await isUnsaved(change)) ? [] : [change.path];
      }),
    );
    if (failed.flat().length > 0) {
      throw new ToolFailure(
        `${failed.flat().join(", ")} could not be saved (read-only, or changed on the disk meanwhile), so nothing was kept.`,
      );
    }
  }

  private async takeBack(cause: unknown): Promise<void> {
    const left: string[] = [];
    for (const change of this.changes.toReversed()) {
      if (!(await this.restore(change))) {
        left.push(change.path);
      }
    }
    if (left.length > 0) {
      throw new AgentError(
        "not_taken_back",
        `A change could not be written, and ${left.join(", ")} could not be put back.`,
        "Compare these files with what you expect; the editor's Undo and its Timeline still have the earlier text.",
        { cause },
      );
    }
  }

  /** True when the file is as it was before. */
  private restore(change: Change): Promise<boolean> {
    switch (change.kind) {
      case "buffer":
        return this.restoreBuffer(change);
      case "creation":
        return removeAgain(change);
      case "deletion":
        return createAgain(change);
      case "bytes":
        return this.restoreBytes(change);
    }
  }

  private async restoreBuffer(change: BufferChange): Promise<boolean> {
    const { document, base } = change;
    const now = document.getText();
    if (now === base) {
      return true;
    }
    if (!this.ours.get(change)?.has(now)) {
      return !this.taken;
    }
    const edit = new vscode.WorkspaceEdit();
    replaceText(edit, document, now, base, `Undo: ${this.label}`);
    if (!(await vscode.workspace.applyEdit(edit))) {
      return false;
    }
    if (!change.wasDirty && document.isDirty) {
      await document.save();
    }
    return document.getText() === base;
  }

  private async restoreBytes(change: BytesChange): Promise<boolean> {
    const now = await readBytes(change.uri.fsPath, change.path);
    if (sameBytes(now, change.after)) {
      await this.writeBytes(change.uri.fsPath, change.before);
      return true;
    }
    return sameBytes(now, change.before);
  }
}

function replaceText(
  edit: vscode.WorkspaceEdit,
  document: vscode.TextDocument,
  from: string,
  to: string,
  label: string,
): void {
  for (const span of changedSpans(from, to)) {
    const range = new vscode.Range(document.positionAt(span.start), document.positionAt(span.end));
    edit.replace(document.uri, range, span.text, labelled(label));
  }
}

function labelled(label: string): vscode.WorkspaceEditEntryMetadata {
  return { label, needsConfirmation: false };
}

function buffers(changes: readonly Change[]): BufferChange[] {
  return changes.filter((change) => change.kind === "buffer");
}

function textAfter(change: Change): string | undefined {
  switch (change.kind) {
    case "buffer":
      return change.document.getText();
    case "deletion":
      return undefined;
    default:
      return change.text;
  }
}

/** `save()` also says no while auto-save is at it; a moment later the disk holds the text. */
async function isUnsaved({ document, path, uri }: BufferChange): Promise<boolean> {
  if (document.isDirty && !(await isSavedSoon(document))) {
    return true;
  }
  const disk = await vscode.workspace.decode(await readBytes(uri.fsPath, path), { encoding: document.encoding });
  return disk !== document.getText();
}

function isSavedSoon(document: vscode.TextDocument): Promise<boolean> {
  return new Promise((resolve) => {
    const done = (saved: boolean) => {
      clearTimeout(timer);
      listener.dispose();
      resolve(saved);
    };
    const timer = setTimeout(() => done(!document.isDirty), autoSaveMs);
    const listener = vscode.workspace.onDidSaveTextDocument((saved) => {
      if (saved === document) {
        done(true);
      }
    });
  });
}

async function requireBytes(change: BytesChange, expected: Uint8Array): Promise<void> {
  if (!sameBytes(await readBytes(change.uri.fsPath, change.path), expected)) {
    throw new ToolFailure(
      `${change.path} changed while this edit was being written, so nothing was written. Read it again.`,
    );
  }
}

async function removeAgain({ uri, bytes }: Creation): Promise<boolean> {
  const now = await currentBytes(uri);
  if (!now) {
    return true;
  }
  if (!sameBytes(now, bytes)) {
    return false;
  }
  const edit = new vscode.WorkspaceEdit();
  edit.deleteFile(uri);
  return vscode.workspace.applyEdit(edit);
}

async function createAgain({ uri, bytes }: Deletion): Promise<boolean> {
  const now = await currentBytes(uri);
  if (now) {
    return sameBytes(now, bytes);
  }
  const edit = new vscode.WorkspaceEdit();
  edit.createFile(uri, { contents: bytes, overwrite: false });
  return vscode.workspace.applyEdit(edit);
}

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
