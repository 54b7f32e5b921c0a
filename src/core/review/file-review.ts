import * as z from "zod";
import { type Block, blocksBetween, renderBlocks } from "../edits/hunks";
import { splitLines } from "../edits/lines";
import type { FileChange } from "../events";
import { Span, Splice } from "./splice";

/** A hunk under review. `base` and `target` are the parts of the two texts that differ; they begin and end at lines. */
export const ReviewHunk = z.object({
  /** Stays the same while either side is edited, accepted or rejected around it. */
  id: z.string(),
  base: Span,
  target: Span,
  /** The user changed the base inside this hunk after it was proposed: accepting it takes the user's text away. */
  baseTouched: z.boolean(),
  /** The user changed what was proposed here. */
  targetTouched: z.boolean(),
});
export type ReviewHunk = z.infer<typeof ReviewHunk>;

/** One thing that happened to a review. Splices are in order, each for the text as the one before left it. */
export const ReviewStep = z.object({
  kind: z.enum(["accept", "reject", "edit", "follow", "propose", "undo"]),
  base: z.array(Splice),
  target: z.array(Splice),
  /** The hunks before the step. */
  hunks: z.array(ReviewHunk),
  /** For verdicts: the ids they were given to. */
  ids: z.array(z.string()),
  /** The side on which there was no file before the step. */
  missing: z.enum(["base", "target"]).optional(),
});
export type ReviewStep = z.infer<typeof ReviewStep>;

/** How a file's text is stored; the encoding is named as the editor names it. */
export const FileForm = z.object({ encoding: z.string(), mode: z.int() });
export type FileForm = z.infer<typeof FileForm>;

/**
 * Two texts of one file and the hunks between them. Accepting a hunk moves it into `base`, rejecting moves it out of `target`; outside
 * the hunks both are equal.
 */
export const FileReview = z.object({
  v: z.literal(1),
  path: z.string(),
  /** Of a file that was created: the one whose place it takes. That one is under review as deleted. */
  movedFrom: z.string().optional(),
  /** `before`: base is the live buffer, target the proposal. `after`: base is the baseline, target the live file. */
  moment: z.enum(["before", "after"]),
  /** Undefined: there is no such file on this side. */
  base: z.string().optional(),
  target: z.string().optional(),
  /** How the file was stored when it was deleted last, so that it can come back as it was. */
  form: FileForm.optional(),
  hunks: z.array(ReviewHunk),
  /** What happened, oldest first, as far back as it is remembered. */
  past: z.array(ReviewStep),
});
export type FileReview = z.infer<typeof FileReview>;

export interface Proposal {
  path: string;
  base: string | undefined;
  target: string | undefined;
  moment: FileReview["moment"];
  movedFrom?: string | undefined;
}

/** Hunk ids are those of `fileChange` for the same two texts. */
export function openReview({ path, base, target, moment, movedFrom }: Proposal): FileReview {
  return {
    v: 1,
    path,
    moment,
    ...(movedFrom === undefined ? {} : { movedFrom }),
    ...(base === undefined ? {} : { base }),
    ...(target === undefined ? {} : { target }),
    hunks: hunksBetween(base, target),
    past: [],
  };
}

/** The hunks between two texts, untouched. A created or deleted file is one hunk. */
export function hunksBetween(base: string | undefined, target: string | undefined): ReviewHunk[] {
  const oldStarts = lineStarts(base ?? "");
  const newStarts = lineStarts(target ?? "");
  return blocksBetween(base, target).map((block) => ({
    id: block.id,
    base: { start: oldStarts[block.oldStart] ?? 0, end: oldStarts[block.oldEnd] ?? 0 },
    target: { start: newStarts[block.newStart] ?? 0, end: newStarts[block.newEnd] ?? 0 },
    baseTouched: false,
    targetTouched: false,
  }));
}

/** Where each line starts, and where the text ends. */
function lineStarts(text: string): number[] {
  const starts = [0];
  for (const line of splitLines(text)) {
    starts.push((starts.at(-1) ?? 0) + line.length);
  }
  return starts;
}

/** Nothing is left to decide. */
export function isSettled(review: FileReview): boolean {
  return review.hunks.length === 0;
}

/** What is still to be decided, as cards and lenses show it. Ids are those of the hunks. */
export function pendingChange(review: FileReview): FileChange {
  const oldLines = splitLines(review.base ?? "");
  const newLines = splitLines(review.target ?? "");
  const blocks = toBlocks(review, oldLines, newLines);
  return {
    path: review.path,
    status: review.base === undefined ? "created" : review.target === undefined ? "deleted" : "modified",
    added: blocks.reduce((sum, block) => sum + block.newEnd - block.newStart, 0),
    removed: blocks.reduce((sum, block) => sum + block.oldEnd - block.oldStart, 0),
    hunks: renderBlocks(blocks, oldLines, newLines),
  };
}

function toBlocks(review: FileReview, oldLines: readonly string[], newLines: readonly string[]): Block[] {
  const oldAt = lineCounter(oldLines);
  const newAt = lineCounter(newLines);
  return review.hunks.map(({ id, base, target }) => ({
    id,
    oldStart: oldAt(base.start),
    oldEnd: oldAt(base.end),
    newStart: newAt(target.start),
    newEnd: newAt(target.end),
  }));
}

/** How many lines end at or before a place; places must be asked for in rising order. */
function lineCounter(lines: readonly string[]): (offset: number) => number {
  let line = 0;
  let at = 0;
  return (offset) => {
    while (line < lines.length && at < offset) {
      at += (lines[line] as string).length;
      line++;
    }
    return line;
  };
}

const mostSteps = 200;
const mostText = 16_000_000;

/** The review after a step, which is remembered; the oldest ones are forgotten when there are too many or they hold too much text. */
export function withStep(review: FileReview, step: ReviewStep, next: Partial<FileReview>): FileReview {
  const kept = { ...step, base: step.base.map(detached), target: step.target.map(detached) };
  let past = [...review.past, kept].slice(-mostSteps);
  let size = past.reduce((sum, each) => sum + textIn(each), 0);
  while (size > mostText && past.length > 1) {
    size -= textIn(past[0] as ReviewStep);
    past = past.slice(1);
  }
  return { ...review, ...next, past };
}

/** A slice of a large text keeps all of that text in memory; this one is a text of its own. */
function detached({ start, removed, inserted }: Splice): Splice {
  return JSON.parse(JSON.stringify({ start, removed, inserted })) as Splice;
}

/** The side on which there is no file now. */
export function missingSide({ base, target }: Pick<FileReview, "base" | "target">): Pick<ReviewStep, "missing"> {
  return base === undefined ? { missing: "base" } : target === undefined ? { missing: "target" } : {};
}

function textIn({ base, target }: ReviewStep): number {
  return [...base, ...target].reduce((sum, { removed, inserted }) => sum + removed.length + inserted.length, 0);
}
