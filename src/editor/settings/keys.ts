import type * as vscode from "vscode";
import type { KeyStore } from "../../endpoint/profile";

const prefix = "hearth.key.";

/** API keys in the editor's secret storage, by the endpoint's name. */
export class EditorKeys implements KeyStore {
  constructor(private readonly secrets: vscode.SecretStorage) {}

  async get(name: string): Promise<string | undefined> {
    return this.secrets.get(prefix + name);
  }

  async set(name: string, key: string): Promise<void> {
    await this.secrets.store(prefix + name, key);
  }

  async remove(name: string): Promise<void> {
    await this.secrets.delete(prefix + name);
  }
}
