import * as vscode from "vscode";
import type { Disposable } from "../disposables";

const shownMs = 8_000;

/** Says in the status bar what a command did. Its role makes screen readers read it out, wherever the focus is. */
export class Announcer implements Disposable {
  private readonly item = vscode.window.createStatusBarItem("hearth.said", vscode.StatusBarAlignment.Left, -1_000);
  private timer: NodeJS.Timeout | undefined;

  constructor() {
    this.item.name = "Hearth: What Just Happened";
  }

  say(text: string): void {
    clearTimeout(this.timer);
    this.item.text = text;
    this.item.accessibilityInformation = { label: text, role: "status" };
    this.item.show();
    this.timer = setTimeout(() => this.item.hide(), shownMs);
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.item.dispose();
  }
}
