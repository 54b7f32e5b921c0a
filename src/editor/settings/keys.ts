import type * as vscode from "vscode";
import type { KeyStore } from "../../endpoint/profile";
import type { Disposable } from "../disposables";

const prefix = "hearth.key.";

/**
 * API keys in the editor's secret storage, by the endpoint's name. Each is asked for once: the storage lives in another
 * process, and asking it takes longer than all else that stands between a reply and the next request.
 */
export class EditorKeys implements KeyStore, Disposable {
  private readonly known = new Map<string, Promise<string | undefined>>();
  private readonly listener: Disposable;

  constructor(private readonly secrets: vscode.SecretStorage) {
    this.listener = secrets.onDidChange(({ key }) => this.known.delete(key));
  }

  get(name: string): Promise<string | undefined> {
    const key = prefix + name;
    const known = this.known.get(key);
    return known ?? this.ask(key);
  }

  async set(name: string, key: string): Promise<void> {
    await this.secrets.store(prefix + name, key);
    this.known.delete(prefix + name);
  }

  async remove(name: string): Promise<void> {
    await this.secrets.delete(prefix + name);
    this.known.delete(prefix + name);
  }

  dispose(): void {
    this.listener.dispose();
    this.known.clear();
  }

  /** What could not be read is asked for again. */
  private ask(key: string): Promise<string | undefined> {
    const asked = Promise.resolve(this.secrets.get(key)).catch((error) => {
      this.known.delete(key);
      throw error;
    });
    this.known.set(key, asked);
    return asked;
  }
}
