import * as vscode from "vscode";
import { type Disposable, DisposableStore } from "../disposables";

const scheme = "hearth-before";

/** Read-only texts of what files were, for comparisons. */
export class BeforeDocuments implements vscode.TextDocumentContentProvider, Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new vscode.EventEmitter<vscode.Uri>());
  private readonly texts = new Map<string, string>();
  readonly onDidChange = this.changed.event;

  constructor() {
    this.store.add(vscode.workspace.registerTextDocumentContentProvider(scheme, this));
  }

  put(path: string, text: string): vscode.Uri {
    const uri = vscode.Uri.from({ scheme, path: `/${path.replace(/^\/+/, "")}` });
    this.texts.set(uri.toString(), text);
    this.changed.fire(uri);
    return uri;
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.toString()) ?? "";
  }

  dispose(): void {
    this.texts.clear();
    this.store.dispose();
  }
}
