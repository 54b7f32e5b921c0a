import type { FileChange } from "../../core/events";
import type { FileEdit } from "../../core/ports";
import { editSide } from "../../core/review/edit";
import { type FileReview, isSettled, openReview, pendingChange } from "../../core/review/file-review";
import { backTo, followTarget, undoVerdict } from "../../core/review/history";
import { proposeTarget } from "../../core/review/propose";
import { applySplice, type Splice } from "../../core/review/splice";
import { acceptHunks, rejectHunks } from "../../core/review/verdict";
import type { Disposable } from "../disposables";
import { Emitter, type Listen } from "../emitter";

export type Reason = "edit" | "undo" | "redo";

/** Files with nothing left to decide that are remembered. */
const mostSettled = 20;

interface PendingFile {
  review: FileReview;
  change: FileChange;
}

/** Changes that were written without asking and that nobody has looked at yet: per file what it was before, and what it is now. */
export class PendingReviews implements Disposable {
  private readonly files = new Map<string, PendingFile>();
  /** Files with nothing left to decide: the editor's undo and redo, or an answer taken back, can make them pending again. */
  private readonly settled = new Map<string, FileReview>();
  /** The file that was decided last. */
  private last: string | undefined;
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

  /** What is known of the file, also when there is nothing left to decide. */
  known(path: string): FileReview | undefined {
    return this.review(path) ?? this.settled.get(path);
  }

  change(path: string): FileChange | undefined {
    return this.files.get(path)?.change;
  }

  /** The agent wrote this without asking. What was pending in the file stays so. */
  wrote(path: string, base: string | undefined, target: string | undefined): void {
    const settled = this.settled.get(path);
    const before = this.review(path) ?? (settled?.target === base ? settled : undefined);
    this.put(before ? proposeTarget(before, target) : openReview({ path, base, target, moment: "after" }));
  }

  /** The file holds another text now: the user's doing, or what they asked for. */
  follow(path: string, text: string | undefined, reason: Reason = "edit"): void {
    const before = this.known(path);
    if (!before || before.target === text) {
      return;
    }
    this.put(followTarget(before, text, reason));
  }

  /**
   * The file came or went by the user's doing. It may be as it was at some moment before, as after an undo; if it is not, there is nothing
   * left that could be decided.
   */
  cameOrWent(path: string, text: string | undefined): void {
    const before = this.known(path);
    const back = before && backTo(before, text);
    if (back) {
      this.put(back);
    } else if (before && before.base === text) {
      this.put(followTarget(before, text, "edit"));
    } else {
      this.forget(path);
    }
  }

  /** The same for single changes, each for the text as the one before left it. False when they do not lead to `text`. */
  followSplices(path: string, splices: readonly Splice[], text: string): boolean {
    const before = this.known(path);
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
      this.last = path;
      this.put(acceptHunks(before, hunks));
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
    this.last = path;
    this.put(next as FileReview);
    return {
      edit: { path, base: before.target, target: next?.target },
      back: () => this.put(before),
    };
  }

  /** Takes the last Keep back, or gives the edit that takes the last Undo back. Undefined when there is none, or its place changed. */
  takeBack(): { path: string; edit: FileEdit | undefined; back(): void } | undefined {
    const before = this.last === undefined ? undefined : this.known(this.last);
    const next = before && undoVerdict(before);
    if (!before || !next) {
      return undefined;
    }
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
    this.settled.delete(path);
    if (this.files.delete(path)) {
      this.changed.fire(path);
    }
  }

  dispose(): void {
    this.changed.dispose();
  }

  private put(review: FileReview): void {
    const { path } = review;
    const wasPending = this.files.has(path);
    if (isSettled(review)) {
      this.files.delete(path);
      this.remember(review);
    } else {
      this.settled.delete(path);
      this.files.set(path, { review, change: pendingChange(review) });
    }
    if (wasPending || this.files.has(path)) {
      this.changed.fire(path);
    }
  }

  private remember(review: FileReview): void {
    this.settled.set(review.path, review);
    const [oldest] = this.settled.keys();
    if (oldest !== undefined && this.settled.size > mostSettled) {
      this.settled.delete(oldest);
    }
  }
}
