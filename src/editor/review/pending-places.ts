import * as vscode from "vscode";
import type { Hunk } from "../../core/events";
import { baseScheme } from "./base-documents";
import { changedLines, hunkAt } from "./hunk-lines";
import type { PendingReviews } from "./pending";
import type { PendingSpot } from "./spot";

/** Line numbers as the editor's own peek gives them: from 1, ends included, an end of 0 for a side without lines. */
export interface LineChange {
  modifiedStartLineNumber: number;
  modifiedEndLineNumber: number;
}

interface Cursor {
  file: string;
  hunks: readonly Hunk[];
  line: number;
  side: "old" | "new";
}

/** Which change under review the cursor is in: in the file itself, or on either side of its diff. */
export class PendingPlaces {
  constructor(
    private readonly pending: PendingReviews,
    private readonly pathOf: (uri: vscode.Uri) => string | undefined,
  ) {}

  atCursor(): PendingSpot | undefined {
    const cursor = this.cursor();
    const hunk = cursor && hunkAt(cursor.hunks, cursor.line, cursor.side);
    return cursor && { file: cursor.file, ...(hunk ? { hunk: hunk.id } : {}) };
  }

  /** For menus that name a file, and perhaps a line counted from 1. */
  at(uri: vscode.Uri, line?: number): PendingSpot | undefined {
    const file = this.pathOf(uri);
    const hunks = file === undefined ? undefined : this.pending.change(file)?.hunks;
    const hunk = hunks && line !== undefined ? hunkAt(hunks, line - 1, "new") : undefined;
    return file !== undefined && hunks ? { file, ...(hunk ? { hunk: hunk.id } : {}) } : undefined;
  }

  /** The hunks that a change of the editor's own diff is about: both cut the texts, and not always alike. */
  within(file: string, change: LineChange): string[] {
    const hunks = this.pending.change(file)?.hunks ?? [];
    const isEmpty = change.modifiedEndLineNumber === 0;
    const start = isEmpty ? change.modifiedStartLineNumber : change.modifiedStartLineNumber - 1;
    const end = isEmpty ? start : change.modifiedEndLineNumber;
    const met = hunks.filter((hunk) => {
      const { newStart, newEnd } = changedLines(hunk);
      return newStart <= end && start <= newEnd && (newStart < end || start < newEnd || newStart === start);
    });
    const nearest = hunkAt(hunks, start, "new");
    return met.length > 0 ? met.map(({ id }) => id) : nearest ? [nearest.id] : [];
  }

  step(by: 1 | -1): PendingSpot | undefined {
    const all = this.spots();
    const cursor = this.cursor();
    if (!cursor || all.length === 0) {
      return by === 1 ? all[0] : all.at(-1);
    }
    const start = (hunk: Hunk) => changedLines(hunk)[cursor.side === "new" ? "newStart" : "oldStart"];
    const next =
      by === 1
        ? cursor.hunks.find((hunk) => start(hunk) > cursor.line)
        : cursor.hunks.findLast((hunk) => start(hunk) < cursor.line);
    if (next) {
      return { file: cursor.file, hunk: next.id };
    }
    const at =
      by === 1
        ? all.findLastIndex(({ file }) => file === cursor.file)
        : all.findIndex(({ file }) => file === cursor.file);
    return all.at((at + by + all.length) % all.length);
  }

  lineOf({ file, hunk }: PendingSpot): number {
    const found = this.pending.change(file)?.hunks.find(({ id }) => id === hunk);
    return found ? changedLines(found).newStart : 0;
  }

  private spots(): PendingSpot[] {
    return this.pending.changes.flatMap(({ path, hunks }) => hunks.map((hunk) => ({ file: path, hunk: hunk.id })));
  }

  private cursor(): Cursor | undefined {
    const editor = vscode.window.activeTextEditor;
    if (!editor) {
      return undefined;
    }
    const { uri } = editor.document;
    const side = uri.scheme === baseScheme ? "old" : "new";
    const file = side === "old" ? uri.query : this.pathOf(uri);
    const change = file === undefined ? undefined : this.pending.change(file);
    return file !== undefined && change
      ? { file, hunks: change.hunks, line: editor.selection.active.line, side }
      : undefined;
  }
}
