import * as vscode from "vscode";
import type { TaskDesk } from "./desk/task-desk";
import type { WindowDesk } from "./desk/window-desk";
import type { Away } from "./escalation/away";
import type { FixTest } from "./fix-test";
import type { ModelChoice } from "./models/model-choice";
import type { ModelPages } from "./models/model-pages";
import type { PanelHost } from "./panel/panel-host";
import type { ReviewCommands } from "./review/review-commands";
import { askForKey } from "./settings/ask-for-key";
import type { EditorKeys } from "./settings/keys";
import type { Settings } from "./settings/settings";
import type { TaskPast } from "./undo/task-past";

export interface CommandParts {
  desk: WindowDesk;
  panel: PanelHost;
  tasks: TaskDesk;
  models: ModelChoice;
  review: ReviewCommands;
  settings: Settings;
  keys: EditorKeys;
  fixTest: FixTest;
  away: Away;
  modelPages: ModelPages;
  past: TaskPast;
  tell(error: unknown): void;
}

export type Command = (...args: unknown[]) => Promise<unknown>;

/** Every command of the manifest, by its whole name. What fails is shown in the panel with its remedy. */
export function makeCommands(parts: CommandParts): ReadonlyMap<string, Command> {
  return new Map(
    Object.entries(commandsOf(parts)).map(([name, run]) => [`hearth.${name}`, (...args) => guarded(parts, run, args)]),
  );
}

async function guarded({ tell, panel }: CommandParts, run: Command, args: readonly unknown[]): Promise<void> {
  try {
    await run(...args);
  } catch (error) {
    tell(error);
    await panel.focus();
  }
}

function commandsOf(parts: CommandParts): Record<string, Command> {
  const { desk, panel, tasks, models, settings, keys } = parts;
  return {
    newTask: async () => {
      await desk.startNewTask();
      await panel.focus();
    },
    focus: () => panel.focus(),
    stop: () => desk.stop(),
    planMode: () => desk.setMode("plan"),
    actMode: () => desk.setMode("act"),
    fixTest: (uri, line) => parts.fixTest.run(uri, line),
    ...parts.review.all(),
    undoTask: () => parts.past.undo(desk.needShown()),
    squashTask: () => desk.squash(),
    selectModel: () => desk.pickModel(),
    escalateTask: () => parts.away.escalate(),
    showLedger: () => parts.away.showLedger(),
    checkUpModel: () => parts.modelPages.checkUp(),
    showCatalogue: () => parts.modelPages.showCatalogue(),
    setApiKey: () => askForKey(settings.current.endpoints, keys),
    practice: async () => {
      await models.choosePractice();
      await desk.startNewTask();
      await panel.focus();
    },
    showHistory: async () => {
      await panel.focus();
      panel.showTasks(await tasks.list());
    },
    addSelection: async () => {
      attachSelection(desk);
      await panel.focus();
    },
  };
}

function attachSelection(desk: WindowDesk): void {
  const editor = vscode.window.activeTextEditor;
  if (!editor || editor.selection.isEmpty) {
    void vscode.window.showInformationMessage("Select some text in an editor first.");
    return;
  }
  const { document, selection } = editor;
  const path = vscode.workspace.asRelativePath(document.uri, true);
  const label = `${path}, lines ${selection.start.line + 1} to ${selection.end.line + 1}`;
  desk.attach({ label, text: document.getText(selection) });
}
