import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import { TaskJournals } from "../../machine/journal/task-journals";
import type { TaskSummary } from "../../protocol/panel";
import type { Journals, OpenJournal } from "../desk/task-desk";
import { once } from "../once";

const keyName = "hearth.journal";

/** The journals of this workspace, opened when first needed: their key lives in the secret storage. */
export class LazyJournals implements Journals {
  private readonly journals = once(async () => new TaskJournals(this.folder, await this.key()));

  constructor(
    private readonly folder: string,
    private readonly secrets: vscode.SecretStorage,
    private readonly keyFile: vscode.Uri,
  ) {}

  async open(taskId: string): Promise<OpenJournal> {
    return (await this.journals()).open(taskId);
  }

  async list(): Promise<TaskSummary[]> {
    return (await this.journals()).list();
  }

  /** The tasks that a window has open, this one or another. */
  async held(): Promise<string[]> {
    return (await this.journals()).held();
  }

  async remove(taskId: string): Promise<void> {
    return (await this.journals()).remove(taskId);
  }

  /** In a browser the secret storage forgets at each reload; there the key is kept beside the journals it seals. */
  private async key(): Promise<Uint8Array> {
    const isBrowser = vscode.env.uiKind === vscode.UIKind.Web;
    const stored = (await this.secrets.get(keyName)) ?? (isBrowser ? await readText(this.keyFile) : undefined);
    if (stored !== undefined) {
      return Buffer.from(stored, "base64");
    }
    const key = randomBytes(32).toString("base64");
    await this.secrets.store(keyName, key);
    if (isBrowser) {
      await vscode.workspace.fs.writeFile(this.keyFile, Buffer.from(key)); // at once: a memento is written later
    }
    return Buffer.from(key, "base64");
  }
}

async function readText(uri: vscode.Uri): Promise<string | undefined> {
  try {
    return Buffer.from(await vscode.workspace.fs.readFile(uri)).toString();
  } catch (error) {
    if (error instanceof vscode.FileSystemError && error.code === "FileNotFound") {
      return undefined;
    }
    throw error;
  }
}
