import * as vscode from "vscode";
import { FileMoved } from "../../core/errors";
import { merge3 } from "../../core/review/merge";
import { isStartOf, sameBytes } from "./byte-signs";
import type { BufferChange } from "./changes";
import { withLineEnds } from "./line-ends";
import { liveDocument } from "./open-documents";
import { readBytes } from "./read-bytes";
import { replaceText } from "./text-edits";

/** How long an auto-save that was faster than we may take. */
const autoSaveMs = 5_000;
/** How often a look at the disk, or an edit that puts the base back, is made again while the user types. */
const tries = 10;
const pauseMs = 50;

/** One buffer on its way from its base to its target and onto the disk, or back. */
export class BufferWriter {
  private document: vscode.TextDocument | undefined;
  /** The document was open before the edit, so the editor itself refused a change in between. */
  private wasLive = false;
  /** The target, once the document held it. */
  private ours: string | undefined;

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
      throw changedMeanwhile(this.path);
    }
  }

  /** A file that is open shows the base. */
  requireBuffer(): void {
    const live = liveDocument(this.change.uri);
    this.wasLive = live !== undefined;
    if (live && live.getText() !== this.change.base) {
      throw changedMeanwhile(this.path);
    }
  }

  /** After the edit: the document, and that it holds the target. */
  async confirm(): Promise<void> {
    const { uri } = this.change;
    const document = liveDocument(uri) ?? (await vscode.workspace.openTextDocument(uri));
    this.document = document;
    const text = this.asWritten(document);
    if (!this.wasLive && document.getText() !== text) {
      throw changedMeanwhile(this.path);
    }
    this.ours = text;
  }

  /** After an edit that the editor says it did not take: whether this buffer has it all the same. */
  foundTaken(): boolean {
    const live = liveDocument(this.change.uri);
    const text = live?.getText();
    if (text === undefined || text === this.change.base || text !== this.asWritten(live)) {
      return false;
    }
    this.document = live;
    this.ours = text;
    return true;
  }

  /** False when the text did not get onto the disk. */
  async save(): Promise<boolean> {
    return (await this.written.save()) ? !(await this.isCutOff()) : this.isOnDisk();
  }

  /** Takes our change out of the buffer again and leaves what the user typed meanwhile. False when that cannot be told apart. */
  async restore(): Promise<boolean> {
    const { document } = this;
    if (!document) {
      return true; // the editor never took the edit
    }
    for (let attempt = 1; attempt <= tries; attempt++) {
      const now = document.getText();
      const back = this.withoutOurs(now) ?? (await this.diskText());
      if (back === undefined) {
        return false;
      }
      if (back === now || (await this.replace(now, back))) {
        return this.saveRestored(document);
      }
      await pause();
    }
    return false;
  }

  /** The text without our change; undefined when it is not known, or when the same lines were changed since. */
  private withoutOurs(now: string): string | undefined {
    const { base } = this.change;
    if (now === base) {
      return base;
    }
    if (this.ours === undefined) {
      return undefined;
    }
    const merged = merge3(this.ours, now, base);
    return merged.conflicts.length > 0 ? undefined : merged.text;
  }

  private async replace(from: string, to: string): Promise<boolean> {
    const edit = new vscode.WorkspaceEdit();
    replaceText(edit, this.change.uri, { from, to }, this.metadata);
    return vscode.workspace.applyEdit(edit);
  }

  /** False when the disk still holds something of ours. */
  private async saveRestored(document: vscode.TextDocument): Promise<boolean> {
    const { uri, path, before, after, wasDirty } = this.change;
    if (wasDirty || !document.isDirty) {
      return true;
    }
    await document.save();
    const now = await readBytes(uri.fsPath, path);
    return sameBytes(now, before) || !(isStartOf(now, after) || isStartOf(now, before));
  }

  /** On a full disk the editor may take a part of the text for all of it. */
  private async isCutOff(): Promise<boolean> {
    const { uri, path, after } = this.change;
    const now = await readBytes(uri.fsPath, path);
    if (sameBytes(now, after)) {
      return false;
    }
    const { encoding } = this.written;
    const text = await vscode.workspace.encode(this.text, { encoding });
    return now.length < text.length && isStartOf(now, text);
  }

  /** For a file that nobody had open and that was changed under our edit: what stands on the disk is not ours. */
  private async diskText(): Promise<string | undefined> {
    if (this.wasLive) {
      return undefined;
    }
    return this.textOnDisk(this.change.encoding);
  }

  private async textOnDisk(encoding: string): Promise<string> {
    const { uri, path } = this.change;
    return vscode.workspace.decode(await readBytes(uri.fsPath, path), { encoding });
  }

  /** `save()` also says no while auto-save is at it, and when the user typed on meanwhile; the disk knows better. */
  private async isOnDisk(): Promise<boolean> {
    const document = this.written;
    for (let attempt = 1; attempt <= tries; attempt++) {
      const text = await this.textOnDisk(document.encoding);
      if (text === this.ours || (!document.isDirty && text === document.getText())) {
        return true;
      }
      if (document.isDirty && !(await isSavedSoon(document))) {
        return false;
      }
      await pause();
    }
    return false;
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
}

export function changedMeanwhile(path: string): FileMoved {
  return new FileMoved(`${path} changed while this edit was being written, so nothing was written. Read it again.`);
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, pauseMs));
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
