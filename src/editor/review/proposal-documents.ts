import * as vscode from "vscode";
import type { Action } from "../../core/events";
import type { FileEdit } from "../../core/ports";
import { type Disposable, DisposableStore } from "../disposables";
import { Serial } from "../serial";
import type { ProposalViewer } from "./approvals";
import { type Identity, identityOf, proposalParts, proposalScheme, proposalTitle } from "./proposal-uri";

const notRunning =
  "The task that proposed this is not running. Open it in Hearth's panel and resume it to see the proposal again.\n";

/** How long a new tab may take to be listed. */
const tabMs = 5_000;

/** Shows what would be written, in documents of our own scheme. Nothing is on the disk or in the user's buffers. */
export class ProposalDocuments implements ProposalViewer, vscode.TextDocumentContentProvider, Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new vscode.EventEmitter<vscode.Uri>());
  private readonly standing = new Map<string, readonly FileEdit[]>();

  /** A tab that is closed while it still opens breaks the editor, so one thing happens after the other. */
  private readonly tabs = new Serial();

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
    await this.tabs.run(() => this.openDiff(action.id, first, { preserveFocus: true, viewColumn: columnBeside() }));
  }

  /** Opens one file's diff because the user asked to see it. False when this proposal no longer stands. */
  async open(actionId: string, path: string): Promise<boolean> {
    const edit = this.edit(actionId, path);
    if (!edit) {
      return false;
    }
    const viewColumn = columnOf(actionId, path) ?? columnBeside();
    await this.tabs.run(() => this.openDiff(actionId, edit, { preserveFocus: false, viewColumn }));
    return true;
  }

  async close(actionId: string): Promise<void> {
    if (this.standing.delete(actionId)) {
      await this.tellContext();
    }
    await this.tabs.run(async () => vscode.window.tabGroups.close(tabsOf(actionId), true));
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
    if (!this.standing.has(actionId)) {
      return; // answered before it could be shown
    }
    const side = (name: Identity["side"]) => vscode.Uri.from(proposalParts({ actionId, path: edit.path, side: name }));
    const before = edit.base === undefined ? side("nothing") : await this.locate(edit.path);
    const after = edit.target === undefined ? side("nothing") : side("proposed");
    // Never a preview tab: it would take the place of the one the user has open there.
    await vscode.commands.executeCommand("vscode.diff", before, after, proposalTitle(edit), {
      ...options,
      preview: false,
    });
    await tabAppears(() => columnOf(actionId, edit.path) !== undefined);
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

/** The list of tabs follows a little later than the tab; what is not in it cannot be closed. */
function tabAppears(isThere: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      listener.dispose();
      resolve();
    };
    const timer = setTimeout(done, tabMs);
    const listener = vscode.window.tabGroups.onDidChangeTabs(() => isThere() && done());
    if (isThere()) {
      done();
    }
  });
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

/** Never another group by its number: the editor would make that one the active group, and the user's keys would go there. */
function columnBeside(): vscode.ViewColumn {
  const { all, activeTabGroup } = vscode.window.tabGroups;
  const isFree = all.every((group) => group.tabs.length === 0) || proposalIn(activeTabGroup.activeTab) !== undefined;
  return isFree ? activeTabGroup.viewColumn : vscode.ViewColumn.Beside;
}
