import * as vscode from "vscode";
import type { Ledger } from "../../net/ledger";
import type { FromPage, ToPage } from "../../protocol/pages";
import type { TaskDesk } from "../desk/task-desk";
import { DisposableStore } from "../disposables";
import { Emitter } from "../emitter";
import type { PageContent } from "../pages/page-host";
import { here } from "../status/here";
import { viewLedger } from "./view-ledger";

const gatherMs = 500;

/** Every request on record, as a page that follows what happens. */
export class LedgerPage implements PageContent {
  readonly title = "What Left This Machine";
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new Emitter<void>());
  readonly onDidChange = this.changed.listen;
  private days = 7;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly ledger: Ledger,
    private readonly tasks: TaskDesk,
  ) {
    this.store.add(ledger.onAppend(() => this.follow()));
    this.store.add({ dispose: () => clearTimeout(this.timer) });
  }

  async show(): Promise<ToPage> {
    const [entries, week, sentence, tasks] = await Promise.all([
      this.ledger.read(this.days),
      this.ledger.read(7),
      this.ledger.sentence(),
      this.tasks.list(),
    ]);
    const titles = new Map(tasks.map(({ id, title }) => [id, title]));
    const trouble = this.ledger.trouble;
    const traffic = { today: await this.ledger.today(), week: await this.ledger.thisWeek() };
    return {
      type: "ledger_shown",
      view: viewLedger({ entries, week, sentence, titles, traffic, days: this.days, trouble, here: here() }),
    };
  }

  async receive(message: Exclude<FromPage, { type: "page_opened" }>): Promise<void> {
    if (message.type === "ledger_days_set") {
      this.days = message.days;
      this.changed.fire();
    } else if (message.type === "ledger_exported") {
      await this.export();
    }
  }

  dispose(): void {
    this.store.dispose();
  }

  /** A turn makes a few requests at once: they are shown together. */
  private follow(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.changed.fire();
    }, gatherMs);
  }

  private async export(): Promise<void> {
    const day = new Date().toISOString().slice(0, 10);
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    const uri = await vscode.window.showSaveDialog({
      title: "Export the Record of Every Request",
      saveLabel: "Export",
      filters: { "JSON lines": ["jsonl"] },
      ...(folder ? { defaultUri: vscode.Uri.joinPath(folder, `hearth-ledger-${day}.jsonl`) } : {}),
    });
    if (uri) {
      await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(await this.ledger.export()));
      vscode.window.setStatusBarMessage("Hearth: the record was exported.", 5_000);
    }
  }
}
