import { mkdtemp, realpath, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as nodePath from "node:path";
import { AgentError } from "../../core/errors";
import { type MessageParts, writeMessage } from "./commit-message";
import { Git } from "./git";
import { type Entry, LockedIndex, readIndexEntries, readTreeEntries, writeIndexEntries } from "./index-file";
import { withChange, writeBlob, writeFileBlob } from "./own-hunks";
import { repositoryPrograms } from "./risky-config";
import { squash } from "./squash";

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

export interface Committed {
  /** Undefined when nothing was left to commit. */
  commit: string | undefined;
  /** Files of the action that are not in the commit, and why. */
  leftOut: { path: string; why: string }[];
}

interface Planned {
  /** Relative to the repository. */
  path: string;
  head: Entry | undefined;
  wanted: Entry | undefined;
}

/** What git needs to find in the middle of for a plain commit to be wrong. */
const unfinishedWork: readonly [file: string, what: string][] = [
  ["MERGE_HEAD", "a merge"],
  ["CHERRY_PICK_HEAD", "a cherry-pick"],
  ["REVERT_HEAD", "a revert"],
  ["rebase-merge", "a rebase"],
  ["rebase-apply", "a rebase"],
];

/**
 * Turns accepted actions into commits of exactly their own changes. The work tree is never touched; what the user has
 * staged stays staged, what is not staged stays so. Hooks run as for any commit.
 */
export class GitTrail {
  private constructor(
    private readonly git: Git,
    /** The top of the work tree: absolute, without links. */
    readonly root: string,
  ) {}

  /** Undefined when there is no git, or the folder is in no work tree. */
  static async open(folder: string, source: NodeJS.ProcessEnv = process.env): Promise<GitTrail | undefined> {
    const git = await Git.find(await realpath(folder), source);
    const top = await git?.run(["rev-parse", "--show-toplevel"], { accept: [128] });
    if (git === undefined || top === undefined || top.code !== 0) {
      return undefined;
    }
    const root = await realpath(top.output.toString("utf8").replace(/\n$/, ""));
    return new GitTrail(git.in(root), root);
  }

  /** Programs that a commit could start because the repository says so; ask once, with these lines, before the first. */
  programs(): Promise<string[]> {
    return repositoryPrograms(this.git);
  }

  /** Throws `AgentError` when git or a hook refuses; then nothing has changed. */
  async commitAction(files: readonly ChangedFile[], parts: MessageParts): Promise<Committed> {
    await this.requireNoUnfinishedWork();
    const index = await this.gitPath("index");
    const locked = await LockedIndex.lock(this.git, index);
    try {
      const { planned, leftOut } = await this.plan(files, locked.path);
      if (planned.length === 0) {
        return { commit: undefined, leftOut };
      }
      const commit = await this.commit(planned, parts);
      await this.carryIntoIndex(planned, commit, locked);
      return { commit, leftOut };
    } finally {
      await locked.release();
    }
  }

  /** Makes one commit of this task's latest ones. Throws `AgentError` when others lie between or they were pushed. */
  async squashTask(taskId: string, parts: MessageParts): Promise<{ commit: string; count: number }> {
    await this.requireNoUnfinishedWork();
    return squash(this.git, taskId, (subjects, paths) => writeMessage(parts, subjects, paths));
  }

  private async plan(files: readonly ChangedFile[], index: string) {
    const leftOut: Committed["leftOut"] = [];
    const planned: Planned[] = [];
    const head = await this.head();
    for (const file of files) {
      const path = nodePath.relative(this.root, file.path).replaceAll(nodePath.sep, "/");
      const found = await this.planFile(path, file, head, index);
      if (typeof found === "string") {
        leftOut.push({ path, why: found });
      } else if (found !== undefined) {
        planned.push(found);
      }
    }
    return { planned, leftOut };
  }

  /** What the commit holds for a file, why it is left out, or undefined when it changes nothing. */
  private async planFile(
    path: string,
    file: ChangedFile,
    head: string | undefined,
    index: string,
  ): Promise<Planned | string | undefined> {
    const foreign = await this.whyNotOurs(path);
    if (foreign !== undefined) {
      return foreign;
    }
    const committed = head === undefined ? undefined : (await readTreeEntries(this.git, head, [path])).get(path);
    const staged = (await readIndexEntries(this.git, index, [path])).get(path);
    if (committed === undefined && file.before !== undefined) {
      return "It was not under version control before, so the commit would hold your part of it too.";
    }
    if (committed === undefined && staged !== undefined) {
      return "You have staged it as a new file.";
    }
    if (committed === undefined && (await this.isIgnored(path))) {
      return "It is ignored by this repository.";
    }
    const before = await this.store(path, file.before);
    const after = await this.store(path, file.after);
    const made = await withChange(this.git, before?.blob, committed?.blob, after?.blob);
    if (made === undefined) {
      return "It touches lines that you have changed and not committed.";
    }
    const wanted = made.blob === undefined ? undefined : { blob: made.blob, mode: modeAfter(file, committed) };
    if (wanted?.blob === committed?.blob && wanted?.mode === committed?.mode) {
      return undefined;
    }
    if (staged !== undefined && !(await this.fitsStaged(committed, staged, wanted))) {
      return "It touches lines that you have staged.";
    }
    return { path, head: committed, wanted };
  }

  private async whyNotOurs(path: string): Promise<string | undefined> {
    if (path === "" || path.startsWith("../") || nodePath.isAbsolute(path)) {
      return "It is outside this repository.";
    }
    const folders = path.split("/").slice(0, -1);
    for (let count = 1; count <= folders.length; count++) {
      const inner = nodePath.join(this.root, ...folders.slice(0, count), ".git");
      if ((await stat(inner).catch(() => undefined)) !== undefined) {
        return "It belongs to another repository inside this one.";
      }
    }
    return undefined;
  }

  private async fitsStaged(committed: Entry | undefined, staged: Entry, wanted: Entry | undefined): Promise<boolean> {
    return (await withChange(this.git, committed?.blob, staged.blob, wanted?.blob)) !== undefined;
  }

  private async isIgnored(path: string): Promise<boolean> {
    return (await this.git.run(["check-ignore", "-q", "--", `./${path}`], { accept: [1] })).code === 0;
  }

  private async store(path: string, version: FileVersion | undefined): Promise<Entry | undefined> {
    if (version === undefined) {
      return undefined;
    }
    const { content, mode } = version;
    const blob = mode === "120000" ? writeBlob(this.git, content) : writeFileBlob(this.git, path, content);
    return { mode, blob: await blob };
  }

  /** Commits from an index of its own: the last commit and the planned files. */
  private async commit(planned: readonly Planned[], parts: MessageParts): Promise<string> {
    const folder = await mkdtemp(nodePath.join(tmpdir(), "hearth-commit-"));
    try {
      const index = nodePath.join(folder, "index");
      const head = await this.head();
      await this.git.run(head === undefined ? ["read-tree", "--empty"] : ["read-tree", head], { index });
      await writeIndexEntries(this.git, index, new Map(planned.map(({ path, wanted }) => [path, wanted])));
      const message = nodePath.join(folder, "message");
      const subjects = head === undefined ? [] : await latestSubjects(this.git);
      await writeFile(
        message,
        writeMessage(
          parts,
          subjects,
          planned.map(({ path }) => path),
        ),
        { mode: 0o600 },
      );
      const args = ["commit", "--quiet", "--cleanup=whitespace", "--file", message];
      await this.git.run(args, { index, hooks: true, timeoutMs: 10 * 60_000 });
      return await this.git.text(["rev-parse", "HEAD"]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** The user's index gets the same changes, so that what was staged stays staged and nothing else appears to be. */
  private async carryIntoIndex(planned: readonly Planned[], commit: string, locked: LockedIndex): Promise<void> {
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

export async function latestSubjects(git: Git): Promise<string[]> {
  const list = await git.text(["log", "-50", "--no-merges", "--format=%s", "--grep=^Hearth-Task: ", "--invert-grep"]);
  return list.split("\n").filter((subject) => subject !== "");
}

/** The mode changes only when the action changed it. */
function modeAfter({ before, after }: ChangedFile, committed: Entry | undefined): string {
  const changed = before?.mode !== after?.mode;
  return committed === undefined || changed ? (after?.mode ?? "100644") : committed.mode;
}
