import type { FileChange } from "../../core/events";
import type { FileEdit } from "../../core/ports";
import { editSide } from "../../core/review/edit";
import { type FileForm, type FileReview, isSettled, openReview, pendingChange } from "../../core/review/file-review";
import { backTo, followTarget, undoVerdict } from "../../core/review/history";
import { proposeTarget } from "../../core/review/propose";
import { applySplice, type Splice } from "../../core/review/splice";
import { acceptHunks, rejectHunks } from "../../core/review/verdict";
import type { Disposable } from "../disposables";
import { Emitter, type Listen } from "../emitter";

export type Reason = "edit" | "undo" | "redo";

/** Files with nothing left to decide that are remembered. */
const mostSettled = 100;

/** What is to be written in the files, and the way back when that fails. */
interface Written {
  edits: FileEdit[];
  back(): void;
}

interface Step {
  before: FileReview;
  next: FileReview;
}

interface PendingFile {
  review: FileReview;
  change: FileChange;
}

/** Changes that were written without asking and that nobody has looked at yet: per file what it was before, and what it is now. */
export class PendingReviews implements Disposable {
  private readonly files = new Map<string, PendingFile>();
  /** Files with nothing left to decide: the editor's undo and redo, or an answer taken back, can make them pending again. */
  private readonly settled = new Map<string, FileReview>();
  /** What was decided last: a file, or both halves of one that was moved. */
  private last: readonly string[] = [];
  private readonly changed = new Emitter<string>();
  /** The file whose review changed, came or went. */
  readonly onDidChange: Listen<string> = this.changed.listen;

  /** A file that took another's place stands for both. */
  get paths(): string[] {
    const all = [...this.files.keys()];
    const gone = new Set(all.map((path) => this.movedFrom(path)));
    return all.filter((path) => !gone.has(path));
  }

  get changes(): FileChange[] {
    return this.paths.flatMap((path) => this.change(path) ?? []);
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

  /** The file whose place this one took, while both wait for an answer: it is one answer. */
  movedFrom(path: string): string | undefined {
    const { base, movedFrom } = this.review(path) ?? {};
    const from = movedFrom === undefined ? undefined : this.review(movedFrom);
    return base === undefined && from && from.target === undefined ? from.path : undefined;
  }

  /** The agent wrote this without asking. What was pending in the file stays so. */
  wrote({ path, base, target, movedFrom }: FileEdit): void {
    const settled = this.settled.get(path);
    const before = this.review(path) ?? (settled?.target === base ? settled : undefined);
    const origin = movedFrom === undefined ? undefined : (this.movedFrom(movedFrom) ?? movedFrom);
    this.put(
      before
        ? proposeTarget(base === undefined ? { ...before, movedFrom: origin } : before, target)
        : openReview({ path, base, target, moment: "after", movedFrom: origin }),
    );
  }

  /** The file holds another text now: the user's doing, or what they asked for. `form`: of a file that is gone by an edit of ours. */
  follow(path: string, text: string | undefined, reason: Reason = "edit", form?: FileForm): void {
    const before = this.known(path);
    if (!before || (before.target === text && form === undefined)) {
      return;
    }
    const stored = form === undefined ? before : { ...before, form };
    this.put(before.target === text ? stored : followTarget(stored, text, reason));
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
    this.take(this.decide(path, hunks, acceptHunks));
  }

  /**
   * The hunks go away from the review at once; the edits that take them out of the files are for the caller to write. `back` puts the
   * review back when that failed.
   */
  undo(path: string, hunks: readonly string[] | "all"): Written | undefined {
    const decided = this.decide(path, hunks, rejectHunks);
    return decided.length === 0 ? undefined : this.take(decided);
  }

  /** Takes the last Keep back, or gives the edits that take the last Undo back. Undefined when there is none, or its place changed. */
  takeBack(): (Written & { path: string }) | undefined {
    const [path] = this.last;
    const steps = this.last.flatMap((each) => {
      const before = this.known(each);
      const next = before && undoVerdict(before);
      return before && next ? [{ before, next }] : [];
    });
    return path === undefined || steps.length < this.last.length ? undefined : { path, ...this.take(steps) };
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

  /** A file with its verdict, and the other half of what was moved. */
  private decide(path: string, hunks: readonly string[] | "all", verdict: typeof acceptHunks): Step[] {
    const review = this.review(path);
    const decided = review && verdict(review, hunks);
    if (!review || !decided || decided === review) {
      return [];
    }
    const half = this.otherHalf(path);
    const other = half === undefined ? undefined : this.review(half);
    this.last = other ? [path, other.path] : [path];
    return [{ before: review, next: decided }, ...(other ? [{ before: other, next: verdict(other, "all") }] : [])];
  }

  private otherHalf(path: string): string | undefined {
    return this.movedFrom(path) ?? [...this.files.keys()].find((each) => this.movedFrom(each) === path);
  }

  private take(steps: readonly Step[]): Written {
    for (const { next } of steps) {
      this.put(next);
    }
    return {
      edits: steps.flatMap(({ before, next }) =>
        next.target === before.target
          ? []
          : [{ path: next.path, base: before.target, target: next.target, form: next.form }],
      ),
      back: () => {
        for (const { before } of steps) {
          this.put(before);
        }
      },
    };
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
