import * as vscode from "vscode";
import type { HearthApi } from "../core/api";
import type { AgentEvent } from "../core/events";
import { type Disposable, DisposableStore } from "./disposables";
import { Emitter } from "./emitter";
import type { Hearth } from "./hearth";
import { asError } from "./log";
import { publishedApi } from "./published-api";
import { newTaskId, pendingKey, shownTaskKey } from "./task-id";

const viewId = "hearth.panel";

/** A cheap sign, so that opening any other file does not bring all of Hearth in. */
const looksLikeTest =
  /[._-](?:test|spec)\.[cm]?[jt]sx?$|(?:^|[\\/])test_[^\\/]*\.py$|_test\.py$|[\\/](?:__tests__|tests?|specs?)[\\/]/i;

/**
 * What is there from the first moment: the view, the commands and the API. The rest is loaded when one of them is used,
 * when a test comes into view, or when a task or a review was open in this window.
 */
export class DoorStep implements Disposable {
  private readonly store = new DisposableStore();
  private readonly happened = this.store.add(new Emitter<AgentEvent>());
  private entering: Promise<Hearth> | undefined;
  private entered: Hearth | undefined;

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.store.add(
      vscode.window.registerWebviewViewProvider(viewId, { resolveWebviewView: (view) => this.fill(view) }),
    );
    for (const name of contributedCommands(context)) {
      this.store.add(vscode.commands.registerCommand(name, (...args: unknown[]) => this.run(name, args)));
    }
    this.store.add(vscode.window.onDidChangeActiveTextEditor(() => this.lookForTests()));
    const left = [shownTaskKey, pendingKey].some((key) => context.workspaceState.get(key) !== undefined);
    if (left || hasOwnTab()) {
      this.enterSoon();
    }
    this.lookForTests();
  }

  get api(): HearthApi {
    const api: Required<HearthApi> = {
      version: 1,
      startTask: (request) => {
        const id = newTaskId();
        return { id, finished: this.enter().then((hearth) => hearth.api.startTask(id, request)) };
      },
      stop: (id) => {
        this.entering?.then((hearth) => hearth.api.stop(id)).catch((error) => this.log.error(asError(error)));
      },
      onEvent: this.happened.listen,
      answer: (actionId, answer) => this.entered?.api.answer(actionId, answer) ?? false,
    };
    return publishedApi(api, this.context.extensionMode === vscode.ExtensionMode.Test);
  }

  async dispose(): Promise<void> {
    this.store.dispose();
    await (await this.entering)?.dispose();
  }

  private enter(): Promise<Hearth> {
    this.entering ??= this.build();
    return this.entering;
  }

  private async build(): Promise<Hearth> {
    const { Hearth } = await import("./hearth");
    const hearth = new Hearth(this.context, this.log);
    this.store.add(hearth.api.onEvent((event) => this.happened.fire(event)));
    this.entered = hearth;
    return hearth;
  }

  private async fill(view: vscode.WebviewView): Promise<void> {
    (await this.enter()).panel.resolveWebviewView(view);
  }

  private async run(name: string, args: readonly unknown[]): Promise<unknown> {
    const command = (await this.enter()).commands.get(name);
    if (!command) {
      throw new Error(`${name} is in the manifest and nowhere else`);
    }
    return command(...args);
  }

  private lookForTests(): void {
    const path = vscode.window.activeTextEditor?.document.uri.fsPath;
    if (this.entering === undefined && path !== undefined && looksLikeTest.test(path)) {
      this.enterSoon();
    }
  }

  /** Nobody waits for this, so what goes wrong is only told in the log. */
  private enterSoon(): void {
    this.enter().catch((error) => this.log.error(asError(error)));
  }
}

/** A proposal's tab outlived the window that opened it. */
function hasOwnTab(): boolean {
  return vscode.window.tabGroups.all.some((group) =>
    group.tabs.some(
      ({ input }) => input instanceof vscode.TabInputTextDiff && input.modified.scheme.startsWith("hearth-"),
    ),
  );
}

function contributedCommands(context: vscode.ExtensionContext): string[] {
  const { contributes } = context.extension.packageJSON as { contributes: { commands: { command: string }[] } };
  return contributes.commands.map(({ command }) => command);
}
