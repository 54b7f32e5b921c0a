import type { FileRecord } from "./checkpoint";
import { capture, type FileState, sameState } from "./file-state";
import { absolutePath, type UndoParts } from "./parts";

/** `begun`: the file holds the beginning of what was to be written. `other`: somebody else has changed it since. */
export interface Standing {
  path: string;
  is: "before" | "after" | "begun" | "other";
}

/** Where a file of an action stands that may not have come to its end. */
export async function standingOf(
  parts: UndoParts,
  { path, before, after }: FileRecord,
): Promise<{ current: FileState; is: Standing["is"] }> {
  const { state: current, content } = await capture(absolutePath(parts.root, path), parts.maxBytes);
  if (sameState(current, before)) {
    return { current, is: "before" };
  }
  if (after !== undefined && sameState(current, after)) {
    return { current, is: "after" };
  }
  return { current, is: (await isTorn(parts, content, after)) ? "begun" : "other" };
}

/** Whether a file holds only the beginning of what was to be written: the editor was ended while it saved. */
async function isTorn(parts: UndoParts, content: Buffer | undefined, after: FileState | undefined): Promise<boolean> {
  if (content === undefined || after?.kind !== "file" || content.length >= after.size) {
    return false;
  }
  return (await parts.blobs.read(after.hash)).subarray(0, content.length).equals(content);
}
