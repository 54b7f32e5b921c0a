import type { EndpointView, Trouble } from "../../core/events";
import type { Memory } from "./kept-facts";
import type { Candidate } from "./model-choice";

const toldKey = "guardNotices";

export interface GuardNoticeParts {
  /** Kept over reloads. */
  memory: Memory;
  /** Why the server behind a model should be guarded better; undefined when it is on its guard. */
  look(candidate: Candidate): Promise<Trouble | undefined>;
  show(sentence: string): void;
}

/** Says once for each server on this machine that a web page in the user's browser may be able to use it. */
export class GuardNotice {
  constructor(private readonly parts: GuardNoticeParts) {}

  /** Looks when a model is first used. A server that is on its guard is looked at again in the next window. */
  async consider(candidate: Candidate): Promise<void> {
    const { memory, look, show } = this.parts;
    const place = placeOf(candidate.view);
    if (place === undefined || this.told.includes(place)) {
      return;
    }
    const trouble = await look(candidate);
    if (trouble !== undefined && !this.told.includes(place)) {
      await memory.update(toldKey, [...this.told, place]);
      show(`${trouble.message} ${trouble.remedy}`);
    }
  }

  private get told(): readonly unknown[] {
    const told = this.parts.memory.get(toldKey);
    return Array.isArray(told) ? told : [];
  }
}

function placeOf({ practice, locality, baseUrl }: EndpointView): string | undefined {
  return practice || locality !== "machine" ? undefined : new URL(baseUrl).origin;
}
