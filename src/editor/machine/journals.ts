import { randomBytes } from "node:crypto";
import type * as vscode from "vscode";
import { TaskJournals } from "../../machine/journal/task-journals";
import type { TaskSummary } from "../../protocol/panel";
import type { Journals, OpenJournal } from "../desk/task-desk";

const keyName = "hearth.journal";

/** The journals of this workspace, opened when first needed: their key lives in the secret storage. */
export class LazyJournals implements Journals {
  private opened: Promise<TaskJournals> | undefined;

  constructor(
    private readonly folder: string,
    private readonly secrets: vscode.SecretStorage,
  ) {}

  async open(taskId: string): Promise<OpenJournal> {
    return (await this.journals()).open(taskId);
  }

  async list(): Promise<TaskSummary[]> {
    return (await this.journals()).list();
  }

  async remove(taskId: string): Promise<void> {
    return (await this.journals()).remove(taskId);
  }

  private journals(): Promise<TaskJournals> {
    this.opened ??= this.key().then((key) => new TaskJournals(this.folder, key));
    return this.opened;
  }

  private async key(): Promise<Uint8Array> {
    const stored = await this.secrets.get(keyName);
    if (stored !== undefined) {
      return Buffer.from(stored, "base64");
    }
    const key = randomBytes(32);
    await this.secrets.store(keyName, key.toString("base64"));
    return key;
  }
}
