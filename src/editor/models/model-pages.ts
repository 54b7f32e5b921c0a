import { AgentError } from "../../core/errors";
import type { LearnedStore } from "../../endpoint/learned";
import { HardwareReader } from "../../machine/hardware/read-hardware";
import type { TaskDesk } from "../desk/task-desk";
import type { Machine } from "../machine/machine";
import type { PageHost } from "../pages/page-host";
import type { CheckUps } from "./check-ups";
import type { LocalModels } from "./local-models";
import type { Candidate, ModelChoice } from "./model-choice";

export interface ModelPagesParts {
  pages: PageHost;
  models: ModelChoice;
  localModels: LocalModels;
  checkUps: CheckUps;
  learned: LearnedStore;
  machine: Machine;
  tasks: TaskDesk;
  tell(error: unknown): void;
}

/** Pages about models: what fits this machine, and how the chosen one does here. */
export class ModelPages {
  private readonly hardware: HardwareReader;

  constructor(private readonly parts: ModelPagesParts) {
    const { machine } = parts;
    this.hardware = new HardwareReader({
      runProgram: (...call) => machine.programsIn(machine.root).runProgram(...call),
    });
  }

  async showCatalogue(): Promise<void> {
    const { CataloguePage } = await import("./catalogue-page");
    this.parts.pages.show("catalogue", new CataloguePage(this.hardware, this.parts.models));
    await this.parts.models.ready();
  }

  /** Shows how the chosen model did here; one that was not checked yet is checked at once. */
  async checkUp(): Promise<void> {
    const { pages, models, localModels, checkUps, learned, tell } = this.parts;
    await models.ready();
    const candidate = examined(models.chosen);
    const [{ CheckUpPage }, connection] = await Promise.all([import("./check-up-page"), localModels.connection()]);
    const page = new CheckUpPage({
      candidate,
      connection,
      checkUps,
      learned,
      requireIdle: () => this.requireIdle(),
      tell,
    });
    if (checkUps.get(candidate.view) === undefined) {
      await page.start();
    }
    pages.show("check-up", page);
  }

  private requireIdle(): void {
    if (this.parts.tasks.running.length > 0) {
      throw new AgentError(
        "busy",
        "A task is at work, so the model would be measured while it is busy.",
        "Wait until the task is done, or stop it, then check the model.",
      );
    }
  }
}

function examined(candidate: Candidate | undefined): Candidate {
  if (candidate === undefined || candidate.view.practice) {
    throw new AgentError(
      "no_model",
      candidate === undefined
        ? "There is no model to check."
        : "The practice script is not a model, so there is nothing to check.",
      "Choose a model first; “Models for This Machine” says which one fits.",
    );
  }
  if (candidate.view.locality === "internet") {
    throw new AgentError(
      "not_local",
      "A check-up is for models on this machine or on your network; this one is elsewhere, and nothing was sent.",
      "Choose a local model first.",
    );
  }
  if (candidate.trouble) {
    const { code, message, remedy } = candidate.trouble;
    throw new AgentError(code, message, remedy);
  }
  return candidate;
}
