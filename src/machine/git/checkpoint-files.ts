import * as nodePath from "node:path";
import type { Checkpoint } from "../undo/checkpoint";
import type { FileState } from "../undo/file-state";
import type { ChangedFile, FileVersion } from "./plan-commit";

/** The files of a finished checkpoint as a commit takes them. Those whose content was not kept are not among them. */
export async function changedFilesOf(
  checkpoint: Checkpoint,
  root: string,
  contentOf: (state: FileState) => Promise<Buffer | undefined>,
): Promise<ChangedFile[]> {
  const files: ChangedFile[] = [];
  for (const { path, before, after } of checkpoint.files) {
    if (after !== undefined && isKnown(before) && isKnown(after)) {
      files.push({
        path: nodePath.resolve(root, path),
        before: await versionOf(before, contentOf),
        after: await versionOf(after, contentOf),
      });
    }
  }
  return files;
}

function isKnown(state: FileState): boolean {
  return state.kind === "file" || state.kind === "link" || state.kind === "missing";
}

async function versionOf(
  state: FileState,
  contentOf: (state: FileState) => Promise<Buffer | undefined>,
): Promise<FileVersion | undefined> {
  if (state.kind === "link") {
    return { content: Buffer.from(state.target), mode: "120000" };
  }
  const content = await contentOf(state);
  return state.kind !== "file" || content === undefined
    ? undefined
    : { content, mode: (state.mode & 0o100) === 0 ? "100644" : "100755" };
}
