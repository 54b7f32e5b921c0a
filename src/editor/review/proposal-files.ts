import * as vscode from "vscode";
import { type Disposable, DisposableStore } from "../disposables";
import { Emitter, type Listen } from "../emitter";
import { identityOf, proposalScheme } from "./proposal-uri";
import type { Proposals } from "./proposals";

const notRunning =
  "The task that proposed this is not running. Open it in Hearth's panel and resume it to see the proposal again.\n";

/** A text that starts with this is read as UTF-8 whatever the user's `files.encoding` is. */
const mark = "\ufeff";

/** A proposal that is still being written. */
export interface Draft {
  path: string;
  base: string | undefined;
  target: string;
}

/** The proposals' texts as files of our own scheme: they can be edited and saved, and saving writes nothing anywhere. */
export class ProposalFiles implements vscode.FileSystemProvider, Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new vscode.EventEmitter<vscode.FileChangeEvent[]>());
  private readonly times = new Map<string, number>();
  private readonly created = Date.now();
  private readonly read = this.store.add(new Emitter<{ uri: vscode.Uri; text: string }>());
  readonly onDidChangeFile = this.changed.event;
  /** The editor took a proposal's text for its document. */
  readonly onDidRead: Listen<{ uri: vscode.Uri; text: string }> = this.read.listen;

  constructor(
    private readonly proposals: Proposals,
    private readonly drafts: ReadonlyMap<string, Draft>,
  ) {
    this.store.add(vscode.workspace.registerFileSystemProvider(proposalScheme, this, { isCaseSensitive: true }));
  }

  /** What a document that is open and unchanged shows is read anew. */
  tell(uri: vscode.Uri): void {
    this.times.set(uri.toString(), Math.max(Date.now(), this.timeOf(uri) + 1));
    this.changed.fire([{ type: vscode.FileChangeType.Changed, uri }]);
  }

  stat(uri: vscode.Uri): vscode.FileStat {
    const facts = { type: vscode.FileType.File, ctime: this.created, mtime: this.timeOf(uri) };
    const size = this.bytes(uri).byteLength;
    const identity = identityOf(uri);
    const isEditable = this.text(uri) !== undefined && identity?.side === "proposed" && !this.drafts.has(identity.id);
    return isEditable ? { ...facts, size } : { ...facts, size, permissions: vscode.FilePermission.Readonly };
  }

  readFile(uri: vscode.Uri): Uint8Array {
    const text = this.text(uri);
    if (text !== undefined) {
      this.read.fire({ uri, text });
    }
    return this.bytes(uri);
  }

  /** The text is taken from the document as it is typed; here it only becomes unchanged. */
  writeFile(uri: vscode.Uri): void {
    this.times.set(uri.toString(), Math.max(Date.now(), this.timeOf(uri) + 1));
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  readDirectory(): [string, vscode.FileType][] {
    return [];
  }

  createDirectory(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  delete(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  rename(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  dispose(): void {
    this.store.dispose();
  }

  private bytes(uri: vscode.Uri): Uint8Array {
    const text = this.text(uri) ?? notRunning;
    return new TextEncoder().encode(isPlainUtf8(uri) ? text : mark + text);
  }

  private text(uri: vscode.Uri): string | undefined {
    const identity = identityOf(uri);
    if (!identity) {
      throw vscode.FileSystemError.FileNotFound(uri);
    }
    const draft = this.drafts.get(identity.id);
    const file = draft ?? this.proposals.shownAs(identity.id)?.file(identity.path);
    return identity.side === "nothing" ? "" : identity.side === "before" ? file?.base : file?.target;
  }

  private timeOf(uri: vscode.Uri): number {
    return this.times.get(uri.toString()) ?? this.created;
  }
}

function isPlainUtf8(uri: vscode.Uri): boolean {
  const settings = vscode.workspace.getConfiguration("files", uri);
  return settings.get("encoding", "utf8") === "utf8" && !settings.get("autoGuessEncoding", false);
}
