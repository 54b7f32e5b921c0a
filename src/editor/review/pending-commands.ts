import * as vscode from "vscode";
import { ToolFailure } from "../../core/errors";
import type { FileEdit, Files } from "../../core/ports";
import type { Announcer } from "./announcer";
import { baseUri } from "./base-documents";
import type { PendingReviews } from "./pending";
import type { PendingPlaces } from "./pending-places";
import { pendingDiff } from "./pending-scm";
import { multiTabs } from "./proposal-tabs";
import type { WriteWatch } from "./reviewed-files";
import type { PendingSpot } from "./spot";

export const reviewTitle = "Changes by Hearth";
const peekTries = 10;
const peekWaitMs = 150;

interface Room {
  files: Files;
  uri(path: string): vscode.Uri | undefined;
}

/** What the user decides about changes that are written already: by lens, key, peek, or in the Source Control view. */
export class PendingCommands {
  constructor(
    private readonly pending: PendingReviews,
    readonly places: PendingPlaces,
    private readonly room: Room,
    private readonly watch: WriteWatch,
    private readonly announcer: Announcer,
  ) {}

  async keep(file: string, hunks: readonly string[] | "all"): Promise<void> {
    const text = this.describe("Kept", file, hunks);
    this.pending.keep(file, hunks);
    await this.done(text);
  }

  async undo(file: string, hunks: readonly string[] | "all"): Promise<void> {
    const text = this.describe("Undid", file, hunks);
    const undone = this.pending.undo(file, hunks);
    if (undone && (await this.write(undone.edits, undone.back))) {
      await this.done(text);
    }
  }

  async keepAll(): Promise<void> {
    for (const path of this.pending.paths) {
      this.pending.keep(path, "all");
    }
    await this.done("Kept all changes.");
  }

  /** All files as one undo step of the editor. */
  async undoAll(): Promise<void> {
    const undone = this.pending.paths.flatMap((path) => this.pending.undo(path, "all") ?? []);
    const back = () => {
      for (const each of undone) {
        each.back();
      }
    };
    if (
      await this.write(
        undone.flatMap(({ edits }) => edits),
        back,
      )
    ) {
      await this.done("Undid all changes.");
    }
  }

  /** Takes the last Keep or Undo back. */
  async takeBack(): Promise<void> {
    const taken = this.pending.takeBack();
    if (!taken) {
      void vscode.window.showInformationMessage("There is no Keep or Undo that could be taken back.");
      return;
    }
    if (taken.edits.length === 0 || (await this.write(taken.edits, taken.back))) {
      this.announcer.say(`Took back the last answer in ${nameOf(taken.path)}.`);
    }
  }

  async step(by: 1 | -1): Promise<void> {
    await this.goTo(this.places.step(by));
  }

  async goTo(spot: PendingSpot | undefined): Promise<void> {
    const uri = spot && this.room.uri(spot.file);
    if (!spot || !uri) {
      void vscode.window.showInformationMessage("Hearth has no changes to review.");
      return;
    }
    const line = this.places.lineOf(spot);
    const editor = vscode.window.activeTextEditor;
    if (editor?.document.uri.toString() === uri.toString()) {
      this.select(editor, line);
      await vscode.commands.executeCommand("workbench.action.focusActiveEditorGroup");
    } else if (this.pending.change(spot.file)?.status === "deleted") {
      await this.openDiff(spot.file, uri);
    } else {
      this.select(await vscode.window.showTextDocument(uri, { preview: true }), line);
    }
  }

  /** Everything under review in one editor, or the diff when it is about one file. */
  async review(): Promise<void> {
    const files = this.pending.paths.flatMap((path) => {
      const uri = this.room.uri(path);
      return uri ? [{ path, uri }] : [];
    });
    const [only] = files;
    if (only && files.length === 1) {
      await this.openDiff(only.path, only.uri);
    } else if (files.length > 1) {
      const resources = files.map(({ path, uri }) => {
        const status = this.pending.change(path)?.status;
        const before = this.pending.movedFrom(path) ?? (status === "created" ? undefined : path);
        return [uri, before && baseUri(before, uri), status === "deleted" ? undefined : uri];
      });
      await vscode.commands.executeCommand("vscode.changes", reviewTitle, resources);
    }
  }

  /** Opens the editor's own peek at a hunk, with the lines that were there before. */
  async peek(spot: PendingSpot | undefined): Promise<void> {
    const uri = spot && this.room.uri(spot.file);
    const hunk = spot && this.pending.change(spot.file)?.hunks.find(({ id }) => id === spot.hunk);
    if (!spot || !uri || !hunk) {
      return;
    }
    const isRemoval = !hunk.lines.some((line) => line.startsWith("+"));
    const line = this.places.lineOf(spot);
    const editor = await vscode.window.showTextDocument(uri, { preview: true });
    this.select(editor, isRemoval ? Math.max(0, line - 1) : line);
    // The editor compares the texts a moment after it shows them; before that there is nothing to peek at.
    const before = innerEditors(uri);
    for (let attempt = 0; attempt < peekTries && innerEditors(uri) === before; attempt++) {
      await vscode.commands.executeCommand("editor.action.dirtydiff.next");
      await new Promise((resolve) => setTimeout(resolve, peekWaitMs));
    }
  }

  /** Closes what showed the changes once there are none. */
  async closeReview(): Promise<void> {
    await vscode.window.tabGroups.close(multiTabs(reviewTitle), true);
  }

  private async openDiff(path: string, uri: vscode.Uri): Promise<void> {
    const { before, after, title } = pendingDiff(this.pending, path, uri);
    await vscode.commands.executeCommand("vscode.diff", before, after, title);
  }

  private async done(text: string): Promise<void> {
    const left = this.pending.hunkCount;
    this.announcer.say(`${text} ${left === 0 ? "Nothing left to review." : `${left} left to review.`}`);
    if (left === 0) {
      await this.closeReview();
    }
  }

  /** False when the files could not be written; then the review is as it was. */
  private async write(edits: readonly FileEdit[], back: () => void): Promise<boolean> {
    const paths = edits.map(({ path }) => path);
    this.watch.begin(paths);
    try {
      const after = await this.room.files.apply(edits, "Hearth: undo a change", new AbortController().signal);
      for (const { path, text, form } of after) {
        this.pending.follow(path, text, this.watch.meanwhile(path), form);
      }
      return true;
    } catch (error) {
      back();
      if (!(error instanceof ToolFailure)) {
        throw error;
      }
      void vscode.window.showWarningMessage(error.message);
      return false;
    } finally {
      this.watch.end(paths);
    }
  }

  private select(editor: vscode.TextEditor, line: number): void {
    const at = Math.min(line, editor.document.lineCount - 1);
    editor.selection = new vscode.Selection(at, 0, at, 0);
    editor.revealRange(editor.selection, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  }

  private describe(did: string, file: string, hunks: readonly string[] | "all"): string {
    const all = this.pending.change(file)?.hunks ?? [];
    const number = all.findIndex(({ id }) => id === hunks[0]) + 1;
    return hunks === "all" || hunks.length !== 1
      ? `${did} ${hunks.length === 1 ? "1 change" : `${hunks === "all" ? all.length : hunks.length} changes`} in ${nameOf(file)}.`
      : `${did} change ${number} of ${all.length} in ${nameOf(file)}.`;
  }
}

/** Editors inside of peeks and diffs have no column of their own. */
function innerEditors(uri: vscode.Uri): number {
  return vscode.window.visibleTextEditors.filter(
    ({ document, viewColumn }) => viewColumn === undefined && document.uri.toString() === uri.toString(),
  ).length;
}

function nameOf(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}
