import { createHash } from "node:crypto";
import * as nodePath from "node:path";
import * as vscode from "vscode";
import type { GitTrail } from "../../machine/git/git-trail";
import { describeConsent } from "./describe-commit";

const key = "commitsAllowed";

/** A small store of the editor's, kept over reloads. */
export interface Memory {
  get(key: string): unknown;
  update(key: string, value: unknown): Thenable<void>;
}

/**
 * Whether Hearth may commit in a repository. Asked once for each, with the programs that a commit there can start, and again
 * when that list has changed. "Not now" holds as long as the window is open.
 */
export class RepositoryConsent {
  private readonly refused = new Set<string>();

  constructor(private readonly memory: Memory) {}

  /** "refused": the user has just said no. */
  async ask(trail: GitTrail): Promise<"given" | "refused" | "refused_before"> {
    const programs = await trail.programs();
    const sign = createHash("sha256").update(JSON.stringify(programs)).digest("hex");
    if (this.allowed()[trail.root] === sign) {
      return "given";
    }
    const refusal = `${trail.root} ${sign}`;
    if (this.refused.has(refusal)) {
      return "refused_before";
    }
    const { message, detail } = describeConsent(nodePath.basename(trail.root), await trail.branch(), programs);
    const yes: vscode.MessageItem = { title: "Commit Each Action" };
    const no: vscode.MessageItem = { title: "Not Now", isCloseAffordance: true };
    if ((await vscode.window.showInformationMessage(message, { modal: true, detail }, yes, no)) !== yes) {
      this.refused.add(refusal);
      return "refused";
    }
    await this.memory.update(key, { ...this.allowed(), [trail.root]: sign });
    return "given";
  }

  /** By the root of the repository: a sign of the programs that were shown. */
  private allowed(): Record<string, unknown> {
    const stored = this.memory.get(key);
    return typeof stored === "object" && stored !== null ? { ...stored } : {};
  }
}
