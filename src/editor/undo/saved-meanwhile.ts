import * as vscode from "vscode";
import { DisposableStore } from "../disposables";
import type { Watch } from "./open-parts";

/** The files that this window saves, makes, moves and deletes from now on. */
export class SavedMeanwhile implements Watch {
  private readonly store = new DisposableStore();
  private readonly seen = new Set<string>();

  constructor() {
    const { workspace } = vscode;
    this.on(workspace.onWillSaveTextDocument, ({ document }) => [document.uri]); // that it was saved is told a little after
    this.on(workspace.onDidSaveTextDocument, ({ uri }) => [uri]);
    this.on(workspace.onDidSaveNotebookDocument, ({ uri }) => [uri]);
    this.on(workspace.onDidCreateFiles, ({ files }) => files);
    this.on(workspace.onDidDeleteFiles, ({ files }) => files);
    this.on(workspace.onDidRenameFiles, ({ files }) => files.flatMap(({ oldUri, newUri }) => [oldUri, newUri]));
  }

  get fsPaths(): readonly string[] {
    return [...this.seen];
  }

  dispose(): void {
    this.store.dispose();
  }

  private on<Told>(event: vscode.Event<Told>, urisIn: (told: Told) => readonly vscode.Uri[]): void {
    const note = (told: Told) => {
      for (const { fsPath } of urisIn(told).filter(({ scheme }) => scheme === "file")) {
        this.seen.add(fsPath);
      }
    };
    this.store.add(event(note));
  }
}
