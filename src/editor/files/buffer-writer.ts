import * as vscode from "vscode";
import { FileMoved } from "../../core/errors";
import { sameBytes } from "./byte-signs";
import type { BufferChange } from "./changes";
import { withLineEnds } from "./line-ends";
import { liveDocument } from "./open-documents";
import { readBytes } from "./read-bytes";
import { replaceText } from "./text-edits";

/** How long an auto-save that was faster than we may take. */
const autoSaveMs = 5_000;

/** One buffer on its way from its base to its target and onto the disk, or back. */
export class BufferWriter {
  private document: vscode.TextDocument | undefined;
  /** The document was open before the edit, so the editor itself refused a change in between. */
  private wasLive = false;
  /** The texts that came from us: the target, and what saving made of it. */
  private readonly ours = new Set<string>();

  constructor(
    private readonly change: BufferChange,
    private readonly metadata: vscode.WorkspaceEditEntryMetadata,
  ) {}

  get path(): string {
    return this.change.path;
  }

  /** What the buffer holds once it is saved. */
  get text(): string {
    return this.written.getText();
  }

  /** A file that nobody has open is still what it was when the change was planned. */
  async requireDisk(): Promise<void> {
    const { uri, path, before } = this.change;
    if (!liveDocument(uri) && !sameBytes(await readBytes(uri.fsPath, path), before)) {
      throw this.changedMeanwhile();
    }
  }

  /** A file that is open shows the base. */
  requireBuffer(): void {
    const live = liveDocument(this.change.uri);
    this.wasLive = live !== undefined;
    if (live && live.getText() !== this.change.base) {
      throw this.changedMeanwhile();
    }
  }

  /** After the edit: the document, and that it holds the target. */
  async confirm(): Promise<void> {
    const { uri } = this.change;
    const document = liveDocument(uri) ?? (await vscode.workspace.openTextDocument(uri));
    this.document = document;
    const text = this.asWritten(document);
    if (!this.wasLive && document.getText() !== text) {
      throw this.changedMeanwhile();
    }
    this.ours.add(text);
  }

  /** After an edit that the editor says it did not take: whether this buffer has it all the same. */
  foundTaken(): boolean {
    const live = liveDocument(this.change.uri);
    const text = live?.getText();
    if (text === undefined || text === this.change.base || text !== this.asWritten(live)) {
      return false;
    }
    this.document = live;
    this.ours.add(text);
    return true;
  }

  /** False when the text did not get onto the disk. */
  async save(): Promise<boolean> {
    const saved = await this.written.save();
    this.ours.add(this.text);
    return saved || this.isOnDisk();
  }

  /** Puts the base back. False when the buffer holds something that is neither the base nor ours. */
  async restore(): Promise<boolean> {
    const { document } = this;
    if (!document) {
      return true; // the editor never took the edit
    }
    const now = document.getText();
    if (now === this.change.base) {
      return true;
    }
    const back = this.ours.has(now) ? this.change.base : await this.diskText();
    if (back === undefined) {
      return false;
    }
    const edit = new vscode.WorkspaceEdit();
    replaceText(edit, this.change.uri, { from: now, to: back }, this.metadata);
    if (!(await vscode.workspace.applyEdit(edit))) {
      return false;
    }
    if (!this.change.wasDirty && document.isDirty) {
      await document.save();
    }
    return document.getText() === back;
  }

  /** For a file that nobody had open and that was changed under our edit: what stands on the disk is not ours. */
  private async diskText(): Promise<string | undefined> {
    if (this.wasLive) {
      return undefined;
    }
    const { uri, path, encoding } = this.change;
    return vscode.workspace.decode(await readBytes(uri.fsPath, path), { encoding });
  }

  /** `save()` also says no while auto-save is at it; a moment later the disk holds the text. */
  private async isOnDisk(): Promise<boolean> {
    const { uri, path } = this.change;
    const document = this.written;
    if (document.isDirty && !(await isSavedSoon(document))) {
      return false;
    }
    const bytes = await readBytes(uri.fsPath, path);
    return (await vscode.workspace.decode(bytes, { encoding: document.encoding })) === document.getText();
  }

  /** The target with the line ends of the document: it has one kind only. */
  private asWritten(document: vscode.TextDocument | undefined): string {
    return withLineEnds(this.change.target, document?.eol === vscode.EndOfLine.CRLF ? "\r\n" : "\n");
  }

  private get written(): vscode.TextDocument {
    if (!this.document) {
      throw new Error(`${this.path} is saved before it was edited`);
    }
    return this.document;
  }

  private changedMeanwhile(): FileMoved {
    return new FileMoved(
      `${this.path} changed while this edit was being written, so nothing was written. Read it again.`,
    );
  }
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
