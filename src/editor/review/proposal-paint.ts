import * as vscode from "vscode";
import { type Disposable, DisposableStore } from "../disposables";
import { changedLines } from "./hunk-lines";
import { identityOf } from "./proposal-uri";
import type { Proposals } from "./proposals";

/** Shows in the proposal itself which parts were decided: rejected lines are struck out, accepted ones have a bar. */
export class ProposalPaint implements Disposable {
  private readonly store = new DisposableStore();
  private readonly rejected = this.store.add(
    vscode.window.createTextEditorDecorationType({
      isWholeLine: true,
      opacity: "0.55",
      textDecoration: "line-through",
    }),
  );
  private readonly accepted = this.store.add(
    vscode.window.createTextEditorDecorationType({
      isWholeLine: true,
      borderStyle: "solid",
      borderWidth: "0 0 0 3px",
      borderColor: new vscode.ThemeColor("editorGutter.addedBackground"),
    }),
  );

  constructor(private readonly proposals: Proposals) {
    this.store.add(vscode.window.onDidChangeVisibleTextEditors((editors) => this.paintAll(editors)));
    this.store.add(
      vscode.workspace.onDidChangeTextDocument(({ document }) =>
        this.paintAll(vscode.window.visibleTextEditors.filter((editor) => editor.document === document)),
      ),
    );
    this.store.add(proposals.onDidChange(() => this.paintAll(vscode.window.visibleTextEditors)));
  }

  dispose(): void {
    this.store.dispose();
  }

  private paintAll(editors: readonly vscode.TextEditor[]): void {
    for (const editor of editors) {
      const identity = identityOf(editor.document.uri);
      if (identity?.side === "proposed") {
        this.paint(editor, identity);
      }
    }
  }

  private paint(editor: vscode.TextEditor, { id, path }: { id: string; path: string }): void {
    const proposal = this.proposals.shownAs(id);
    const hunks = proposal?.file(path)?.change.hunks ?? [];
    const ranges = (verdict: string) =>
      hunks
        .filter((hunk) => proposal?.verdict(hunk.id) === verdict)
        .map((hunk) => changedLines(hunk))
        .filter(({ newStart, newEnd }) => newEnd > newStart)
        .map(({ newStart, newEnd }) => new vscode.Range(newStart, 0, newEnd - 1, 0));
    editor.setDecorations(this.rejected, ranges("rejected"));
    editor.setDecorations(this.accepted, ranges("accepted"));
  }
}
