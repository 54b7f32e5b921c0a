import * as vscode from "vscode";
import type { Disposable } from "../disposables";

/** Says to the command which of both kinds of review is meant. */
export const afterWriting = "after writing";

/** How much is to be reviewed; a click shows all of it. */
export class ReviewStatus implements Disposable {
  private readonly item = vscode.window.createStatusBarItem("hearth.review", vscode.StatusBarAlignment.Left, 10);

  constructor() {
    this.item.name = "Hearth: Changes to Review";
    this.item.command = { command: "hearth.reviewChanges", title: "Review All Changes", arguments: [afterWriting] };
    this.item.tooltip = "Show everything that Hearth changed and that you have not looked at yet";
  }

  show(files: number, hunks: number): void {
    const text = `${plural(files, "file")}, ${plural(hunks, "change")} to review`;
    this.item.text = `$(diff-multiple) ${text}`;
    this.item.accessibilityInformation = { label: `Hearth: ${text}`, role: "button" };
    this.item.show();
  }

  dispose(): void {
    this.item.dispose();
  }
}

function plural(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? "" : "s"}`;
}
