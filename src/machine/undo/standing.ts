import type { FileRecord } from "./checkpoint";
import { capture, type FileState, sameState } from "./file-state";
import { absolutePath, type UndoParts } from "./parts";

/** `begun`: the file holds the beginning of what was to be written. `other`: somebody else has changed it since. */
export interface Standing {
  path: string;
  is: "before" | "after" | "begun" | "other";
}

/** Where a file of an action stands that may not have come to its end; `file` is its record with what is known by now. */
export async function standingOf(
  parts: UndoParts,
  recorded: FileRecord,
): Promise<{ file: FileRecord; current: FileState; is: Standing["is"] }> {
  const { state: current, content } = await capture(absolutePath(parts.root, recorded.path), parts.maxBytes);
  const file = withModeOf(current, recorded);
  const { before, after } = file;
  if (sameState(current, before)) {
    return { file, current, is: "before" };
  }
  if (after !== undefined && sameState(current, after)) {
    return { file, current, is: "after" };
  }
  return { file, current, is: (await isTorn(parts, content, after)) ? "begun" : "other" };
}

/** Which mode a new file gets is up to whoever creates it. */
function withModeOf(current: FileState, file: FileRecord): FileRecord {
  const { before, after } = file;
  return before.kind === "missing" && after?.kind === "file" && current.kind === "file"
    ? { ...file, after: { ...after, mode: current.mode } }
    : file;
}

/** Whether a file holds only the beginning of what was to be written: the editor was ended while it saved. */
async function isTorn(parts: UndoParts, content: Buffer | undefined, after: FileState | undefined): Promise<boolean> {
  if (content === undefined || after?.kind !== "file" || content.length >= after.size) {
    return false;
  }
  return (await parts.blobs.read(after.hash)).subarray(0, content.length).equals(content);
}
