import * as vscode from "vscode";
import { type Disposable, DisposableStore } from "../disposables";
import { liveDocument } from "../files/open-documents";
import { fromDocument } from "./document-text";
import { Later } from "./later";
import type { Proposal } from "./proposal";
import { type ProposalBuffers, settleMs } from "./proposal-buffers";
import type { Proposals } from "./proposals";

/** Lets proposals stand on the live files as they are now: what is typed there is in what will be written. */
export class ProposalSync implements Disposable {
  private readonly store = new DisposableStore();
  private readonly typed = this.store.add(new Later(settleMs));
  /** By the address of the live file's document. */
  private readonly places = new Map<string, { proposal: Proposal; path: string }[]>();

  constructor(
    private readonly proposals: Proposals,
    private readonly buffers: ProposalBuffers,
  ) {
    this.store.add(vscode.workspace.onDidChangeTextDocument((event) => this.notice(event)));
  }

  /** From now on the proposal follows what is typed into this document. */
  watch(proposal: Proposal, path: string, uri: vscode.Uri): void {
    const name = uri.toString();
    this.places.set(name, [...(this.places.get(name) ?? []), { proposal, path }]);
    this.take(name);
  }

  /** Takes what was typed a moment ago, on either side, into account. */
  flush(): void {
    this.buffers.flush();
    this.typed.now();
  }

  /** What is typed from now on is no longer the proposal's. */
  async release(proposal: Proposal): Promise<void> {
    for (const [name, places] of this.places) {
      const left = places.filter((place) => place.proposal !== proposal);
      if (left.length > 0) {
        this.places.set(name, left);
      } else {
        this.places.delete(name);
      }
    }
    await this.buffers.settle(proposal);
  }

  dispose(): void {
    this.store.dispose();
  }

  private notice({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    const name = document.uri.toString();
    if (contentChanges.length > 0 && this.places.has(name)) {
      this.typed.put(name, () => this.take(name));
    }
  }

  private take(name: string): void {
    const document = liveDocument(vscode.Uri.parse(name, true));
    for (const { proposal, path } of this.places.get(name) ?? []) {
      const base = proposal.file(path)?.base;
      if (document && base !== undefined) {
        this.proposals.follow(proposal, path, fromDocument(document.getText(), base));
        this.buffers.follow(proposal, path);
      }
    }
  }
}
