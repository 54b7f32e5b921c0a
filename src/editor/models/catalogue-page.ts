import type { HardwareReader } from "../../machine/hardware/read-hardware";
import type { FromPage, ToPage } from "../../protocol/pages";
import { Emitter } from "../emitter";
import type { PageContent } from "../pages/page-host";
import type { ModelChoice } from "./model-choice";
import { viewCatalogue } from "./view-catalogue";

/** “Does it fit, and what should I pull?”, from this machine's memory and what comes with Hearth. */
export class CataloguePage implements PageContent {
  readonly title = "Models for This Machine";
  private readonly changed = new Emitter<void>();
  readonly onDidChange = this.changed.listen;
  private readonly following: { dispose(): void };
  private fresh = true;

  constructor(
    private readonly hardware: HardwareReader,
    private readonly models: ModelChoice,
  ) {
    this.following = models.onDidChange(() => this.changed.fire());
  }

  async show(): Promise<ToPage> {
    const fresh = this.fresh;
    this.fresh = false;
    const hardware = await this.hardware.read({ fresh });
    return { type: "catalogue_shown", view: viewCatalogue(hardware, this.models.candidates) };
  }

  async receive(message: Exclude<FromPage, { type: "page_opened" }>): Promise<void> {
    if (message.type === "catalogue_reread") {
      this.fresh = true;
      await this.models.search();
      this.changed.fire();
    }
  }

  dispose(): void {
    this.following.dispose();
    this.changed.dispose();
  }
}
