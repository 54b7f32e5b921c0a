import * as vscode from "vscode";
import { renderReport } from "../../endpoint/check-up/render-report";
import { type CheckUpProgress, runCheckUp } from "../../endpoint/check-up/run";
import { factsKey, type LearnedStore } from "../../endpoint/learned";
import type { FromPage, ToPage } from "../../protocol/pages";
import { Emitter } from "../emitter";
import type { PageContent } from "../pages/page-host";
import type { CheckUps } from "./check-ups";
import type { Connection } from "./connection";
import type { Candidate } from "./model-choice";
import { viewNone, viewProgress, viewReport } from "./view-check-up";

export interface CheckUpPageParts {
  candidate: Candidate;
  connection: Connection;
  checkUps: CheckUps;
  learned: LearnedStore;
  /** Throws an `AgentError` while a task is at work: both would be slow, and the measurements wrong. */
  requireIdle(): void;
  tell(error: unknown): void;
}

/** Tries a model here and shows how it did. Closing the page stops a check-up that is under way. */
export class CheckUpPage implements PageContent {
  readonly title = "Check-Up";
  private readonly changed = new Emitter<void>();
  readonly onDidChange = this.changed.listen;
  private stopping: AbortController | undefined;
  private seen: CheckUpProgress[] = [];
  /** Of the model, when it was last asked by this page. */
  private window: number | undefined;

  constructor(private readonly parts: CheckUpPageParts) {}

  show(): ToPage {
    return { type: "check_up_shown", view: this.view() };
  }

  async receive(message: Exclude<FromPage, { type: "page_opened" }>): Promise<void> {
    switch (message.type) {
      case "check_up_started":
        await this.start();
        return;
      case "check_up_stopped":
        this.stopping?.abort();
        return;
      case "report_copied":
        await this.copy();
        return;
      default:
        return;
    }
  }

  dispose(): void {
    this.stopping?.abort();
    this.changed.dispose();
  }

  /** Begins a check-up; the page follows it. */
  async start(): Promise<void> {
    if (this.stopping !== undefined) {
      return;
    }
    this.parts.requireIdle();
    const stopping = new AbortController();
    this.stopping = stopping;
    this.seen = [];
    this.changed.fire();
    void this.run(stopping.signal)
      .catch((error) => this.parts.tell(error))
      .finally(() => {
        this.stopping = undefined;
        this.changed.fire();
      });
  }

  private async run(signal: AbortSignal): Promise<void> {
    const { candidate, connection, checkUps, learned } = this.parts;
    const { view } = candidate;
    const model = connection.model(candidate, { purpose: "check-up", habits: () => undefined });
    await model.refresh?.(signal);
    this.window = model.endpoint.contextWindow;
    const facts = {
      contextWindow: model.endpoint.contextWindow,
      learned: () => learned.get(factsKey(view.baseUrl, view.model)),
    };
    const report = await runCheckUp(model, facts, (progress) => this.follow(progress), signal);
    await checkUps.keep(report);
  }

  private follow(progress: CheckUpProgress): void {
    this.seen.push(progress);
    this.changed.fire();
  }

  private view() {
    const { view } = this.parts.candidate;
    if (this.stopping !== undefined) {
      return viewProgress(view, this.seen);
    }
    const report = this.parts.checkUps.get(view);
    return report === undefined ? viewNone(view) : viewReport(report, this.window ?? view.contextWindow);
  }

  private async copy(): Promise<void> {
    const report = this.parts.checkUps.get(this.parts.candidate.view);
    if (report !== undefined) {
      await vscode.env.clipboard.writeText(renderReport(report));
      vscode.window.setStatusBarMessage("Hearth: the report was copied as Markdown.", 5_000);
    }
  }
}
