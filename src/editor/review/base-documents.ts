import * as vscode from "vscode";
import { type Disposable, DisposableStore } from "../disposables";
import type { PendingReviews } from "./pending";

export const baseScheme = "hearth-base";

/** What files under review were before the agent changed them. */
export class BaseDocuments implements vscode.TextDocumentContentProvider, Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new vscode.EventEmitter<vscode.Uri>());
  readonly onDidChange = this.changed.event;

  constructor(private readonly pending: PendingReviews) {
    this.store.add(vscode.workspace.registerTextDocumentContentProvider(baseScheme, this));
    this.store.add(pending.onDidChange((path) => this.changed.fire(baseUri(path))));
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return uri.query === "" ? "" : (this.pending.review(uri.query)?.base ?? "");
  }

  dispose(): void {
    this.store.dispose();
  }
}

/** The path ends like the file's, so that the editor colours it alike. */
export function baseUri(path: string): vscode.Uri {
  return vscode.Uri.from({
    scheme: baseScheme,
    path: `/${path.replaceAll("\\", "/").replace(/^\/+/, "")}`,
    query: path,
  });
}

/** The empty side of a file that came or went. */
export function noFileUri(path: string): vscode.Uri {
  return baseUri(path).with({ query: "" });
}
