import * as vscode from "vscode";
import type { Action } from "../../core/events";
import type { FileEdit } from "../../core/ports";
import { type Disposable, DisposableStore } from "../disposables";
import type { ProposalViewer } from "./approvals";
import { type Identity, identityOf, proposalParts, proposalScheme, proposalTitle } from "./proposal-uri";

const notRunning =
  "The task that proposed this is not running. Open it in Hearth's panel and resume it to see the proposal again.\n";

/** Shows what would be written, in documents of our own scheme. Nothing is on the disk or in the user's buffers. */
export class ProposalDocuments implements ProposalViewer, vscode.TextDocumentContentProvider, Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new vscode.EventEmitter<vscode.Uri>());
  private readonly standing = new Map<string, readonly FileEdit[]>();

  readonly onDidChange = this.changed.event;

  /** `locate` names the document in which the user sees a file of the workspace. */
  constructor(private readonly locate: (path: string) => Promise<vscode.Uri>) {
    this.store.add(vscode.workspace.registerTextDocumentContentProvider(proposalScheme, this));
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    const identity = identityOf(uri);
    if (identity?.side === "nothing") {
      return "";
    }
    return (identity && this.edit(identity.actionId, identity.path)?.target) ?? notRunning;
  }

  /** Opens the first file's diff beside the code and leaves the focus where it is. */
  async show(action: Action, edits: readonly FileEdit[]): Promise<void> {
    const [first] = edits;
    if (!first) {
      return;
    }
    this.standing.set(action.id, edits);
    await this.tellContext();
    const kept = tabsOf(action.id);
    if (kept.length > 0) {
      this.refresh(kept);
      return;
    }
    await this.openDiff(action.id, first, { preserveFocus: true, viewColumn: columnBeside() });
    if (!this.standing.has(action.id)) {
      await this.close(action.id); // it was answered while the diff was opening
    }
  }

  /** Opens one file's diff because the user asked to see it. False when this proposal no longer stands. */
  async open(actionId: string, path: string): Promise<boolean> {
    const edit = this.edit(actionId, path);
    if (!edit) {
      return false;
    }
    const viewColumn = columnOf(actionId, path) ?? columnBeside();
    await this.openDiff(actionId, edit, { preserveFocus: false, viewColumn });
    return true;
  }

  async close(actionId: string): Promise<void> {
    if (this.standing.delete(actionId)) {
      await this.tellContext();
    }
    const tabs = tabsOf(actionId);
    if (tabs.length > 0) {
      await vscode.window.tabGroups.close(tabs, true);
    }
  }

  /** The proposal in the active editor, else the one that came last. */
  current(): string | undefined {
    const shown = proposalIn(vscode.window.tabGroups.activeTabGroup.activeTab)?.actionId;
    return shown !== undefined && this.standing.has(shown) ? shown : [...this.standing.keys()].at(-1);
  }

  dispose(): void {
    this.store.dispose();
  }

  private edit(actionId: string, path: string): FileEdit | undefined {
    return this.standing.get(actionId)?.find((edit) => edit.path === path);
  }

  private async openDiff(actionId: string, edit: FileEdit, options: vscode.TextDocumentShowOptions): Promise<void> {
    const side = (name: Identity["side"]) => vscode.Uri.from(proposalParts({ actionId, path: edit.path, side: name }));
    const before = edit.base === undefined ? side("nothing") : await this.locate(edit.path);
    const after = edit.target === undefined ? side("nothing") : side("proposed");
    // Never a preview tab: it would take the place of the one the user has open there.
    await vscode.commands.executeCommand("vscode.diff", before, after, proposalTitle(edit), {
      ...options,
      preview: false,
    });
  }

  private refresh(tabs: readonly vscode.Tab[]): void {
    for (const tab of tabs) {
      for (const uri of sidesOf(tab)) {
        if (uri.scheme === proposalScheme) {
          this.changed.fire(uri);
        }
      }
    }
  }

  private tellContext(): Thenable<unknown> {
    return vscode.commands.executeCommand("setContext", "hearth.proposalOpen", this.standing.size > 0);
  }
}

function tabsOf(actionId: string): vscode.Tab[] {
  return vscode.window.tabGroups.all.flatMap((group) =>
    group.tabs.filter((tab) => proposalIn(tab)?.actionId === actionId),
  );
}

function columnOf(actionId: string, path: string): vscode.ViewColumn | undefined {
  return tabsOf(actionId).find((tab) => proposalIn(tab)?.path === path)?.group.viewColumn;
}

function proposalIn(tab: vscode.Tab | undefined): Identity | undefined {
  return sidesOf(tab)
    .map(identityOf)
    .find((identity) => identity !== undefined);
}

function sidesOf(tab: vscode.Tab | undefined): vscode.Uri[] {
  return tab?.input instanceof vscode.TabInputTextDiff ? [tab.input.modified, tab.input.original] : [];
}

/** Beside the code: in a group that is already there if there are several, and never in a second one when none is used. */
function columnBeside(): vscode.ViewColumn {
  const { all, activeTabGroup } = vscode.window.tabGroups;
  if (all.every((group) => group.tabs.length === 0) || proposalIn(activeTabGroup.activeTab)) {
    return activeTabGroup.viewColumn;
  }
  const others = all.filter((group) => group !== activeTabGroup);
  const used = others.find((group) => group.tabs.some((tab) => proposalIn(tab)));
  return (used ?? others.at(-1))?.viewColumn ?? vscode.ViewColumn.Beside;
}
