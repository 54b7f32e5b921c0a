import * as vscode from "vscode";
import type { Action } from "../../core/events";
import type { Answer, FileEdit } from "../../core/ports";
import { type Disposable, DisposableStore } from "../disposables";
import type { Log } from "../log";
import type { ProposalViewer } from "./approvals";
import { Drafting } from "./drafting";
import { changedLines } from "./hunk-lines";
import type { KeptProposal, Proposal } from "./proposal";
import { ProposalBuffers } from "./proposal-buffers";
import { type Draft, ProposalFiles } from "./proposal-files";
import { ProposalSync } from "./proposal-sync";
import { multiTabs, ProposalTabs, proposalIn, tabsOf } from "./proposal-tabs";
import { reviewTitle } from "./proposal-uri";
import { Proposals } from "./proposals";

/** Shows what would be written, in documents of our own that can be edited. Nothing is on the disk or in the user's buffers. */
export class ProposalDocuments implements ProposalViewer, Disposable {
  private readonly store = new DisposableStore();
  readonly proposals = this.store.add(new Proposals());
  readonly drafts = new Map<string, Draft>();
  private readonly files = this.store.add(new ProposalFiles(this.proposals, this.drafts));
  private readonly buffers: ProposalBuffers;
  private readonly sync: ProposalSync;
  private readonly tabs: ProposalTabs;
  readonly drafting: Drafting;
  private readonly closing = new Set<Proposal>();

  /** `locate` names the document in which the user sees a file of the workspace. */
  constructor(
    private readonly locate: (path: string) => Promise<vscode.Uri>,
    log: Log,
    private readonly loadKept: (actionId: string) => Promise<KeptProposal | undefined> = async () => undefined,
  ) {
    this.buffers = this.store.add(new ProposalBuffers(this.proposals, this.files, log));
    this.sync = this.store.add(new ProposalSync(this.proposals, this.buffers));
    this.tabs = new ProposalTabs(locate);
    this.drafting = this.store.add(new Drafting(this.drafts, this.files, this.tabs));
  }

  /** Opens the first file's diff beside the code and leaves the focus where it is. */
  async show(action: Action, edits: readonly FileEdit[]): Promise<void> {
    const [first] = edits;
    if (!first) {
      return;
    }
    const proposal = this.proposals.add(action.id, edits, this.drafting.adopt(first.path));
    const kept = await this.loadKept(action.id);
    if (kept && this.stands(proposal)) {
      this.proposals.restore(proposal, kept);
    }
    this.buffers.showAgain(proposal);
    if (tabsOf(proposal.documentId).length === 0) {
      await this.openTab(proposal, first.path, { preserveFocus: true });
    }
    await this.follow(proposal, edits);
  }

  private async follow(proposal: Proposal, edits: readonly FileEdit[]): Promise<void> {
    for (const { path, base } of edits) {
      const uri = base === undefined ? undefined : await this.locate(path);
      if (!this.stands(proposal)) {
        return;
      }
      if (uri) {
        this.sync.watch(proposal, path, uri);
      }
    }
  }

  /** Opens one file's diff because the user asked to see it. False when this proposal no longer stands. */
  async open(actionId: string, path: string, hunkId?: string): Promise<boolean> {
    const proposal = this.proposals.get(actionId);
    const file = proposal?.file(path);
    if (!proposal || !file) {
      return false;
    }
    const hunk = file.change.hunks.find(({ id }) => id === hunkId) ?? file.change.hunks[0];
    const line = hunk ? changedLines(hunk).newStart : 0;
    const selection = new vscode.Range(line, 0, line, 0);
    await this.openTab(proposal, path, { preserveFocus: false, selection });
    return true;
  }

  /** Opens all files of a proposal in one editor, or the diff when it is about one. */
  async openAll(proposal: Proposal): Promise<void> {
    const [first] = proposal.shownPaths;
    if (proposal.shownPaths.length > 1) {
      await this.tabs.openAll(proposal);
    } else if (first !== undefined) {
      await this.open(proposal.actionId, first);
    }
  }

  /** The answer about the texts as they stand now; undefined when it names parts that the proposal does not have. */
  complete(actionId: string, answer: Answer): Answer | undefined {
    const proposal = this.proposals.get(actionId);
    this.sync.flush();
    return proposal ? proposal.answer(answer) : answer;
  }

  /** Ticks of the panel: a part over lines that the user typed in needs a yes of its own. */
  tick(actionId: string, hunks: readonly string[], taken: boolean): void {
    const proposal = this.proposals.get(actionId);
    for (const hunk of proposal ? hunks : []) {
      const isHeld = proposal?.isHeld(hunk) ?? false;
      this.proposals.decide(proposal as Proposal, [hunk], taken ? (isHeld ? "accepted" : undefined) : "rejected");
    }
  }

  /** What was typed a moment ago counts for what comes now. */
  flush(): void {
    this.sync.flush();
  }

  async close(actionId: string): Promise<void> {
    const proposal = this.proposals.get(actionId);
    if (!proposal) {
      return;
    }
    this.closing.add(proposal);
    await this.sync.release(proposal);
    this.proposals.remove(actionId);
    this.closing.delete(proposal);
    await this.tabs.close(proposal.documentId, proposal.shownPaths);
  }

  /** VS Code brings diffs back after a reload, also of proposals that were answered or whose task does not run. */
  closeOrphans(): Promise<void> {
    return this.tabs.closeOrphans((id) => this.proposals.shownAs(id) !== undefined || this.drafts.has(id));
  }

  /** The proposal in the active editor, else the one that came last. */
  current(): Proposal | undefined {
    const tab = vscode.window.tabGroups.activeTabGroup.activeTab;
    const shown = this.proposals.shownAs(proposalIn(tab)?.id ?? "");
    const all = this.proposals.all();
    return shown ?? all.find((proposal) => this.isShowingAll(proposal)) ?? all.at(-1);
  }

  /** The active editor is the one of all files of this proposal. */
  isShowingAll({ shownPaths }: Proposal): boolean {
    const tab = vscode.window.tabGroups.activeTabGroup.activeTab;
    return tab !== undefined && multiTabs(reviewTitle(shownPaths)).includes(tab);
  }

  dispose(): void {
    this.store.dispose();
  }

  private openTab(
    proposal: Proposal,
    path: string,
    options: { preserveFocus: boolean; selection?: vscode.Range },
  ): Promise<void> {
    const file = () => (this.stands(proposal) ? proposal.file(path) : undefined);
    return this.tabs.open(proposal.documentId, path, file, options);
  }

  private stands(proposal: Proposal): boolean {
    return this.proposals.get(proposal.actionId) === proposal && !this.closing.has(proposal);
  }
}
