import * as vscode from "vscode";
import { type Disposable, DisposableStore } from "../disposables";
import type { PendingReview } from "./pending-review";
import type { Proposals } from "./proposals";

/** What menus and keys ask about: see `when` in the manifest. */
export class ReviewContext implements Disposable {
  private readonly store = new DisposableStore();
  private readonly told = new Map<string, string>();

  constructor(
    private readonly proposals: Proposals,
    private readonly after: PendingReview,
  ) {
    this.store.add(proposals.onDidCount(() => this.tell()));
    this.store.add(after.pending.onDidChange(() => this.tell()));
    this.store.add(after.sync.onDidLocate(() => this.tell()));
    this.tell();
  }

  dispose(): void {
    this.store.dispose();
  }

  private tell(): void {
    const standing = this.proposals.all();
    const { paths } = this.after.pending;
    this.set("proposalOpen", standing.length > 0);
    this.set("manyFiles", standing.some((proposal) => proposal.shownPaths.length > 1) || paths.length > 1);
    this.set("hasPending", paths.length > 0);
    this.set("reviewing", standing.length + paths.length > 0);
    this.set("pendingFiles", Object.fromEntries(this.names()));
  }

  /** A menu compares with the path as the system writes it. */
  private names(): [string, true][] {
    return this.after.pending.paths.flatMap((path): [string, true][] => {
      const uri = this.after.sync.uri(path);
      return uri ? [[uri.path, true] as const, [uri.fsPath, true] as const].map(([name]) => [name, true]) : [];
    });
  }

  private set(name: string, value: unknown): void {
    const text = JSON.stringify(value);
    if (this.told.get(name) !== text) {
      this.told.set(name, text);
      void vscode.commands.executeCommand("setContext", `hearth.${name}`, value);
    }
  }
}
