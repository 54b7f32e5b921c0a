import { hunkName, idsIn, withNames } from "../../core/action/named-hunks";
import type { FileChange, Hunk } from "../../core/events";
import type { Answer, FileEdit, ShownEdit } from "../../core/ports";
import { editSideTo } from "../../core/review/edit";
import { type FileReview, openReview, pendingChange } from "../../core/review/file-review";
import { proposeTarget } from "../../core/review/propose";
import { acceptHunks } from "../../core/review/verdict";

/** `held`: the user typed in these lines meanwhile, so nothing but an answer of its own takes the hunk. */
export type Verdict = "open" | "held" | "accepted" | "rejected";

export interface Verdicts {
  accepted: string[];
  rejected: string[];
  held: string[];
}

interface ProposedFile {
  review: FileReview;
  /** With the names of hunks that are unique in the action. */
  change: FileChange;
}

interface Mark {
  verdict: "accepted" | "rejected";
  remark?: string;
}

/** What one action would write, as it stands now: nothing of it is in the user's files. */
export class Proposal {
  private readonly proposed: Map<string, ProposedFile>;
  private readonly marks = new Map<string, Mark>();

  constructor(
    readonly actionId: string,
    edits: readonly FileEdit[],
  ) {
    this.proposed = new Map(edits.map((edit) => [edit.path, fileOf(openReview({ ...edit, moment: "before" }))]));
  }

  get paths(): string[] {
    return [...this.proposed.keys()];
  }

  get files(): FileChange[] {
    return [...this.proposed.values()].map(({ change }) => change);
  }

  get hunks(): Hunk[] {
    return this.files.flatMap((file) => file.hunks);
  }

  get verdicts(): Verdicts {
    const named = (verdict: Verdict) => this.hunks.filter(({ id }) => this.verdict(id) === verdict).map(({ id }) => id);
    return { accepted: named("accepted"), rejected: named("rejected"), held: named("held") };
  }

  /** Every hunk has an answer of its own. */
  get isDecided(): boolean {
    return this.hunks.every(({ id }) => this.marks.has(id));
  }

  file(path: string): { base: string | undefined; target: string | undefined; change: FileChange } | undefined {
    const file = this.proposed.get(path);
    return file && { base: file.review.base, target: file.review.target, change: file.change };
  }

  verdict(hunk: string): Verdict {
    const mark = this.marks.get(hunk);
    return mark?.verdict ?? (this.isHeld(hunk) ? "held" : "open");
  }

  /** The user edited the proposal itself. False when that changes nothing. */
  edit(path: string, target: string): boolean {
    return this.change(path, (review) => (review.target === undefined ? review : proposeTarget(review, target)));
  }

  /** The user changed the live file: the proposal stands on the new text. False when nothing changed. */
  follow(path: string, base: string): boolean {
    return this.change(path, (review) => (review.base === undefined ? review : editSideTo(review, "base", base)));
  }

  /** `undefined` takes an earlier verdict back. Unknown hunks are ignored. */
  decide(hunks: readonly string[], verdict: "accepted" | "rejected" | undefined, remark?: string): void {
    const known = new Set(this.hunks.map(({ id }) => id));
    for (const hunk of hunks.filter((name) => known.has(name))) {
      if (verdict === undefined) {
        this.marks.delete(hunk);
      } else {
        this.marks.set(hunk, { verdict, ...(remark ? { remark } : {}) });
      }
    }
  }

  /** Hunks without a verdict of their own. */
  undecided(path?: string): string[] {
    return this.hunks
      .map(({ id }) => id)
      .filter((id) => !this.marks.has(id) && (path === undefined || idsIn(path, [id]).length > 0));
  }

  /** The answer with the texts it is about; without hunks, those that are open are taken. Undefined when it names others. */
  answer({ allow, remark, hunks }: Answer): Answer | undefined {
    const all = this.hunks.map(({ id }) => id);
    if (hunks?.some((name) => !all.includes(name))) {
      return undefined;
    }
    const taken = hunks ?? all.filter((name) => ["open", "accepted"].includes(this.verdict(name)));
    const shown = [...this.proposed.values()].map(({ review }) => shownEdit(review, taken));
    const said = [remark, ...this.remarksOn(taken)].filter((text) => text);
    return {
      allow,
      shown,
      ...(said.length > 0 ? { remark: said.join("\n") } : {}),
      ...(allow && taken.length < all.length ? { hunks: taken } : {}),
    };
  }

  private remarksOn(taken: readonly string[]): string[] {
    return this.files.flatMap((file) =>
      file.hunks
        .filter((hunk) => !taken.includes(hunk.id))
        .flatMap((hunk) => {
          const remark = this.marks.get(hunk.id)?.remark;
          return remark === undefined ? [] : [`On ${file.path}, line ${hunk.newStart}: ${remark}`];
        }),
    );
  }

  isHeld(hunk: string): boolean {
    return [...this.proposed.values()].some(({ review }) =>
      review.hunks.some((each) => each.baseTouched && hunkName(review.path, each.id) === hunk),
    );
  }

  private change(path: string, change: (review: FileReview) => FileReview): boolean {
    const file = this.proposed.get(path);
    const next = file && change(file.review);
    if (!file || next === file.review) {
      return false;
    }
    const now = fileOf({ ...(next as FileReview), past: [] });
    this.proposed.set(path, now);
    this.forgetMarks(file.change, now.change);
    return true;
  }

  /** A verdict stands for what it was given to; a hunk that was edited since is open again. */
  private forgetMarks(before: FileChange, now: FileChange): void {
    const left = new Map(now.hunks.map((hunk) => [hunk.id, contentOf(hunk)]));
    for (const hunk of before.hunks) {
      if (left.get(hunk.id) !== contentOf(hunk)) {
        this.marks.delete(hunk.id);
      }
    }
  }
}

function fileOf(review: FileReview): ProposedFile {
  return { review, change: withNames(pendingChange(review)) };
}

function contentOf(hunk: Hunk): string {
  return hunk.lines.filter((line) => !line.startsWith(" ")).join("\n");
}

function shownEdit(review: FileReview, taken: readonly string[]): ShownEdit {
  const { path, base, target } = review;
  return { path, base, target, accepted: acceptHunks(review, idsIn(path, taken)).base };
}
