import * as vscode from "vscode";
import type { Disposable } from "../disposables";
import { describeStatus, type StatusView } from "./describe-status";

/** Model, where it is, and what Hearth is doing. A click brings up the panel. */
export class StatusBar implements Disposable {
  private readonly item = vscode.window.createStatusBarItem("hearth.status", vscode.StatusBarAlignment.Right, 90);

  constructor() {
    this.item.name = "Hearth";
    this.item.command = "hearth.focus";
  }

  show(view: StatusView): void {
    const { text, tooltip, spoken, warns } = describeStatus(view);
    this.item.text = text;
    this.item.tooltip = tooltip;
    this.item.accessibilityInformation = { label: spoken, role: "button" };
    this.item.backgroundColor = warns ? new vscode.ThemeColor("statusBarItem.warningBackground") : undefined;
    this.item.show();
  }

  dispose(): void {
    this.item.dispose();
  }
}
