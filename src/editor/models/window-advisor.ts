import * as vscode from "vscode";
import { AgentError } from "../../core/errors";
import type { AgentEvent, EndpointView } from "../../core/events";
import type { Widened } from "../../endpoint/window/apply-fix";
import { goodWindow, leastWindow, type WindowFix } from "../../endpoint/window/widen";
import { type Disposable, DisposableStore } from "../disposables";
import { Emitter } from "../emitter";
import type { Surroundings } from "../panel/desk";
import type { CheckUps } from "./check-ups";
import type { Memory } from "./kept-facts";
import type { LocalModels } from "./local-models";
import { type Candidate, keyOf, type ModelChoice } from "./model-choice";
import { renameInSettings } from "./rename-in-settings";

export interface AdvisorParts {
  models: ModelChoice;
  localModels: LocalModels;
  /** What check-ups found. */
  checkUps: Pick<CheckUps, "habits" | "onDidChange">;
  /** Kept over reloads. */
  memory: Memory;
  isWorking(): boolean;
}

type Advice = NonNullable<Surroundings["advice"]>;

const dismissedKey = "dismissedAdvice";
const tellingTroubles = new Set(["prompt_cut", "overflow", "message_too_long", "model_swapped"]);

const answersOnly =
  "At its check-up this model could not call tools here, so it gets none and only answers questions. Choose another model for work on files, or check it again after changing the server.";

/**
 * Says when a model can only answer, or when its window is too small for tasks, and makes that larger in one click where it
 * can be done. It speaks of the model that the caller shows: the chosen one, or the one that the settings name for a mode.
 */
export class WindowAdvisor implements Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new Emitter<void>());
  readonly onDidChange = this.changed.listen;
  private isBusy = false;
  /** The window that a search did not confirm; asking again would not either. */
  private searchedFor: string | undefined;

  constructor(private readonly parts: AdvisorParts) {
    this.store.add(parts.checkUps.onDidChange(() => this.changed.fire()));
  }

  adviceFor(candidate: Candidate | undefined): Advice | undefined {
    if (candidate === undefined || this.dismissed === this.dismissalOf(candidate)) {
      return undefined;
    }
    if (this.onlyAnswers(candidate)) {
      return { message: answersOnly, action: null, option: null, busy: false };
    }
    if (candidate.advice === undefined) {
      return undefined;
    }
    const { message, fix } = candidate.advice;
    const option = fix?.kind === "restart" ? fix.option : null;
    return { message, action: actionFor(fix, this.isBusy), option, busy: this.isBusy };
  }

  /** What a task's model turned out to be may differ from what the last search said: then it is searched anew. */
  follow(event: AgentEvent): void {
    if (event.type === "turn_started" && !event.endpoint.practice && this.isNews(event.endpoint)) {
      this.searchOnce(event.endpoint);
    }
    if (event.type === "reply_finished" && tellingTroubles.has(event.trouble?.code ?? "")) {
      this.searchedFor = undefined;
      this.parts.models.readySoon({ anew: true });
    }
  }

  /** Makes the window larger. Throws `AgentError` when that cannot be done now, or not at all. */
  async apply(candidate: Candidate | undefined): Promise<void> {
    const { isWorking } = this.parts;
    const fix = candidate?.advice?.fix;
    if (candidate === undefined || fix === undefined || this.isBusy) {
      return;
    }
    if (fix.kind === "restart") {
      await vscode.env.clipboard.writeText(fix.option);
      void vscode.window.showInformationMessage(
        `Copied: ${fix.option}. Restart the server with it and its other options; Hearth notices by itself.`,
      );
      return;
    }
    if (isWorking()) {
      throw new AgentError("busy", "A task is at work with this model.", "Stop it first, or wait until it is done.");
    }
    this.setBusy(true);
    try {
      await this.use(candidate, await this.widen(candidate, fix));
    } finally {
      this.setBusy(false);
    }
  }

  async dismiss(candidate: Candidate | undefined): Promise<void> {
    await this.parts.memory.update(dismissedKey, candidate && this.dismissalOf(candidate));
    this.changed.fire();
  }

  dispose(): void {
    this.store.dispose();
  }

  private onlyAnswers({ view }: Candidate): boolean {
    return this.parts.checkUps.habits(view)?.answersOnly === true;
  }

  /** A window that is far too small is worth another word when it is smaller still. */
  private dismissalOf(candidate: Candidate): string {
    const { contextWindow = 0 } = candidate.view;
    const size = contextWindow < leastWindow ? contextWindow : "small";
    return `${keyOf(candidate)} ${this.onlyAnswers(candidate) ? "answers only" : size}`;
  }

  private widen(candidate: Candidate, fix: Exclude<WindowFix, { kind: "restart" }>): Thenable<Widened> {
    const options = {
      location: vscode.ProgressLocation.Notification,
      title: `Loading ${candidate.view.model} with ${size(fix.window)} tokens of context`,
      cancellable: true,
    };
    return vscode.window.withProgress(options, async (_, token) => {
      const stop = new AbortController();
      token.onCancellationRequested(() => stop.abort());
      const connection = await this.parts.localModels.connection();
      return connection.widen(candidate, fix, stop.signal).catch((error) => {
        throw stop.signal.aborted ? stopped() : error;
      });
    });
  }

  /** The new name is used everywhere from here on: with the old one beside it, the server would load both in turn. */
  private async use(before: Candidate, { model, window }: Widened): Promise<void> {
    const { models } = this.parts;
    const wasChosen = models.chosen !== undefined && keyOf(models.chosen) === keyOf(before);
    if (model !== before.view.model) {
      await renameInSettings(before.view, model);
    }
    await models.search();
    const now = models.candidates.find(({ view }) => view.model === model && isSamePort(view, before.view));
    if (now === undefined) {
      throw new AgentError("not_done", `The server does not list ${model}.`, "Choose it in the model picker.");
    }
    if (wasChosen) {
      await models.choose(now);
    }
    const name = model === before.view.model ? "" : `, under the name ${model}`;
    const less = window < goodWindow ? " That is as much as fits into this machine's memory." : "";
    const stays = before.advice?.fix?.kind === "load" ? " It stays in memory until you unload it in LM Studio." : "";
    void vscode.window.showInformationMessage(
      `${before.view.model} now has ${size(window)} tokens of context${name}.${less}${stays}`,
    );
  }

  /** The last search said otherwise of this model. */
  private isNews(endpoint: EndpointView): boolean {
    return this.parts.models.candidates.some(({ view }) => isOther(endpoint, view));
  }

  private searchOnce(endpoint: EndpointView): void {
    const seen = `${endpoint.baseUrl} ${endpoint.model} ${endpoint.contextWindow}`;
    if (seen !== this.searchedFor) {
      this.searchedFor = seen;
      this.parts.models.readySoon({ anew: true });
    }
  }

  private setBusy(isBusy: boolean): void {
    this.isBusy = isBusy;
    this.changed.fire();
  }

  private get dismissed(): unknown {
    return this.parts.memory.get(dismissedKey);
  }
}

function actionFor(fix: WindowFix | undefined, isBusy: boolean): string | null {
  if (fix === undefined) {
    return null;
  }
  if (isBusy) {
    return "Loading…";
  }
  return fix.kind === "restart" ? "Copy the option" : `Give it ${size(fix.window)} tokens`;
}

function isOther(seen: EndpointView, known: EndpointView): boolean {
  const isSame = seen.model === known.model && seen.baseUrl === known.baseUrl;
  return isSame && seen.contextWindow !== known.contextWindow;
}

function isSamePort(a: EndpointView, b: EndpointView): boolean {
  return new URL(a.baseUrl).port === new URL(b.baseUrl).port;
}

function stopped(): AgentError {
  return new AgentError("stopped", "Stopped: the model is as it was before.", "You can try again at any time.");
}

function size(tokens: number): string {
  return tokens.toLocaleString("en");
}
