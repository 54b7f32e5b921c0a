import * as vscode from "vscode";
import { type Disposable, DisposableStore } from "../disposables";
import type { PendingReviews } from "./pending";

export const baseScheme = "hearth-base";

/** What files under review were before the agent changed them. */
export class BaseDocuments implements vscode.TextDocumentContentProvider, Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new vscode.EventEmitter<vscode.Uri>());
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly pending: PendingReviews,
    uriOf: (path: string) => vscode.Uri | undefined,
  ) {
    this.store.add(vscode.workspace.registerTextDocumentContentProvider(baseScheme, this));
    this.store.add(
      pending.onDidChange((path) => {
        const uri = uriOf(path);
        if (uri) {
          this.changed.fire(baseUri(path, uri));
        }
      }),
    );
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return uri.query === "" ? "" : (this.pending.review(uri.query)?.base ?? "");
  }

  dispose(): void {
    this.store.dispose();
  }
}

/** The path is the file's own: the editor colours it alike, and does not take it for a renamed one. */
export function baseUri(path: string, uri: vscode.Uri): vscode.Uri {
  return vscode.Uri.from({ scheme: baseScheme, path: uri.path, query: path });
}

/** The empty side of a file that came or went. */
export function noFileUri(uri: vscode.Uri): vscode.Uri {
  return vscode.Uri.from({ scheme: baseScheme, path: uri.path });
}
