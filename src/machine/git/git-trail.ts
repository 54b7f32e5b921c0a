import { mkdir, realpath, rm, stat, writeFile } from "node:fs/promises";
import * as nodePath from "node:path";
import { AgentError } from "../../core/errors";
import { type MessageParts, writeMessage } from "./commit-message";
import { type Note, readAbandonedNote, signOf, writeNote } from "./commit-note";
import { Git } from "./git";
import { type Entry, LockedIndex, readIndexEntries, readTreeEntries, writeIndexEntries } from "./index-file";
import { withChange } from "./own-hunks";
import { type ChangedFile, type CommitPlan, type PlannedEntry, planCommit } from "./plan-commit";
import { repositoryPrograms } from "./risky-config";
import { squash } from "./squash";

export type { MessageParts } from "./commit-message";
export type { ChangedFile, FileVersion } from "./plan-commit";

export interface Committed {
  /** Undefined when nothing was left to commit. */
  commit: string | undefined;
  /** Files of the action that are not in the commit, and why. */
  leftOut: CommitPlan["leftOut"];
}

/** What git needs to find in the middle of for a plain commit to be wrong. */
const unfinishedWork: readonly [file: string, what: string][] = [
  ["MERGE_HEAD", "a merge"],
  ["CHERRY_PICK_HEAD", "a cherry-pick"],
  ["REVERT_HEAD", "a revert"],
  ["rebase-merge", "a rebase"],
  ["rebase-apply", "a rebase"],
];

/** A hook may run the project's tests. */
const commitTimeoutMs = 10 * 60_000;

/**
 * Turns accepted actions into commits of exactly their own changes. The work tree is never touched; what the user has
 * staged stays staged, what is not staged stays so. Hooks run as for any commit.
 */
export class GitTrail {
  private constructor(private readonly git: Git) {}

  /** Undefined when there is no git, or the folder is in no work tree. */
  static async open(folder: string, source: NodeJS.ProcessEnv = process.env): Promise<GitTrail | undefined> {
    const git = await Git.find(await realpath(folder), source);
    const top = await git?.run(["rev-parse", "--show-toplevel"], { accept: [128] });
    if (git === undefined || top === undefined || top.code !== 0) {
      return undefined;
    }
    return new GitTrail(git.in(await realpath(top.output.toString("utf8").replace(/\n$/, ""))));
  }

  /** The top of the work tree: absolute, without links. */
  get root(): string {
    return this.git.folder;
  }

  /** Programs that a commit could start because the repository says so; ask once, with these lines, before the first. */
  programs(): Promise<string[]> {
    return repositoryPrograms(this.git);
  }

  /** Throws `AgentError` when git or a hook refuses; then nothing has changed. */
  async commitAction(files: readonly ChangedFile[], parts: MessageParts): Promise<Committed> {
    await this.clearUp();
    await this.requireNoUnfinishedWork();
    const head = await this.head();
    const locked = await LockedIndex.lock(this.git, await this.gitPath("index"));
    const folder = await this.gitPath(folderName);
    try {
      const { planned, leftOut } = await planCommit(this.git, files, head, locked.path);
      if (planned.length === 0) {
        return { commit: undefined, leftOut };
      }
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writeNote(folder, { head, lock: await signOf(locked.path), planned });
      const commit = await this.commit(planned, head, parts, folder);
      await this.carryIntoIndex(planned, commit, locked);
      return { commit, leftOut };
    } finally {
      await locked.release();
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** Makes one commit of this task's latest ones. Throws `AgentError` when others lie between or they were pushed. */
  async squashTask(taskId: string, parts: MessageParts): Promise<{ commit: string; count: number }> {
    await this.clearUp();
    await this.requireNoUnfinishedWork();
    return squash(this.git, taskId, (subjects, paths) => writeMessage(parts, subjects, paths));
  }

  /** The first line of a commit's message, as hooks may have left it. */
  subjectOf(commit: string): Promise<string> {
    return this.git.text(["log", "-1", "--format=%s", commit]);
  }

  /** The branch that commits go to; undefined when none is checked out. */
  async branch(): Promise<string | undefined> {
    const answer = await this.git.run(["symbolic-ref", "--quiet", "--short", "HEAD"], { accept: [1] });
    return answer.code === 0 ? answer.output.toString("utf8").trim() : undefined;
  }

  /** Ends what a commit that was cut off has left: the lock of the index, and an index that does not know the commit. */
  async clearUp(): Promise<void> {
    const folder = await this.gitPath(folderName);
    const note = await readAbandonedNote(folder);
    if (note === undefined) {
      return;
    }
    const index = await this.gitPath("index");
    if (note.lock !== undefined && (await signOf(`${index}.lock`)) === note.lock) {
      await rm(`${index}.lock`, { force: true });
    }
    const commit = await this.commitAfter(note);
    if (commit !== undefined) {
      const locked = await LockedIndex.lock(this.git, index);
      const planned = note.planned.map((entry) => ({ path: entry.path, head: entry.head, wanted: entry.wanted }));
      await this.carryIntoIndex(planned, commit, locked).finally(() => locked.release());
    }
    await rm(folder, { recursive: true, force: true });
  }

  /** The commit that was being made, when it is the latest one. */
  private async commitAfter({ head }: Note): Promise<string | undefined> {
    const commit = await this.head();
    if (commit === undefined || commit === head) {
      return undefined;
    }
    const line = await this.git.text(["log", "-1", "--format=%P%x00%(trailers:key=Hearth-Task,valueonly)", commit]);
    const [parents = "", task = ""] = line.split("\0");
    return parents === (head ?? "") && task.trim() !== "" ? commit : undefined;
  }

  /** Commits from an index of its own, in `folder`: the last commit and the planned files. */
  private async commit(
    planned: readonly PlannedEntry[],
    head: string | undefined,
    parts: MessageParts,
    folder: string,
  ): Promise<string> {
    const index = nodePath.join(folder, "index");
    const message = nodePath.join(folder, "message");
    const paths = planned.map(({ path }) => path);
    await this.git.run(head === undefined ? ["read-tree", "--empty"] : ["read-tree", head], { index });
    await writeIndexEntries(this.git, index, new Map(planned.map(({ path, wanted }) => [path, wanted])));
    await writeFile(message, writeMessage(parts, await this.latestSubjects(head), paths), { mode: 0o600 });
    const args = ["commit", "--quiet", "--cleanup=whitespace", "--file", message];
    await this.git.run(args, { index, hooks: true, timeoutMs: commitTimeoutMs });
    return this.git.text(["rev-parse", "HEAD"]);
  }

  /** The user's index gets the same changes, so that what was staged stays staged and nothing else appears to be. */
  private async carryIntoIndex(planned: readonly PlannedEntry[], commit: string, locked: LockedIndex): Promise<void> {
    const paths = planned.map(({ path }) => path);
    const now = await readTreeEntries(this.git, commit, paths);
    const staged = await readIndexEntries(this.git, locked.path, paths);
    const entries = new Map<string, Entry | undefined>();
    for (const { path, head } of planned) {
      const entry = staged.get(path);
      const next = now.get(path);
      if (entry === undefined && head !== undefined) {
        continue;
      }
      const made = await withChange(this.git, head?.blob, entry?.blob, next?.blob);
      if (made !== undefined) {
        const mode = entry !== undefined && entry.mode !== head?.mode ? entry.mode : (next?.mode ?? "100644");
        entries.set(path, made.blob === undefined ? undefined : { blob: made.blob, mode });
      }
    }
    await writeIndexEntries(this.git, locked.path, entries);
    await locked.commit();
  }

  /** Our own commits do not say what the user's convention is. */
  private async latestSubjects(head: string | undefined): Promise<string[]> {
    if (head === undefined) {
      return [];
    }
    const args = ["log", "-50", "--no-merges", "--format=%s", "--grep=^Hearth-Task: ", "--invert-grep", head];
    return (await this.git.text(args)).split("\n").filter((subject) => subject !== "");
  }

  private async head(): Promise<string | undefined> {
    const answer = await this.git.run(["rev-parse", "--verify", "--quiet", "HEAD"], { accept: [1] });
    return answer.code === 0 ? answer.output.toString("utf8").trim() : undefined;
  }

  private async requireNoUnfinishedWork(): Promise<void> {
    for (const [file, what] of unfinishedWork) {
      if ((await stat(await this.gitPath(file)).catch(() => undefined)) !== undefined) {
        throw new AgentError(
          "git_unfinished",
          `This repository is in the middle of ${what}, so nothing was committed.`,
          "Finish or abort it, then go on.",
        );
      }
    }
  }

  private gitPath(name: string): Promise<string> {
    return this.git.text(["rev-parse", "--path-format=absolute", "--git-path", name]);
  }
}

/** Ours beside the index, for the time of a commit. */
const folderName = "hearth-commit";
