import * as vscode from "vscode";
import type { PendingCommands } from "./pending-commands";
import { reviewTitle } from "./pending-commands";
import type { LineChange } from "./pending-places";
import type { ProposalCommands } from "./proposal-commands";
import { multiTabs } from "./proposal-tabs";
import { afterWriting } from "./review-status";
import { type ProposalSpot, readPendingSpot, readProposalSpot } from "./spot";

type Run = (...args: unknown[]) => Promise<unknown>;

/** A file under review; without hunks, all of it. */
interface Part {
  file: string;
  hunks?: readonly string[];
}

/**
 * One set of commands for both kinds of review. What they are about is what their lens or menu says, else the place of the
 * cursor: a proposal there comes before a change that is written already.
 */
export class ReviewCommands {
  constructor(
    private readonly before: ProposalCommands,
    private readonly after: PendingCommands,
  ) {}

  /** By the names they have in the manifest. */
  all(): Record<string, Run> {
    const { before, after } = this;
    return {
      acceptHunk: this.decide(
        (spot) => before.decideHunk("accepted", spot),
        ({ file, hunks }) => after.keep(file, hunks ?? "all"),
      ),
      rejectHunk: this.decide(
        (spot) => before.decideHunk("rejected", spot),
        ({ file, hunks }) => after.undo(file, hunks ?? "all"),
      ),
      acceptFile: this.decide(
        (spot) => before.decideFile("accepted", spot),
        ({ file }) => after.keep(file, "all"),
      ),
      rejectFile: this.decide(
        (spot) => before.decideFile("rejected", spot),
        ({ file }) => after.undo(file, "all"),
      ),
      rejectHunkSaying: (about) => before.rejectHunkSaying(readProposalSpot(about)),
      reopenHunk: (about) =>
        this.isBefore(about) ? before.decideHunk(undefined, readProposalSpot(about)) : after.takeBack(),
      acceptAll: (about) => (this.isAllBefore(about) ? before.decideAll(true) : after.keepAll()),
      rejectAll: (about) => (this.isAllBefore(about) ? before.decideAll(false) : after.undoAll()),
      nextHunk: () => this.step(1),
      previousHunk: () => this.step(-1),
      reviewChanges: (about) => (this.isAllBefore(about) ? before.review() : after.review()),
      peekHunk: (about) => after.peek(readPendingSpot(about) ?? after.places.atCursor()),
    };
  }

  private decide(before: (spot: ProposalSpot | undefined) => Promise<void>, after: (part: Part) => Promise<void>): Run {
    return async (...args) => {
      if (this.isBefore(args[0])) {
        return before(readProposalSpot(args[0]));
      }
      const parts = this.partsOf(args);
      if (parts.length === 0) {
        return this.after.step(1);
      }
      for (const part of parts) {
        await after(part);
      }
    };
  }

  /** What a command is about, among the changes that are written. */
  private partsOf(args: readonly unknown[]): Part[] {
    const [first, second, third] = args;
    const spot = readPendingSpot(first);
    if (spot) {
      return [partOf(spot)];
    }
    if (first instanceof vscode.Uri && Array.isArray(second) && typeof third === "number") {
      const file = this.after.places.at(first)?.file;
      const change = second[third] as LineChange | undefined;
      return file !== undefined && change ? [{ file, hunks: this.after.places.within(file, change) }] : [];
    }
    const rows = args.flatMap((row) => (isRow(row) ? (this.after.places.at(row.resourceUri) ?? []) : []));
    if (rows.length > 0) {
      return rows.map(({ file }) => ({ file }));
    }
    const found = isLine(first) ? this.after.places.at(first.uri, first.lineNumber) : this.after.places.atCursor();
    return found ? [partOf(found)] : [];
  }

  private isBefore(about: unknown): boolean {
    if (readProposalSpot(about)) {
      return true;
    }
    if (readPendingSpot(about) || isRow(about) || isLine(about)) {
      return false;
    }
    return this.before.isHere || (this.after.places.atCursor() === undefined && this.before.isOpen);
  }

  private isAllBefore(about: unknown): boolean {
    if (about === afterWriting || isSourceControl(about) || isShowingAll()) {
      return false;
    }
    return this.isBefore(undefined);
  }

  private step(by: 1 | -1): Promise<void> {
    if (isShowingAll() || this.before.isShowingAll) {
      return this.stepInMultiDiff(by);
    }
    return this.isBefore(undefined) ? this.before.step(by) : this.after.step(by);
  }

  /** The editor of many files has steps of its own, and no other way to reach into it. */
  private async stepInMultiDiff(by: 1 | -1): Promise<void> {
    const command = `multiDiffEditor.${by === 1 ? "goToNextChange" : "goToPreviousChange"}`;
    const known = await vscode.commands.getCommands(true);
    if (known.includes(command)) {
      await vscode.commands.executeCommand(command);
    }
  }
}

function partOf({ file, hunk }: { file: string; hunk?: string | undefined }): Part {
  return hunk === undefined ? { file } : { file, hunks: [hunk] };
}

function isShowingAll(): boolean {
  const tab = vscode.window.tabGroups.activeTabGroup.activeTab;
  return tab !== undefined && multiTabs(reviewTitle).includes(tab);
}

/** A row of the Source Control view. */
function isRow(argument: unknown): argument is { resourceUri: vscode.Uri } {
  return isObject(argument) && argument["resourceUri"] instanceof vscode.Uri;
}

/** What the menu on line numbers gives. */
function isLine(argument: unknown): argument is { uri: vscode.Uri; lineNumber: number } {
  return isObject(argument) && typeof argument["lineNumber"] === "number" && argument["uri"] instanceof vscode.Uri;
}

/** A header of the Source Control view: ours alone has these menus. */
function isSourceControl(argument: unknown): boolean {
  return isObject(argument) && ("resourceStates" in argument || "createResourceGroup" in argument);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
