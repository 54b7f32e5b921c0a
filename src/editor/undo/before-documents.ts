import * as vscode from "vscode";
import { AgentError } from "../../core/errors";
import { type Disposable, DisposableStore } from "../disposables";

const scheme = "hearth-before";

/** Read-only texts for comparisons: what files were, or would be. */
export class BeforeDocuments implements vscode.TextDocumentContentProvider, Disposable {
  private readonly store = new DisposableStore();
  private readonly texts = new Map<string, string>();
  private made = 0;

  constructor() {
    this.store.add(vscode.workspace.registerTextDocumentContentProvider(scheme, this));
    this.store.add(
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        if (uri.scheme === scheme) {
          this.texts.delete(uri.toString());
        }
      }),
    );
  }

  /** Named like the file, so that the editor knows its language. */
  put(path: string, text: string): vscode.Uri {
    const uri = vscode.Uri.from({ scheme, path: `/${path.replace(/^\/+/, "")}`, query: `${this.made++}` });
    this.texts.set(uri.toString(), text);
    return uri;
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    const text = this.texts.get(uri.toString());
    if (text === undefined) {
      throw new AgentError(
        "comparison_gone",
        "This comparison is from before a reload.",
        "Open it again from the undo.",
      );
    }
    return text;
  }

  dispose(): void {
    this.texts.clear();
    this.store.dispose();
  }
}
