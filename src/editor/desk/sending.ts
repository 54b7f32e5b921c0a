import { Serial } from "../../machine/serial";
import type { Inputs } from "./inputs";

/** What the user sent and no task has taken yet. One goes after the other: the second to the task that the first started. */
export class Sending {
  private readonly serial = new Serial();
  private readonly untaken: string[] = [];

  constructor(private readonly inputs: Inputs) {}

  get texts(): readonly string[] {
    return this.untaken;
  }

  /** A text that could not be taken is among what is typed again. */
  async send(text: string, take: () => Promise<void>): Promise<void> {
    this.untaken.push(text);
    try {
      await this.inputs.sent(text);
      await this.serial.run(take);
    } catch (error) {
      await this.inputs.putBack(text);
      throw error;
    } finally {
      this.untaken.splice(this.untaken.indexOf(text), 1);
    }
  }
}
