import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import { AgentError } from "../../core/errors";
import { FromPage, type ToPage } from "../../protocol/pages";
import { type Disposable, DisposableStore } from "../disposables";
import type { Listen } from "../emitter";
import { asError, type Log } from "../log";
import { renderPage } from "../panel/page";
import { troubleOf } from "../panel/serve";

/** What one page shows, and what its user can do there. */
export interface PageContent extends Disposable {
  readonly title: string;
  /** What is to be shown now; asked for when the page opens and whenever it changes. */
  show(): Promise<ToPage> | ToPage;
  readonly onDidChange: Listen<void>;
  /** Has a request of the page done. A failure is thrown and shown with its remedy. */
  receive(message: Exclude<FromPage, { type: "page_opened" }>): Promise<void>;
}

/** A page in the editor area: the ledger, a preview, a report. It loads nothing from elsewhere, and forgets all when closed. */
export class PageHost implements Disposable {
  static readonly viewType = "hearth.page";

  private readonly open = new Map<string, Page>();

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly log: Log,
  ) {}

  /** Shows a page of this kind; one that is open already gives way to the new content. */
  show(kind: string, content: PageContent): void {
    this.open.get(kind)?.dispose();
    const page = new Page(this.extensionUri, content, this.log, () => {
      if (this.open.get(kind) === page) {
        this.open.delete(kind);
      }
    });
    this.open.set(kind, page);
  }

  close(kind: string): void {
    this.open.get(kind)?.dispose();
  }

  dispose(): void {
    for (const page of [...this.open.values()]) {
      page.dispose();
    }
  }
}

class Page implements Disposable {
  private readonly store = new DisposableStore();
  private readonly panel: vscode.WebviewPanel;
  /** The page is there and has asked for its content. */
  private listening = false;
  private work: Promise<void> = Promise.resolve();

  constructor(
    extensionUri: vscode.Uri,
    private readonly content: PageContent,
    private readonly log: Log,
    closed: () => void,
  ) {
    const dist = vscode.Uri.joinPath(extensionUri, "dist", "webview");
    this.panel = vscode.window.createWebviewPanel(PageHost.viewType, content.title, vscode.ViewColumn.Active, {
      enableScripts: true,
      enableForms: false,
      enableCommandUris: false,
      enableFindWidget: true,
      localResourceRoots: [dist],
    });
    const { webview } = this.panel;
    this.panel.iconPath = vscode.Uri.joinPath(extensionUri, "media", "hearth.svg");
    this.store.add(webview.onDidReceiveMessage((raw: unknown) => this.receive(raw)));
    this.store.add(content.onDidChange(() => this.post()));
    this.panel.onDidChangeViewState(() => {
      if (!this.panel.visible) {
        this.listening = false;
      }
    });
    this.panel.onDidDispose(() => {
      this.store.dispose();
      content.dispose();
      closed();
    });
    const address = (name: string) => webview.asWebviewUri(vscode.Uri.joinPath(dist, name)).toString();
    webview.html = renderPage({
      cspSource: webview.cspSource,
      nonce: randomBytes(16).toString("hex"),
      script: address("pages.js"),
      styles: [address("codicon.css"), address("pages.css")],
    });
  }

  dispose(): void {
    this.panel.dispose();
  }

  private receive(raw: unknown): void {
    const parsed = FromPage.safeParse(raw);
    if (!parsed.success) {
      this.log.warn(`Ignored a message from a page: ${parsed.error.issues[0]?.message ?? "it has no known form"}`);
      return;
    }
    const message = parsed.data;
    if (message.type === "page_opened") {
      this.listening = true;
      this.post();
      return;
    }
    // One after the other: what the user did last is what counts in the end.
    this.work = this.work.then(() => this.content.receive(message)).catch((error: unknown) => this.fail(error));
  }

  private post(): void {
    if (this.listening) {
      Promise.resolve(this.content.show()).then(
        (message) => this.send(message),
        (error: unknown) => this.fail(error),
      );
    }
  }

  private fail(error: unknown): void {
    if (!(error instanceof AgentError)) {
      this.log.error(asError(error), "a page");
    }
    const { message, remedy } = troubleOf(error);
    this.send({ type: "page_failed", message, remedy });
  }

  /** Not awaited: a page that is gone takes nothing, and asks again when it is back. */
  private send(message: ToPage): void {
    void this.panel.webview.postMessage(message);
  }
}
