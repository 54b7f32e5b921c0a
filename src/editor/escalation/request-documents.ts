import * as vscode from "vscode";
import type { Disposable } from "../disposables";

const scheme = "hearth-request";
const kept = 5;

/** Requests as read-only documents, so that every byte of one can be searched and copied with the editor's own means. */
export class RequestDocuments implements vscode.TextDocumentContentProvider, Disposable {
  private readonly texts = new Map<string, string>();
  private readonly registration = vscode.workspace.registerTextDocumentContentProvider(scheme, this);
  private count = 0;

  put(text: string): vscode.Uri {
    this.count += 1;
    const uri = vscode.Uri.from({ scheme, path: `/What would be sent ${this.count}.http` });
    this.texts.set(uri.toString(), text);
    for (const old of [...this.texts.keys()].slice(0, -kept)) {
      this.texts.delete(old);
    }
    return uri;
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.toString()) ?? "";
  }

  dispose(): void {
    this.registration.dispose();
    this.texts.clear();
  }
}
