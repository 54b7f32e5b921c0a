import * as z from "zod";
import { hunkName, idsIn, movedChange, withNames } from "../../core/action/named-hunks";
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

interface ShownFile {
  base: string | undefined;
  target: string | undefined;
  /** The file whose place it takes. */
  movedFrom?: string;
  change: FileChange;
}

interface ProposedFile {
  review: FileReview;
  /** With the names of hunks that are unique in the action. */
  change: FileChange;
}

/** What the user did to a proposal, for after a reload. Nothing in it says yes to anything. */
export const KeptProposal = z.object({
  v: z.literal(1),
  files: z.array(z.object({ path: z.string(), base: z.string().nullable(), target: z.string() })),
  /** What was rejected, and why: the file and the changed lines. */
  rejected: z.array(z.object({ path: z.string(), lines: z.string(), remark: z.string().optional() })),
});
export type KeptProposal = z.infer<typeof KeptProposal>;

interface Mark {
  verdict: "accepted" | "rejected";
  remark?: string;
}

/** What one action would write, as it stands now: nothing of it is in the user's files. */
export class Proposal {
  private readonly proposed: Map<string, ProposedFile>;
  /** Files that take the place of another, and which. Both are decided as one. */
  private readonly moves: ReadonlyMap<string, string>;
  private readonly marks = new Map<string, Mark>();
  /** Files in which the user changed what is proposed. */
  private readonly edited = new Set<string>();

  constructor(
    readonly actionId: string,
    edits: readonly FileEdit[],
    /** Names its documents. */
    readonly documentId = actionId,
  ) {
    this.proposed = new Map(
      edits.map(({ path, base, target }) => [path, fileOf(openReview({ path, base, target, moment: "before" }))]),
    );
    this.moves = new Map(edits.flatMap(({ path, movedFrom }) => (movedFrom === undefined ? [] : [[path, movedFrom]])));
  }

  get paths(): string[] {
    return [...this.proposed.keys()];
  }

  /** Those that are shown: a file that goes elsewhere is shown where it goes. */
  get shownPaths(): string[] {
    const gone = new Set(this.moves.values());
    return this.paths.filter((path) => !gone.has(path));
  }

  get files(): FileChange[] {
    return this.paths.flatMap((path) => this.file(path)?.change ?? []);
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

  file(path: string): ShownFile | undefined {
    const file = this.proposed.get(path);
    if (!file) {
      return undefined;
    }
    const { base, target } = file.review;
    const from = this.proposed.get(this.moves.get(path) ?? "")?.review;
    return from === undefined
      ? { base, target, change: file.change }
      : {
          base,
          target,
          movedFrom: from.path,
          change: { ...file.change, moved: movedChange(from.path, from.base, target) },
        };
  }

  verdict(hunk: string): Verdict {
    const mark = this.marks.get(hunk);
    return mark?.verdict ?? (this.isHeld(hunk) ? "held" : "open");
  }

  /** The user edited the proposal itself. False when that changes nothing. */
  edit(path: string, target: string): boolean {
    const isChanged = this.change(path, (review) =>
      review.target === undefined ? review : proposeTarget(review, target),
    );
    if (isChanged) {
      this.edited.add(path);
    }
    return isChanged;
  }

  /** The user changed the live file: the proposal stands on the new text. False when nothing changed. */
  follow(path: string, base: string): boolean {
    return this.change(path, (review) => (review.base === undefined ? review : editSideTo(review, "base", base)));
  }

  /** `undefined` takes an earlier verdict back. Unknown hunks are ignored. */
  decide(hunks: readonly string[], verdict: "accepted" | "rejected" | undefined, remark?: string): void {
    const known = new Set(this.hunks.map(({ id }) => id));
    for (const hunk of this.withMoved(hunks).filter((name) => known.has(name))) {
      if (verdict === undefined) {
        this.marks.delete(hunk);
      } else {
        this.marks.set(hunk, { verdict, ...(remark ? { remark } : {}) });
      }
    }
  }

  /** Hunks without a verdict of their own. */
  undecided(path?: string): string[] {
    return this.shownPaths
      .flatMap((name) => this.hunksOf(name))
      .filter((id) => !this.marks.has(id) && (path === undefined || idsIn(path, [id]).length > 0));
  }

  /** The answer with the texts it is about; without hunks, those that are open are taken. Undefined when it names others. */
  answer({ allow, remark, hunks }: Answer): Answer | undefined {
    const all = this.hunks.map(({ id }) => id);
    if (hunks?.some((name) => !all.includes(name))) {
      return undefined;
    }
    const taken = hunks
      ? this.withMoved(hunks)
      : all.filter((name) => ["open", "accepted"].includes(this.verdict(name)));
    const shown = [...this.proposed.values()].map(({ review }) => ({
      ...shownEdit(review, taken),
      movedFrom: this.moves.get(review.path),
    }));
    const said = [remark, ...this.remarksOn(taken)].filter((text) => text);
    return {
      allow,
      ...(said.length > 0 ? { remark: said.join("\n") } : {}),
      ...(allow ? { shown } : {}),
      ...(allow && taken.length < all.length ? { hunks: taken } : {}),
    };
  }

  /** With the other half of what is moved. */
  private withMoved(hunks: readonly string[]): string[] {
    const others = [...this.moves].flatMap(([to, from]) => {
      const has = (path: string) => idsIn(path, hunks).length > 0;
      return has(to) || has(from) ? [to, from] : [];
    });
    return [...new Set([...hunks, ...others.flatMap((path) => this.hunksOf(path))])];
  }

  private hunksOf(path: string): string[] {
    return this.proposed.get(path)?.change.hunks.map(({ id }) => id) ?? [];
  }

  /** Undefined when there is nothing of the user's in it. */
  toKeep(): KeptProposal | undefined {
    const files = [...this.edited].flatMap((path) => {
      const { base, target } = this.proposed.get(path)?.review ?? {};
      return target === undefined ? [] : [{ path, base: base ?? null, target }];
    });
    const rejected = this.files.flatMap(({ path, hunks }) =>
      hunks
        .filter(({ id }) => this.verdict(id) === "rejected")
        .map((hunk) => ({ path, lines: contentOf(hunk), remark: this.marks.get(hunk.id)?.remark })),
    );
    return files.length + rejected.length === 0 ? undefined : { v: 1, files, rejected };
  }

  /** Brings back what the user did to it before, on top of what the files hold now. Returns the files that changed. */
  restore({ files, rejected }: KeptProposal): string[] {
    const changed = files.flatMap((kept) => (this.restoreFile(kept) ? [kept.path] : []));
    for (const { path, hunks } of this.files) {
      for (const hunk of hunks) {
        const was = rejected.find((each) => each.path === path && each.lines === contentOf(hunk));
        if (was) {
          this.decide([hunk.id], "rejected", was.remark);
        }
      }
    }
    return changed;
  }

  private restoreFile({ path, base, target }: KeptProposal["files"][number]): boolean {
    const isChanged = this.change(path, (review) => {
      if (review.target === undefined || (review.base === undefined) !== (base === null)) {
        return review;
      }
      return base === null || base === review.base
        ? proposeTarget(review, target)
        : editSideTo(openReview({ path, base, target, moment: "before" }), "base", review.base);
    });
    if (isChanged) {
      this.edited.add(path);
    }
    return isChanged;
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
