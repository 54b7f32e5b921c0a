import * as vscode from "vscode";
import { type Disposable, DisposableStore } from "../disposables";
import { changedLines, countText } from "./hunk-lines";
import { LensSignal } from "./lens-signal";
import type { PendingReviews } from "./pending";
import type { PendingSpot } from "./spot";

/** `Keep | Undo` over each change of a file that is under review, in editors and on the right side of diffs. */
export class PendingLenses implements vscode.CodeLensProvider, Disposable {
  private readonly store = new DisposableStore();
  private readonly changed: LensSignal;
  readonly onDidChangeCodeLenses: vscode.Event<void>;

  constructor(
    private readonly pending: PendingReviews,
    private readonly pathOf: (uri: vscode.Uri) => string | undefined,
  ) {
    this.changed = this.store.add(new LensSignal(({ uri }) => pathOf(uri) !== undefined));
    this.onDidChangeCodeLenses = this.changed.event;
    this.store.add(vscode.languages.registerCodeLensProvider({ scheme: "file" }, this));
    this.store.add(pending.onDidChange(() => this.changed.fire()));
  }

  refresh(): void {
    this.changed.fire();
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const path = this.pathOf(document.uri);
    const hunks = (path !== undefined && this.pending.change(path)?.hunks) || [];
    return hunks.flatMap((hunk, index) => {
      const line = Math.min(changedLines(hunk).newStart, document.lineCount - 1);
      const range = new vscode.Range(line, 0, line, 0);
      const file = { file: path ?? "" };
      const spot = { ...file, hunk: hunk.id };
      const row = [
        lens("acceptHunk", "$(check) Keep", spot),
        lens("rejectHunk", "$(discard) Undo", spot),
        ...(index === 0 && hunks.length > 1
          ? [lens("acceptFile", "$(check-all) Keep File", file), lens("rejectFile", "$(discard) Undo File", file)]
          : []),
        lens("peekHunk", `$(diff) ${countText(hunk)}`, spot, "Show what was here before"),
        ...(hunks.length > 1 ? [{ command: "", title: `${index + 1} of ${hunks.length}` }] : []),
      ];
      return row.map((command) => new vscode.CodeLens(range, command));
    });
  }

  dispose(): void {
    this.store.dispose();
  }
}

function lens(command: string, title: string, spot: PendingSpot, tooltip?: string): vscode.Command {
  return { command: `hearth.${command}`, title, arguments: [spot], ...(tooltip ? { tooltip } : {}) };
}
