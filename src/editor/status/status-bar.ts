import { isDeepStrictEqual } from "node:util";
import * as vscode from "vscode";
import type { Disposable } from "../disposables";
import { describeStatus, type StatusTexts, type StatusView } from "./describe-status";
import { here } from "./here";

/** Model, where it is, and what Hearth is doing. A click brings up the panel. */
export class StatusBar implements Disposable {
  private readonly item = vscode.window.createStatusBarItem("hearth.status", vscode.StatusBarAlignment.Right, 90);

  private shown: StatusTexts | undefined;

  constructor() {
    this.item.name = "Hearth";
    this.item.command = "hearth.focus";
  }

  show(view: StatusView): void {
    const texts = describeStatus(view, here());
    if (isDeepStrictEqual(texts, this.shown)) {
      return;
    }
    this.shown = texts;
    const { text, tooltip, spoken, warns } = texts;
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
