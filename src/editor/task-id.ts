import { randomBytes } from "node:crypto";

/** Under this key the workspace remembers which task its window shows. */
export const shownTaskKey = "shownTask";

/** Under this key it remembers that changes wait to be reviewed. */
export const pendingKey = "pendingReview";

/** Sorts by time and is unique: `20261120-120500-9f3a6c`. */
export function newTaskId(): string {
  const time = new Date().toISOString().replace(/[-:]/g, "").replace("T", "-").slice(0, 15);
  return `${time}-${randomBytes(3).toString("hex")}`;
}
