import * as vscode from "vscode";
import { type Disposable, DisposableStore } from "../disposables";

const againMs = [800, 3_000];

/**
 * Asks the editor to fetch lenses anew, several times: it forgets a request when the focus leaves the editor in the half second
 * before it is sent, and makes none for an editor that has only just come into view.
 */
export class LensSignal implements Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new vscode.EventEmitter<void>());
  private timers: NodeJS.Timeout[] = [];
  readonly event = this.changed.event;

  /** `isOurs` tells the documents that have these lenses. */
  constructor(isOurs: (document: vscode.TextDocument) => boolean) {
    this.store.add(
      vscode.window.onDidChangeVisibleTextEditors((editors) => {
        if (editors.some(({ document }) => isOurs(document))) {
          this.fire();
        }
      }),
    );
  }

  fire(): void {
    this.forgetTimers();
    this.changed.fire();
    this.timers = againMs.map((delayMs) => setTimeout(() => this.changed.fire(), delayMs));
  }

  dispose(): void {
    this.forgetTimers();
    this.store.dispose();
  }

  private forgetTimers(): void {
    for (const timer of this.timers) {
      clearTimeout(timer);
    }
  }
}
