import * as vscode from "vscode";
import { type Disposable, DisposableStore } from "../disposables";

const againMs = 800;

/**
 * Asks the editor to fetch lenses anew, twice: it forgets the first request when the focus leaves the editor in the half
 * second before it is sent.
 */
export class LensSignal implements Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new vscode.EventEmitter<void>());
  private timer: NodeJS.Timeout | undefined;
  readonly event = this.changed.event;

  fire(): void {
    clearTimeout(this.timer);
    this.changed.fire();
    this.timer = setTimeout(() => this.changed.fire(), againMs);
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.store.dispose();
  }
}
