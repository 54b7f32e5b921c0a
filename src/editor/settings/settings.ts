import * as vscode from "vscode";
import type { AgentError } from "../../core/errors";
import type { ProxyWishes } from "../../net/proxies";
import { type Disposable, DisposableStore } from "../disposables";
import { Emitter, type Listen } from "../emitter";
import { readProxyWishes } from "./read-proxies";
import { readSettings, type SettingKey, type SettingsValues } from "./read-settings";

/**
 * The user's settings. Only what stands in the user's own settings counts: a workspace, its folders and its `.code-workspace`
 * file are never asked, in whatever form they spell a key.
 */
export class Settings implements Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new Emitter<void>());
  private read = readSettings(userValue);

  readonly onDidChange: Listen<void> = this.changed.listen;

  constructor() {
    this.store.add(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration("hearth")) {
          this.read = readSettings(userValue);
          this.changed.fire();
        }
      }),
    );
    this.store.add(vscode.workspace.onDidGrantWorkspaceTrust(() => this.changed.fire()));
  }

  get current(): SettingsValues {
    return this.read.values;
  }

  /** Values that were not understood, as the user should be told. */
  get problems(): readonly AgentError[] {
    return this.read.problems;
  }

  /** False in Restricted Mode. Ask at every action: trust can be taken away. */
  get trusted(): boolean {
    return vscode.workspace.isTrusted;
  }

  /** What the user wants of proxies, for what goes to the internet. The editor's own settings are read as ours are. */
  get proxies(): ProxyWishes {
    return readProxyWishes((key) => vscode.workspace.getConfiguration("http").inspect(key)?.globalValue, process.env);
  }

  dispose(): void {
    this.store.dispose();
  }
}

function userValue(key: SettingKey): unknown {
  return vscode.workspace.getConfiguration("hearth").inspect(key)?.globalValue;
}
