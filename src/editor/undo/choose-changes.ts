import * as vscode from "vscode";
import { describePlanned, type Group, groupOf, groups } from "./describe-plan";
import type { ChosenChange, PlannedChange } from "./workspace-undo";

interface Line extends vscode.QuickPickItem {
  change?: ChosenChange;
}

const compareButton: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon("diff"),
  tooltip: "Compare",
};
const dropUserButton: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon("discard"),
  tooltip: "Take back my changes as well",
};
const keepUserButton: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon("git-merge"),
  tooltip: "Keep my changes",
};

export interface Choice {
  title: string;
  placeholder: string;
  /** When the user is asked once more: what was ticked and has not changed since. */
  earlier?: readonly ChosenChange[] | undefined;
  compare(change: ChosenChange): void;
}

/** Shows what would become of each file. Undefined when the user turned away. */
export function chooseChanges(
  planned: readonly PlannedChange[],
  { title, placeholder, earlier, compare }: Choice,
): Promise<ChosenChange[] | undefined> {
  const pick = vscode.window.createQuickPick<Line>();
  pick.title = title;
  pick.placeholder = placeholder;
  pick.canSelectMany = true;
  pick.ignoreFocusOut = true;
  pick.keepScrollPosition = true;
  pick.items = linesOf(planned.map((change) => ({ ...change, keepsUser: keepsUser(change, earlier) })));
  pick.selectedItems = pick.items.filter(({ change }) => change !== undefined && isTicked(change, earlier));
  return new Promise((resolve) => {
    let chosen: ChosenChange[] | undefined;
    pick.onDidTriggerItemButton(({ item, button }) => {
      if (item.change === undefined) {
        return;
      }
      if (button === compareButton) {
        compare(item.change);
      } else {
        flip(pick, item);
      }
    });
    pick.onDidAccept(() => {
      chosen = pick.selectedItems.flatMap(({ change }) => change ?? []);
      pick.hide();
    });
    pick.onDidHide(() => {
      pick.dispose();
      resolve(chosen);
    });
    pick.show();
  });
}

function keepsUser(change: PlannedChange, earlier: Choice["earlier"]): boolean {
  return earlier?.find(({ name }) => name === change.name)?.keepsUser ?? change.withoutTask !== undefined;
}

function isTicked(change: PlannedChange, earlier: Choice["earlier"]): boolean {
  return earlier?.some(({ name }) => name === change.name) ?? change.file.standing !== "both";
}

/** Whether the user's own changes to a file stay; the file is then ticked, as the user has decided about it. */
function flip(pick: vscode.QuickPick<Line>, flipped: Line): void {
  const ticked = new Set(pick.selectedItems.map(({ change }) => change?.name));
  ticked.add(flipped.change?.name);
  const changes = pick.items.flatMap(({ change }) => change ?? []);
  pick.items = linesOf(
    changes.map((change) =>
      change.name === flipped.change?.name ? { ...change, keepsUser: !change.keepsUser } : change,
    ),
  );
  pick.selectedItems = pick.items.filter(({ change }) => change !== undefined && ticked.has(change.name));
  pick.activeItems = pick.items.filter(({ change }) => change !== undefined && change.name === flipped.change?.name);
}

function linesOf(changes: readonly ChosenChange[]): Line[] {
  return (Object.keys(groups) as Group[]).flatMap((group): Line[] => {
    const own = changes.filter(({ file }) => groupOf(file) === group);
    return own.length === 0
      ? []
      : [{ label: groups[group], kind: vscode.QuickPickItemKind.Separator }, ...own.map(lineOf)];
  });
}

function lineOf(change: ChosenChange): Line {
  const canKeepUser = change.withoutTask !== undefined;
  const described = describePlanned({ ...change, canKeepUser, hasUnsaved: change.unsaved !== undefined });
  const flipButtons = canKeepUser ? [change.keepsUser ? dropUserButton : keepUserButton] : [];
  return { ...described, change, buttons: [...flipButtons, compareButton] };
}
