import * as vscode from "vscode";
import { type Disposable, DisposableStore } from "../disposables";
import { liveDocument } from "../files/open-documents";
import { replaceText } from "../files/text-edits";
import { asError, type Log } from "../log";
import { fromDocument } from "./document-text";
import type { Proposal } from "./proposal";
import type { ProposalFiles } from "./proposal-files";
import { sideUri } from "./proposal-tabs";
import { identityOf } from "./proposal-uri";
import type { Proposals } from "./proposals";

/** How long to wait for the next key before a text is compared anew. */
const settleMs = 150;
/** How long the user has to stop typing before the proposal's document is saved, so that closing it asks nothing. */
const saveMs = 1_000;
const tries = 5;

interface Place {
  proposal: Proposal;
  path: string;
}

/** Keeps proposals, their documents and the live files in step: what is typed in one is seen in the others. */
export class ProposalSync implements Disposable {
  private readonly store = new DisposableStore();
  /** Live files, by the address of their document. */
  private readonly live = new Map<string, Place[]>();
  private readonly waiting = new Map<string, { timer: NodeJS.Timeout; take: () => void }>();
  private readonly saving = new Map<string, NodeJS.Timeout>();
  /** Documents that are being saved: what changes there now is a formatter's doing and nobody's wish. */
  private readonly beingSaved = new Set<string>();

  constructor(
    private readonly proposals: Proposals,
    private readonly files: ProposalFiles,
    private readonly log: Log,
  ) {
    this.store.add(vscode.workspace.onDidChangeTextDocument((event) => this.notice(event)));
  }

  /** From now on the proposal follows what is typed into these documents. */
  watch(proposal: Proposal, documents: ReadonlyMap<string, vscode.Uri>): void {
    for (const [path, uri] of documents) {
      const places = this.live.get(uri.toString()) ?? [];
      this.live.set(uri.toString(), [...places, { proposal, path }]);
      this.takeLive(uri.toString());
    }
    for (const path of proposal.paths) {
      const uri = sideUri(proposal.actionId, path, "proposed");
      if (liveDocument(uri)) {
        this.files.tell(uri); // a tab that outlived a reload
      }
    }
  }

  /** Takes what was typed a moment ago into account. */
  flush(): void {
    for (const { timer, take } of [...this.waiting.values()]) {
      clearTimeout(timer);
      take();
    }
  }

  /** Lets go of a proposal, with its documents saved so that their tabs close without a question. */
  async release(proposal: Proposal): Promise<void> {
    for (const [name, places] of this.live) {
      const left = places.filter((place) => place.proposal !== proposal);
      if (left.length > 0) {
        this.live.set(name, left);
      } else {
        this.live.delete(name);
      }
    }
    const documents = proposal.paths.map((path) => liveDocument(sideUri(proposal.actionId, path, "proposed")));
    await Promise.all(documents.map((document) => document?.isDirty && this.save(document)));
  }

  dispose(): void {
    for (const timer of [...this.saving.values(), ...[...this.waiting.values()].map(({ timer }) => timer)]) {
      clearTimeout(timer);
    }
    this.store.dispose();
  }

  private notice({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    const name = document.uri.toString();
    if (contentChanges.length === 0 || this.beingSaved.has(name)) {
      return;
    }
    if (identityOf(document.uri)) {
      this.later(name, () => this.takeEdited(document));
      this.saveLater(document);
    } else if (this.live.has(name)) {
      this.later(name, () => this.takeLive(name));
    }
  }

  private later(name: string, take: () => void): void {
    clearTimeout(this.waiting.get(name)?.timer);
    const once = () => {
      this.waiting.delete(name);
      take();
    };
    this.waiting.set(name, { timer: setTimeout(once, settleMs), take: once });
  }

  private takeEdited(document: vscode.TextDocument): void {
    const place = this.placeOf(document.uri);
    const target = place?.proposal.file(place.path)?.target;
    if (place && target !== undefined && !document.isClosed) {
      this.proposals.edit(place.proposal, place.path, fromDocument(document.getText(), target));
    }
  }

  private takeLive(name: string): void {
    const document = liveDocument(vscode.Uri.parse(name, true));
    for (const { proposal, path } of document ? (this.live.get(name) ?? []) : []) {
      const { base, target } = proposal.file(path) ?? {};
      if (base === undefined || !document) {
        continue;
      }
      this.proposals.follow(proposal, path, fromDocument(document.getText(), base));
      const before = sideUri(proposal.actionId, path, "before");
      if (liveDocument(before)) {
        this.files.tell(before);
      }
      if (proposal.file(path)?.target !== target) {
        this.push(proposal, path).catch((error) => this.log.error(asError(error), "following a file"));
      }
    }
  }

  /** Brings a proposal's text into its document, when it has one. */
  private async push(proposal: Proposal, path: string): Promise<void> {
    const uri = sideUri(proposal.actionId, path, "proposed");
    for (let attempt = 1; attempt <= tries; attempt++) {
      const document = liveDocument(uri);
      const target = proposal.file(path)?.target;
      if (!document || target === undefined || fromDocument(document.getText(), target) === target) {
        return;
      }
      const edit = new vscode.WorkspaceEdit();
      const metadata = { label: "Hearth: the file changed", needsConfirmation: false };
      replaceText(edit, uri, { from: document.getText(), to: target }, metadata);
      if (await vscode.workspace.applyEdit(edit)) {
        return;
      }
    }
    this.log.warn(`The proposal for ${path} could not be brought up to date in its editor.`);
  }

  private saveLater(document: vscode.TextDocument): void {
    const name = document.uri.toString();
    clearTimeout(this.saving.get(name));
    const save = () => void this.save(document).catch((error) => this.log.error(asError(error), "saving a proposal"));
    this.saving.set(name, setTimeout(save, saveMs));
  }

  /** What savers such as formatters make of a proposal is not taken: the file's own saving will do that where it should. */
  private async save(document: vscode.TextDocument): Promise<void> {
    const name = document.uri.toString();
    clearTimeout(this.saving.get(name));
    this.flush();
    if (document.isClosed || !document.isDirty) {
      return;
    }
    this.beingSaved.add(name);
    try {
      await document.save();
    } finally {
      this.beingSaved.delete(name);
    }
    const place = this.placeOf(document.uri);
    const target = place?.proposal.file(place.path)?.target;
    if (target !== undefined && fromDocument(document.getText(), target) !== target) {
      this.files.tell(document.uri);
    }
  }

  private placeOf(uri: vscode.Uri): Place | undefined {
    const identity = identityOf(uri);
    const proposal = identity?.side === "proposed" ? this.proposals.get(identity.actionId) : undefined;
    return identity && proposal ? { proposal, path: identity.path } : undefined;
  }
}
