import * as vscode from "vscode";
import type { FromPage, ToPage } from "../../protocol/pages";
import { Emitter } from "../emitter";
import type { PageContent } from "../pages/page-host";
import type { Draft } from "./draft";
import { RequestDocuments } from "./request-documents";

export interface EscalationPageParts {
  draft: Draft;
  /** The user said yes to what the draft shows. */
  approve(nonce: string): Promise<void>;
  /** The page was closed, or the user said no. */
  declined(): void;
  close(): void;
}

/** The preview of what would leave this machine. Nothing leaves before its button is pressed. */
export class EscalationPage implements PageContent {
  readonly title = "What Would Be Sent";
  private readonly changed = new Emitter<void>();
  readonly onDidChange = this.changed.listen;
  private readonly closing = new AbortController();
  private readonly following: { dispose(): void };
  private readonly documents = new RequestDocuments();
  private isOver = false;

  constructor(private readonly parts: EscalationPageParts) {
    const stop = parts.draft.task.onEvent((event) => {
      if (event.type === "finished" || event.type === "user_said" || event.type === "mode_changed") {
        this.changed.fire(); // what would be sent has changed: the page shows it anew
      }
    });
    this.following = { dispose: stop };
  }

  async show(): Promise<ToPage> {
    await this.parts.draft.rebuild(this.closing.signal);
    return { type: "escalation_shown", view: this.parts.draft.view() };
  }

  async receive(message: Exclude<FromPage, { type: "page_opened" }>): Promise<void> {
    const { draft } = this.parts;
    switch (message.type) {
      case "part_set":
        draft.setPart(message.index, message.included);
        break;
      case "note_set":
        draft.setNote(message.text);
        break;
      case "limits_set":
        draft.setLimits(message.maxRequests, message.maxBytes);
        break;
      case "asking_set":
        draft.setAsking(message.asksToRead);
        break;
      case "request_opened":
        await this.openRequest();
        return;
      case "escalation_approved":
        await this.approve(message.nonce);
        return;
      case "escalation_declined":
        this.parts.close();
        return;
      default:
        return;
    }
    this.changed.fire();
  }

  dispose(): void {
    this.closing.abort();
    this.following.dispose();
    this.documents.dispose();
    this.changed.dispose();
    if (!this.isOver) {
      this.isOver = true;
      this.parts.declined();
    }
  }

  private async approve(nonce: string): Promise<void> {
    try {
      this.isOver = true;
      await this.parts.approve(nonce);
    } catch (error) {
      this.isOver = false;
      this.changed.fire();
      throw error;
    }
  }

  private async openRequest(): Promise<void> {
    const uri = this.documents.put(this.parts.draft.requestText());
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { preview: true, viewColumn: vscode.ViewColumn.Beside });
  }
}
