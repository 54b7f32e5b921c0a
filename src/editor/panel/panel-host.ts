import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import type { AgentEvent, Trouble } from "../../core/events";
import type { ToPanel } from "../../protocol/panel";
import { type Disposable, DisposableStore } from "../disposables";
import { Emitter, type Listen } from "../emitter";
import type { Log } from "../log";
import type { Approvals } from "../review/approvals";
import type { PanelDesk } from "./desk";
import { Outbox } from "./outbox";
import { renderPage } from "./page";
import { readMessage, serve } from "./serve";

/**
 * The page in the sidebar. A page that is hidden is gone and starts anew when shown: the truth is in the desk, and a page
 * that opens is told all of it.
 */
export class PanelHost implements Disposable {
  static readonly viewId = "hearth.panel";

  private readonly store = new DisposableStore();
  private readonly outbox = this.store.add(new Outbox((message) => this.post(message)));
  private readonly opened = this.store.add(new Emitter<void>());
  /** A page is there and has been told everything. */
  readonly onDidOpen: Listen<void> = this.opened.listen;
  private view: vscode.WebviewView | undefined;
  /** A page is there and has asked for its content. */
  private listening = false;
  private wantsFocus = false;
  /** What no page was there to show: the next one is told it. The newest of each kind. */
  private readonly untold = new Map<ToPanel["type"], ToPanel>();

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly desk: PanelDesk,
    private readonly approvals: Approvals,
    private readonly log: Log,
  ) {
    this.store.add(approvals.onDidOpen((approval) => this.send({ type: "approval_opened", ...approval })));
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    const dist = vscode.Uri.joinPath(this.extensionUri, "dist", "webview");
    this.view = view;
    this.listening = false;
    view.webview.options = {
      enableScripts: true,
      enableForms: false,
      enableCommandUris: false,
      localResourceRoots: [dist, vscode.Uri.joinPath(this.extensionUri, "media")],
    };
    const held = new DisposableStore();
    held.add(view.webview.onDidReceiveMessage((raw: unknown) => this.receive(raw)));
    held.add(view.onDidChangeVisibility(() => this.followVisibility(view)));
    view.onDidDispose(() => {
      held.dispose();
      if (this.view === view) {
        this.view = undefined;
        this.listening = false;
      }
    });
    const address = (name: string) => view.webview.asWebviewUri(vscode.Uri.joinPath(dist, name)).toString();
    view.webview.html = renderPage({
      cspSource: view.webview.cspSource,
      nonce: randomBytes(16).toString("hex"),
      script: address("panel.js"),
      styles: [address("codicon.css"), address("panel.css")],
    });
  }

  /** Events of the shown task, as they happen. */
  progress(taskId: string, event: AgentEvent): void {
    if (this.listening) {
      this.outbox.add(taskId, event);
    }
  }

  /** Another task is shown, or none. */
  showTask(): void {
    this.send({ type: "task_restored", ...this.shownTask() });
    this.sendApprovals();
  }

  showSurroundings(): void {
    this.send({ type: "surroundings_changed", ...this.desk.surroundings() });
  }

  /** What the server behind the shown task does while nothing of its reply can be seen. */
  showModelStatus(taskId: string, text: string | undefined): void {
    this.send({ type: "model_status", taskId, text: text ?? null });
  }

  showTasks(tasks: Extract<ToPanel, { type: "tasks_listed" }>["tasks"]): void {
    this.sendOrKeep({ type: "tasks_listed", tasks });
  }

  showTrouble(trouble: Trouble): void {
    this.sendOrKeep({ type: "request_failed", trouble });
  }

  /** Brings the view up and puts the cursor into its input. */
  async focus(): Promise<void> {
    this.wantsFocus = true;
    await vscode.commands.executeCommand(`${PanelHost.viewId}.focus`);
    this.giveFocus();
  }

  /** Brings the view up without taking the cursor out of the code. */
  async reveal(): Promise<void> {
    if (this.view) {
      this.view.show(true);
    } else {
      await vscode.commands.executeCommand(`${PanelHost.viewId}.focus`, { preserveFocus: true });
    }
  }

  dispose(): void {
    this.store.dispose();
  }

  private receive(raw: unknown): void {
    const message = readMessage(raw, this.log);
    if (message?.type === "panel_opened") {
      this.listening = true;
      this.tellEverything();
      this.opened.fire();
    } else if (message) {
      void serve(message, this.desk, this.log).then((answer) => answer && this.answer(answer));
    }
  }

  /** A text that was not taken is in the next page's draft. */
  private answer(message: ToPanel): void {
    if (message.type === "request_failed" && !this.listening) {
      this.showTrouble(message.trouble);
    } else {
      this.send(message);
    }
  }

  private tellEverything(): void {
    this.outbox.drop();
    const { text, sent } = this.desk.draft();
    this.showSurroundings();
    this.showTask();
    this.send({ type: "draft_restored", text, sent: [...sent] });
    this.giveFocus();
    for (const message of this.untold.values()) {
      this.send(message);
    }
    this.untold.clear();
  }

  private sendApprovals(): void {
    for (const approval of this.approvals.open()) {
      this.send({ type: "approval_opened", ...approval });
    }
  }

  private shownTask() {
    const { taskId, events, waiting } = this.desk.shownTask();
    return { taskId, events: [...events], waiting: [...waiting] };
  }

  private giveFocus(): void {
    if (this.listening && this.wantsFocus) {
      this.wantsFocus = false;
      this.send({ type: "input_focused" });
    }
  }

  private followVisibility(view: vscode.WebviewView): void {
    if (!view.visible) {
      this.listening = false;
      this.outbox.drop();
    }
  }

  private send(message: ToPanel): void {
    if (this.listening) {
      this.outbox.send(message);
    }
  }

  private sendOrKeep(message: ToPanel): void {
    if (!this.listening) {
      this.untold.set(message.type, message);
    }
    this.send(message);
  }

  /** Not awaited: a page that is gone takes nothing, and asks for everything when it is back. */
  private post(message: ToPanel): void {
    void this.view?.webview.postMessage(message);
  }
}
