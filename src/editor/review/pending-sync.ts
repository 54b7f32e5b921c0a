import * as vscode from "vscode";
import { type Disposable, DisposableStore } from "../disposables";
import { Emitter, type Listen } from "../emitter";
import { liveDocument } from "../files/open-documents";
import { asError, type Log } from "../log";
import { fromDocument } from "./document-text";
import type { PendingReviews, Reason } from "./pending";
import type { WriteWatch } from "./reviewed-files";

interface Room {
  locate(path: string): Promise<vscode.Uri>;
  /** Undefined when there is no such file now. */
  read(path: string): Promise<string | undefined>;
  log: Log;
}

interface Writing {
  writers: number;
  /** What the user did last in the editor that leads to a text that was there before. */
  meanwhile: Reason | undefined;
}

/** Keeps the reviews in step with the files: what the user types, undoes or does on the disk. */
export class PendingSync implements WriteWatch, Disposable {
  private readonly store = new DisposableStore();
  private readonly byAddress = new Map<string, string>();
  private readonly addresses = new Map<string, vscode.Uri>();
  private readonly writing = new Map<string, Writing>();
  private readonly located = this.store.add(new Emitter<string>());
  /** The document of a file under review is known. */
  readonly onDidLocate: Listen<string> = this.located.listen;

  constructor(
    private readonly pending: PendingReviews,
    private readonly room: Room,
  ) {
    this.store.add(vscode.workspace.onDidChangeTextDocument((event) => this.notice(event)));
    const disk = this.store.add(vscode.workspace.createFileSystemWatcher("**/*"));
    this.store.add(disk.onDidChange((uri) => liveDocument(uri) || this.lookAtDisk(uri)));
    for (const cameOrWent of [disk.onDidCreate, disk.onDidDelete]) {
      this.store.add(cameOrWent((uri) => this.lookAtDisk(uri)));
    }
    this.store.add(vscode.workspace.onDidCloseTextDocument(({ uri }) => this.lookAtDisk(uri)));
    this.store.add(pending.onDidChange((path) => this.findAddress(path)));
  }

  /** The document of a file under review. */
  uri(path: string): vscode.Uri | undefined {
    return this.addresses.get(path);
  }

  path(uri: vscode.Uri): string | undefined {
    return this.byAddress.get(uri.toString());
  }

  begin(paths: readonly string[]): void {
    for (const path of paths) {
      const { writers = 0, meanwhile } = this.writing.get(path) ?? {};
      this.writing.set(path, { writers: writers + 1, meanwhile });
    }
  }

  meanwhile(path: string): Reason {
    return this.writing.get(path)?.meanwhile ?? "edit";
  }

  end(paths: readonly string[]): void {
    for (const path of paths) {
      const { writers = 1, meanwhile } = this.writing.get(path) ?? {};
      if (writers > 1) {
        this.writing.set(path, { writers: writers - 1, meanwhile });
      } else {
        this.writing.delete(path);
      }
      this.compare(path, meanwhile);
    }
  }

  /** Takes in whatever happened to a file while nobody looked. */
  async compareWithDisk(path: string): Promise<void> {
    this.take(path, await this.room.read(path));
  }

  private take(path: string, text: string | undefined): void {
    const review = this.pending.known(path);
    if (!review || this.writing.has(path)) {
      return;
    }
    if ((text === undefined) !== (review.target === undefined)) {
      this.pending.cameOrWent(path, text);
    } else {
      this.pending.follow(path, text);
    }
  }

  dispose(): void {
    this.store.dispose();
  }

  private findAddress(path: string): void {
    if (this.pending.review(path) === undefined || this.addresses.has(path)) {
      return;
    }
    this.room
      .locate(path)
      .then((uri) => {
        this.addresses.set(path, uri);
        this.byAddress.set(uri.toString(), path);
        this.compare(path);
        this.located.fire(path);
      })
      .catch((error) => this.room.log.error(asError(error), "finding a file under review"));
  }

  private notice({ document, contentChanges, reason }: vscode.TextDocumentChangeEvent): void {
    const path = this.path(document.uri);
    const review = path === undefined ? undefined : this.pending.known(path);
    if (path === undefined || review?.target === undefined || contentChanges.length === 0) {
      return;
    }
    const writing = this.writing.get(path);
    if (writing) {
      writing.meanwhile = reasons.get(reason) ?? writing.meanwhile;
      return;
    }
    const text = fromDocument(document.getText(), review.target);
    if (text === review.target) {
      return;
    }
    if (reason === undefined && this.pending.followSplices(path, splicesOf(contentChanges, review.target), text)) {
      return;
    }
    this.pending.follow(path, text, reasons.get(reason));
  }

  /** What an open document shows; a file that nobody has open is looked at on the disk. */
  private compare(path: string, reason?: Reason): void {
    const uri = this.uri(path);
    const document = uri && liveDocument(uri);
    const target = this.pending.known(path)?.target;
    if (document && target !== undefined && !this.writing.has(path)) {
      this.pending.follow(path, fromDocument(document.getText(), target), reason);
    }
  }

  private lookAtDisk(uri: vscode.Uri): void {
    const path = this.path(uri);
    if (path !== undefined && this.pending.known(path)) {
      this.takeFromDisk(path, uri).catch((error) => this.room.log.error(asError(error), "reading a file under review"));
    }
  }

  /** An open document tells of its text itself, but not that its file came or went. What is unsaved there stays. */
  private async takeFromDisk(path: string, uri: vscode.Uri): Promise<void> {
    const text = await this.room.read(path);
    const document = liveDocument(uri);
    const cameOrWent = (text === undefined) !== (this.pending.known(path)?.target === undefined);
    if (!document || (cameOrWent && !document.isDirty)) {
      this.take(path, text);
    }
  }
}

const reasons = new Map<vscode.TextDocumentChangeReason | undefined, Reason>([
  [vscode.TextDocumentChangeReason.Undo, "undo"],
  [vscode.TextDocumentChangeReason.Redo, "redo"],
]);

/** The editor counts in the document's own line ends and tells of the last place first. */
function splicesOf(changes: readonly vscode.TextDocumentContentChangeEvent[], before: string) {
  return changes
    .toSorted((left, right) => right.rangeOffset - left.rangeOffset)
    .map(({ rangeOffset, rangeLength, text }) => ({
      start: rangeOffset,
      removed: before.slice(rangeOffset, rangeOffset + rangeLength),
      inserted: text,
    }));
}
