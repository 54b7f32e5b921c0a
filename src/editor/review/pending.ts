import type { FileChange } from "../../core/events";
import type { FileEdit } from "../../core/ports";
import { editSide, editSideTo } from "../../core/review/edit";
import { type FileReview, isSettled, openReview, pendingChange } from "../../core/review/file-review";
import { followTarget, undoVerdict } from "../../core/review/history";
import { proposeTarget } from "../../core/review/propose";
import { applySplice, type Splice } from "../../core/review/splice";
import { acceptHunks, rejectHunks } from "../../core/review/verdict";
import type { Disposable } from "../disposables";
import { Emitter, type Listen } from "../emitter";

export type Reason = "edit" | "undo" | "redo";

interface PendingFile {
  review: FileReview;
  change: FileChange;
}

/** Changes that were written without asking and that nobody has looked at yet: per file what it was before, and what it is now. */
export class PendingReviews implements Disposable {
  private readonly files = new Map<string, PendingFile>();
  /** The last decided file, so that a verdict can be taken back also when it was the file's last one. */
  private last: FileReview | undefined;
  private readonly changed = new Emitter<string>();
  /** The file whose review changed, came or went. */
  readonly onDidChange: Listen<string> = this.changed.listen;

  get paths(): string[] {
    return [...this.files.keys()];
  }

  get changes(): FileChange[] {
    return [...this.files.values()].map(({ change }) => change);
  }

  get hunkCount(): number {
    return this.changes.reduce((sum, { hunks }) => sum + hunks.length, 0);
  }

  review(path: string): FileReview | undefined {
    return this.files.get(path)?.review;
  }

  change(path: string): FileChange | undefined {
    return this.files.get(path)?.change;
  }

  /** The agent wrote this without asking. What was pending in the file stays so. */
  wrote(path: string, base: string | undefined, target: string | undefined): void {
    const before = this.review(path);
    this.put(before ? proposeTarget(before, target) : openReview({ path, base, target, moment: "after" }));
  }

  /** The file holds another text now: the user's doing, or what they asked for. */
  follow(path: string, text: string | undefined, reason: Reason = "edit"): void {
    const before = this.review(path);
    if (!before || before.target === text) {
      return;
    }
    this.put(text === undefined ? editSideTo(before, "target", undefined) : followTarget(before, text, reason));
  }

  /** The same for single changes, each for the text as the one before left it. False when they do not lead to `text`. */
  followSplices(path: string, splices: readonly Splice[], text: string): boolean {
    const before = this.review(path);
    if (before?.target === undefined || splices.reduce(applySplice, before.target) !== text) {
      return false;
    }
    this.put(splices.reduce((review, splice) => editSide(review, "target", splice), before));
    return true;
  }

  /** The text before becomes what it is now. */
  keep(path: string, hunks: readonly string[] | "all"): void {
    const before = this.review(path);
    if (before) {
      this.last = acceptHunks(before, hunks);
      this.put(this.last);
    }
  }

  /**
   * The hunks go away from the review at once; the edit that takes them out of the file is for the caller to write. `back` puts the
   * review back when that failed.
   */
  undo(path: string, hunks: readonly string[] | "all"): { edit: FileEdit; back(): void } | undefined {
    const before = this.review(path);
    const next = before && rejectHunks(before, hunks);
    if (!before || next === before) {
      return undefined;
    }
    this.last = next;
    this.put(next as FileReview);
    return {
      edit: { path, base: before.target, target: next?.target },
      back: () => this.put(before),
    };
  }

  /** Takes the last Keep back, or gives the edit that takes the last Undo back. Undefined when there is none, or its place changed. */
  takeBack(): { path: string; edit: FileEdit | undefined; back(): void } | undefined {
    const before = this.last && (this.review(this.last.path) ?? this.last);
    const next = before && undoVerdict(before);
    if (!before || !next) {
      return undefined;
    }
    this.last = next;
    this.put(next);
    const { path, target } = next;
    return {
      path,
      edit: target === before.target ? undefined : { path, base: before.target, target },
      back: () => this.put(before),
    };
  }

  /** From an earlier window. */
  restore(review: FileReview): void {
    this.put(review);
  }

  forget(path: string): void {
    if (this.files.delete(path)) {
      this.changed.fire(path);
    }
  }

  dispose(): void {
    this.changed.dispose();
  }

  private put(review: FileReview): void {
    if (isSettled(review)) {
      this.files.delete(review.path);
    } else {
      this.files.set(review.path, { review, change: pendingChange(review) });
    }
    this.changed.fire(review.path);
  }
}
