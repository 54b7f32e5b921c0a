import * as vscode from "vscode";
import type { EndpointView } from "../../core/events";
import type { Memory } from "./kept-facts";
import type { LocalModels } from "./local-models";
import type { Candidate } from "./model-choice";

const toldKey = "guardNotices";

/** Says once for each server on this machine that a web page in the user's browser may be able to use it. */
export class GuardNotice {
  constructor(
    private readonly localModels: LocalModels,
    private readonly memory: Memory,
  ) {}

  /** Looks when a model is first used. A server that is on its guard is looked at again in the next window. */
  async look(candidate: Candidate): Promise<void> {
    const told = this.told();
    const place = placeOf(candidate.view);
    if (place === undefined || told.includes(place)) {
      return;
    }
    const connection = await this.localModels.connection();
    const trouble = await connection.guardTrouble(candidate, new AbortController().signal);
    if (trouble !== undefined) {
      await this.memory.update(toldKey, [...told, place]);
      void vscode.window.showInformationMessage(`${trouble.message} ${trouble.remedy}`);
    }
  }

  private told(): readonly unknown[] {
    const told = this.memory.get(toldKey);
    return Array.isArray(told) ? told : [];
  }
}

function placeOf({ practice, locality, baseUrl }: EndpointView): string | undefined {
  return practice || locality !== "machine" ? undefined : new URL(baseUrl).origin;
}
