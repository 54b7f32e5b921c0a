import * as vscode from "vscode";
import { Serial } from "../../machine/serial";
import type { Proposal } from "./proposal";
import { type Identity, identityOf, proposalParts, proposalTitle, reviewTitle } from "./proposal-uri";

interface Texts {
  base: string | undefined;
  target: string | undefined;
  movedFrom?: string;
}

/** How long a new tab may take to be listed. */
const tabMs = 5_000;

/** The diffs that show proposals. They open beside the code and go when the proposal is answered. */
export class ProposalTabs {
  /** A tab that is closed while it still opens breaks the editor, so one thing happens after the other. */
  private readonly doing = new Serial();

  /** `locate` names the document in which the user sees a file of the workspace. */
  constructor(private readonly locate: (path: string) => Promise<vscode.Uri>) {}

  /** Opens one file's diff, unless `file` gives nothing by the time it could be shown. */
  open(
    id: string,
    path: string,
    file: () => Texts | undefined,
    options: { preserveFocus: boolean; selection?: vscode.Range },
  ): Promise<void> {
    return this.doing.run(async () => {
      const before = await this.locate(path);
      const texts = file();
      if (!texts) {
        return;
      }
      const viewColumn = columnOf(id, path) ?? columnBeside();
      // Never a preview tab: it would take the place of the one the user has open there.
      const shown: vscode.TextDocumentShowOptions = { ...options, viewColumn, preview: false };
      await vscode.commands.executeCommand(
        "vscode.diff",
        texts.base === undefined ? leftOfNew(id, path, texts.movedFrom) : before,
        sideUri(id, path, texts.target === undefined ? "nothing" : "proposed"),
        proposalTitle({ path, ...texts }),
        shown,
      );
      await tabAppears(() => columnOf(id, path) !== undefined);
    });
  }

  /** All files of a proposal in one editor. It takes the focus: the editor knows no other way. */
  openAll(proposal: Proposal): Promise<void> {
    return this.doing.run(async () => {
      const resources: [vscode.Uri, vscode.Uri | undefined, vscode.Uri | undefined][] = [];
      for (const path of proposal.shownPaths) {
        const { base, target, movedFrom } = proposal.file(path) ?? {};
        const old = base === undefined ? movedFrom : path;
        const before = old === undefined ? undefined : sideUri(proposal.documentId, old, "before");
        const after = target === undefined ? undefined : sideUri(proposal.documentId, path, "proposed");
        resources.push([(after ?? before) as vscode.Uri, before, after]);
      }
      const title = reviewTitle(proposal.shownPaths);
      await vscode.commands.executeCommand("vscode.changes", title, resources);
      await tabAppears(() => multiTabs(title).length > 0);
    });
  }

  /** Closes every diff of an id, and the editor of all its files. */
  close(id: string, paths: readonly string[]): Promise<void> {
    return this.doing.run(async () => {
      const all = paths.length > 1 ? multiTabs(reviewTitle(paths)) : [];
      await vscode.window.tabGroups.close([...tabsOf(id), ...all], true);
    });
  }

  /** Closes every diff whose proposal is not there, but none in which the user typed. */
  closeOrphans(isThere: (id: string) => boolean): Promise<void> {
    return this.doing.run(async () => {
      const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
      const orphans = tabs.filter((tab) => {
        const shown = proposalIn(tab);
        return shown !== undefined && !tab.isDirty && !isThere(shown.id);
      });
      await vscode.window.tabGroups.close(orphans, true);
    });
  }
}

function leftOfNew(id: string, path: string, movedFrom: string | undefined): vscode.Uri {
  return movedFrom === undefined ? sideUri(id, path, "nothing") : sideUri(id, movedFrom, "before");
}

export function sideUri(id: string, path: string, side: Identity["side"]): vscode.Uri {
  return vscode.Uri.from(proposalParts({ id, path, side }));
}

export function tabsOf(id: string): vscode.Tab[] {
  return vscode.window.tabGroups.all.flatMap((group) => group.tabs.filter((tab) => proposalIn(tab)?.id === id));
}

/** What a diff's tab is about. */
export function proposalIn(tab: vscode.Tab | undefined): Identity | undefined {
  return tab?.input instanceof vscode.TabInputTextDiff
    ? (identityOf(tab.input.modified) ?? identityOf(tab.input.original))
    : undefined;
}

/** Editors of many files have no input that the API names; they are known by their titles. */
export function multiTabs(title: string): vscode.Tab[] {
  return vscode.window.tabGroups.all.flatMap((group) =>
    group.tabs.filter((tab) => isUnnamed(tab.input) && tab.label.startsWith(title)),
  );
}

function isUnnamed(input: unknown): boolean {
  return !(input instanceof vscode.TabInputText || input instanceof vscode.TabInputTextDiff);
}

function columnOf(id: string, path: string): vscode.ViewColumn | undefined {
  return tabsOf(id).find((tab) => proposalIn(tab)?.path === path)?.group.viewColumn;
}

/** Never another group by its number: the editor would make that one the active group, and the user's keys would go there. */
function columnBeside(): vscode.ViewColumn {
  const { all, activeTabGroup } = vscode.window.tabGroups;
  const isFree = all.every((group) => group.tabs.length === 0) || proposalIn(activeTabGroup.activeTab) !== undefined;
  return isFree ? activeTabGroup.viewColumn : vscode.ViewColumn.Beside;
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
