import * as vscode from "vscode";
import type { TaskDesk } from "./desk/task-desk";
import type { WindowDesk } from "./desk/window-desk";
import { type Disposable, DisposableStore } from "./disposables";
import type { FixTest } from "./fix-test";
import type { ModelChoice } from "./models/model-choice";
import type { PanelHost } from "./panel/panel-host";
import type { Approvals } from "./review/approvals";
import type { ProposalDocuments } from "./review/proposal-documents";
import { askForKey } from "./settings/ask-for-key";
import type { EditorKeys } from "./settings/keys";
import type { Settings } from "./settings/settings";

export interface CommandParts {
  desk: WindowDesk;
  panel: PanelHost;
  tasks: TaskDesk;
  models: ModelChoice;
  approvals: Approvals;
  proposals: ProposalDocuments;
  settings: Settings;
  keys: EditorKeys;
  fixTest: FixTest;
  tell(error: unknown): void;
}

/** Every command of the manifest. What fails is shown in the panel with its remedy. */
export function registerCommands(parts: CommandParts): Disposable {
  const store = new DisposableStore();
  for (const [name, run] of Object.entries(commandsOf(parts))) {
    const guarded = async (...args: unknown[]) => {
      try {
        await run(...args);
      } catch (error) {
        parts.tell(error);
        await parts.panel.focus();
      }
    };
    store.add(vscode.commands.registerCommand(`hearth.${name}`, guarded));
  }
  return store;
}

function commandsOf(parts: CommandParts): Record<string, (...args: unknown[]) => Promise<unknown>> {
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
    acceptAll: () => answerProposal(parts, true),
    rejectAll: () => answerProposal(parts, false),
    selectModel: () => desk.pickModel(),
    setApiKey: () =>
      askForKey(
        settings.current.endpoints.map(({ name }) => name),
        keys,
      ),
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

/** Answers the proposal in the active editor, else the newest one. */
async function answerProposal({ proposals, approvals }: CommandParts, allow: boolean): Promise<void> {
  const actionId = proposals.current();
  if (actionId === undefined || !approvals.answerTrusted(actionId, { allow })) {
    void vscode.window.showInformationMessage("Hearth has no proposal that waits for an answer.");
  }
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
