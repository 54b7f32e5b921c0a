import * as z from "zod";
import { FileReview, isSettled, openReview, type Proposal } from "./file-review";
import { acceptHunks, rejectHunks, untouchedIds } from "./verdict";

/** Everything of one task that is to be decided, file by file in the order it was proposed. */
export const TaskReview = z.object({ v: z.literal(1), files: z.array(FileReview) });
export type TaskReview = z.infer<typeof TaskReview>;

/** Files without a difference are left out. */
export function openTaskReview(proposals: readonly Proposal[]): TaskReview {
  return { v: 1, files: proposals.map(openReview).filter((file) => !isSettled(file)) };
}

export function reviewOf({ files }: TaskReview, path: string): FileReview | undefined {
  return files.find((file) => file.path === path || file.movedFrom === path);
}

/** The task with one file changed; a path that is not under review changes nothing. */
export function changeFile(review: TaskReview, path: string, change: (file: FileReview) => FileReview): TaskReview {
  const file = reviewOf(review, path);
  return file ? { ...review, files: review.files.map((each) => (each === file ? change(file) : each)) } : review;
}

export function acceptFile(review: TaskReview, path: string): TaskReview {
  return changeFile(review, path, (file) => acceptHunks(file, "all"));
}

export function rejectFile(review: TaskReview, path: string): TaskReview {
  return changeFile(review, path, (file) => rejectHunks(file, "all"));
}

/** Accepts everything but the hunks in which the user's own text would be lost: those are left to be looked at. */
export function acceptAll(review: TaskReview): TaskReview {
  return { ...review, files: review.files.map((file) => acceptHunks(file, untouchedIds(file))) };
}

export function rejectAll(review: TaskReview): TaskReview {
  return { ...review, files: review.files.map((file) => rejectHunks(file, "all")) };
}

/** Without the files that are decided. */
export function pendingFiles({ files }: TaskReview): FileReview[] {
  return files.filter((file) => !isSettled(file));
}

/** For the status bar: how many files and hunks wait; a rename counts as one. */
export function countPending(review: TaskReview): { files: number; hunks: number } {
  const files = pendingFiles(review);
  const hunks = files.reduce((sum, file) => sum + file.hunks.length + (file.movedFrom === undefined ? 0 : 1), 0);
  return { files: files.length, hunks };
}
