import * as vscode from "vscode";
import { merge3 } from "../../core/review/merge";
import { type Disposable, DisposableStore } from "../disposables";
import { liveDocument } from "../files/open-documents";
import { replaceText } from "../files/text-edits";
import { asError, type Log } from "../log";
import { fromDocument } from "./document-text";
import { Later } from "./later";
import type { Proposal } from "./proposal";
import type { ProposalFiles } from "./proposal-files";
import { sideUri } from "./proposal-tabs";
import { identityOf } from "./proposal-uri";
import type { Proposals } from "./proposals";

/** How long to wait for the next key before a text is compared anew. */
export const settleMs = 150;
/** How long the user has to stop typing before the document is saved, so that closing it asks nothing. */
const saveMs = 1_000;
const tries = 5;

/** The documents in which proposals are edited: what is typed there goes into the proposal, and what changes it comes in. */
export class ProposalBuffers implements Disposable {
  private readonly store = new DisposableStore();
  private readonly typed = this.store.add(new Later(settleMs));
  private readonly unsaved = this.store.add(new Later(saveMs));
  /** The text that each document had when it and its proposal last were the same: what is different now was typed there. */
  private readonly shared = new Map<string, string>();
  /** Documents that are being saved: what changes there now is a formatter's doing and nobody's wish. */
  private readonly beingSaved = new Set<string>();
  private readonly pushing = new Set<Promise<void>>();

  constructor(
    private readonly proposals: Proposals,
    private readonly files: ProposalFiles,
    private readonly log: Log,
  ) {
    this.store.add(files.onDidRead(({ uri, text }) => this.shared.set(uri.toString(), text)));
    this.store.add(vscode.workspace.onDidOpenTextDocument((document) => this.bringUpToDate(document.uri)));
    this.store.add(vscode.workspace.onDidChangeTextDocument((event) => this.notice(event)));
  }

  /** Takes what was typed a moment ago into account. */
  flush(): void {
    this.typed.now();
  }

  /** The proposal changed elsewhere: its document follows. */
  follow(proposal: Proposal, path: string): void {
    this.bringUpToDate(sideUri(proposal.documentId, path, "proposed"));
    const before = sideUri(proposal.documentId, path, "before");
    if (liveDocument(before)) {
      this.files.tell(before);
    }
  }

  /** Tabs that outlived a reload show the proposal that stands again. */
  showAgain(proposal: Proposal): void {
    for (const path of proposal.paths) {
      const uri = sideUri(proposal.documentId, path, "proposed");
      if (liveDocument(uri)) {
        this.files.tell(uri);
      }
    }
  }

  /** Saves the documents, so that their tabs close without a question. */
  async settle(proposal: Proposal): Promise<void> {
    await Promise.all(this.pushing);
    for (const path of proposal.paths) {
      const uri = sideUri(proposal.documentId, path, "proposed");
      for (let attempt = 1; attempt <= tries && liveDocument(uri)?.isDirty; attempt++) {
        await this.save(uri);
      }
      this.shared.delete(uri.toString());
    }
  }

  dispose(): void {
    this.store.dispose();
  }

  private notice({ document: { uri }, contentChanges }: vscode.TextDocumentChangeEvent): void {
    const name = uri.toString();
    if (contentChanges.length === 0 || this.beingSaved.has(name) || !identityOf(uri)) {
      return;
    }
    this.typed.put(name, () => this.take(uri));
    this.unsaved.put(name, () => this.report(this.save(uri), "saving a proposal"));
  }

  /** What was typed in the document is merged with what changed the proposal meanwhile. */
  private take(uri: vscode.Uri): void {
    const place = this.placeOf(uri);
    const document = liveDocument(uri);
    if (!place || !document) {
      return;
    }
    const shared = this.shared.get(uri.toString());
    if (shared === undefined && !document.isDirty) {
      this.files.tell(uri); // it still shows what stood here before the proposal
      return;
    }
    this.takeText(place, document, shared ?? place.target);
  }

  private takeText(
    { proposal, path, target }: { proposal: Proposal; path: string; target: string },
    document: vscode.TextDocument,
    shared: string,
  ): void {
    const { uri } = document;
    const text = fromDocument(document.getText(), shared);
    if (text === shared) {
      return;
    }
    this.shared.set(uri.toString(), text);
    this.proposals.edit(proposal, path, shared === target ? text : merge3(shared, text, target).text);
    this.bringUpToDate(uri);
  }

  private bringUpToDate(uri: vscode.Uri): void {
    if (identityOf(uri) && this.isBehind(uri)) {
      this.report(this.push(uri), "bringing a proposal up to date");
    }
  }

  private isBehind(uri: vscode.Uri): boolean {
    const document = liveDocument(uri);
    const target = this.placeOf(uri)?.target;
    return document !== undefined && target !== undefined && fromDocument(document.getText(), target) !== target;
  }

  private async push(uri: vscode.Uri): Promise<void> {
    for (let attempt = 1; attempt <= tries; attempt++) {
      this.take(uri);
      const target = this.placeOf(uri)?.target;
      const document = liveDocument(uri);
      if (!document || target === undefined || !this.shared.has(uri.toString()) || !this.isBehind(uri)) {
        return;
      }
      const edit = new vscode.WorkspaceEdit();
      const metadata = { label: "Hearth: the file changed", needsConfirmation: false };
      replaceText(edit, uri, { from: document.getText(), to: target }, metadata);
      if (await vscode.workspace.applyEdit(edit)) {
        this.shared.set(uri.toString(), target);
        return;
      }
    }
    this.log.warn(`The proposal in ${uri.path} could not be brought up to date in its editor.`);
  }

  /** What savers such as formatters make of a proposal is not taken: the file's own saving will do that where it should. */
  private async save(uri: vscode.Uri): Promise<void> {
    const name = uri.toString();
    this.unsaved.drop(name);
    this.flush();
    const document = liveDocument(uri);
    if (!document?.isDirty) {
      return;
    }
    this.beingSaved.add(name);
    try {
      await document.save();
    } finally {
      this.beingSaved.delete(name);
    }
    if (this.isBehind(uri)) {
      this.files.tell(uri);
    }
  }

  private report(done: Promise<void>, what: string): void {
    const ended = done.catch((error) => this.log.error(asError(error), what)).finally(() => this.pushing.delete(ended));
    this.pushing.add(ended);
  }

  private placeOf(uri: vscode.Uri): { proposal: Proposal; path: string; target: string } | undefined {
    const identity = identityOf(uri);
    const proposal = identity?.side === "proposed" ? this.proposals.shownAs(identity.id) : undefined;
    const target = identity && proposal?.file(identity.path)?.target;
    return identity && proposal && target !== undefined ? { proposal, path: identity.path, target } : undefined;
  }
}
