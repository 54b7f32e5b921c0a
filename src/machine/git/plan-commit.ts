import { stat } from "node:fs/promises";
import * as nodePath from "node:path";
import type { Git } from "./git";
import { type Entry, readIndexEntries, readTreeEntries } from "./index-file";
import { withChange, writeBlob, writeFileBlob } from "./own-hunks";

/** A file as an action found or left it. */
export interface FileVersion {
  content: Uint8Array;
  mode: "100644" | "100755" | "120000";
}

export interface ChangedFile {
  /** Absolute. */
  path: string;
  /** Undefined when the file was not there. */
  before: FileVersion | undefined;
  after: FileVersion | undefined;
}

/** A file of the commit to be: what the last commit has, and what the next one is to have. */
export interface PlannedEntry {
  /** Relative to the top of the work tree. */
  path: string;
  head: Entry | undefined;
  wanted: Entry | undefined;
}

export interface CommitPlan {
  planned: PlannedEntry[];
  /** Files of the action that the commit cannot hold alone, and why. */
  leftOut: { path: string; why: string }[];
}

/** Finds the action's own change to each file as last committed. `index` is what the user has staged. */
export async function planCommit(
  git: Git,
  files: readonly ChangedFile[],
  head: string | undefined,
  index: string,
): Promise<CommitPlan> {
  const plan: CommitPlan = { planned: [], leftOut: [] };
  for (const file of files) {
    const path = nodePath.relative(git.folder, file.path).replaceAll(nodePath.sep, "/");
    const found = await planFile(git, path, file, head, index);
    if (typeof found === "string") {
      plan.leftOut.push({ path, why: found });
    } else if (found !== undefined) {
      plan.planned.push(found);
    }
  }
  return plan;
}

/** Undefined when the action changed nothing that a commit holds. */
async function planFile(
  git: Git,
  path: string,
  file: ChangedFile,
  head: string | undefined,
  index: string,
): Promise<PlannedEntry | string | undefined> {
  const foreign = await whyNotOurs(git.folder, path);
  if (foreign !== undefined) {
    return foreign;
  }
  const committed = head === undefined ? undefined : (await readTreeEntries(git, head, [path])).get(path);
  const staged = (await readIndexEntries(git, index, [path])).get(path);
  if (committed === undefined) {
    const why = await whyNotNew(git, path, file, staged);
    if (why !== undefined) {
      return why;
    }
  }
  const before = await store(git, path, file.before);
  const after = await store(git, path, file.after);
  const made = await withChange(git, before, committed?.blob, after);
  if (made === undefined) {
    return "It touches lines that you have changed and not committed.";
  }
  const wanted = made.blob === undefined ? undefined : { blob: made.blob, mode: modeAfter(file, committed) };
  if (wanted?.blob === committed?.blob && wanted?.mode === committed?.mode) {
    return undefined;
  }
  const fits =
    staged === undefined || (await withChange(git, committed?.blob, staged.blob, wanted?.blob)) !== undefined;
  return fits ? { path, head: committed, wanted } : "It touches lines that you have staged.";
}

async function whyNotOurs(root: string, path: string): Promise<string | undefined> {
  if (path === "" || path.startsWith("../") || nodePath.isAbsolute(path)) {
    return "It is outside this repository.";
  }
  const folders = path.split("/").slice(0, -1);
  for (let count = 1; count <= folders.length; count++) {
    const inner = nodePath.join(root, ...folders.slice(0, count), ".git");
    if ((await stat(inner).catch(() => undefined)) !== undefined) {
      return "It belongs to another repository inside this one.";
    }
  }
  return undefined;
}

async function whyNotNew(
  git: Git,
  path: string,
  file: ChangedFile,
  staged: Entry | undefined,
): Promise<string | undefined> {
  if (file.before !== undefined) {
    return "It was not under version control before, so the commit would hold your part of it too.";
  }
  if (staged !== undefined) {
    return "You have staged it as a new file.";
  }
  const ignored = await git.run(["check-ignore", "-q", "--", `./${path}`], { accept: [1] });
  return ignored.code === 0 ? "It is ignored by this repository." : undefined;
}

async function store(git: Git, path: string, version: FileVersion | undefined): Promise<string | undefined> {
  if (version === undefined) {
    return undefined;
  }
  const { content, mode } = version;
  return mode === "120000" ? writeBlob(git, content) : writeFileBlob(git, path, content);
}

/** The mode changes only when the action changed it. */
function modeAfter({ before, after }: ChangedFile, committed: Entry | undefined): string {
  const changed = before?.mode !== after?.mode;
  return committed === undefined || changed ? (after?.mode ?? "100644") : committed.mode;
}
