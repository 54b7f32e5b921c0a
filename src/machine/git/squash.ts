import { AgentError } from "../../core/errors";
import type { Git } from "./git";

/**
 * Replaces the latest commits, all of one task, by one with the same tree: neither files nor index are touched. Nothing is
 * done when another commit lies between them, when one was pushed, or when there are fewer than two.
 */
export async function squash(
  git: Git,
  taskId: string,
  message: (subjects: readonly string[], paths: readonly string[]) => string,
): Promise<{ commit: string; count: number }> {
  const chain = await latestOfTask(git, taskId);
  const [newest] = chain;
  const oldest = chain.at(-1);
  if (newest === undefined || oldest === undefined || chain.length < 2) {
    throw refusal("The latest commits of this branch hold fewer than two of this task, so there is nothing to squash.");
  }
  if (await wasPushed(git, oldest.commit)) {
    throw refusal("Commits of this task are on a remote branch already, so they were left as they are.");
  }
  const start = oldest.parent ?? (await git.text(["hash-object", "-t", "tree", "-w", "--stdin"]));
  const paths = (await git.text(["diff-tree", "-r", "-z", "--name-only", start, newest.commit])).split("\0");
  const subjects = await subjectsBefore(git, oldest);
  const text = message(
    subjects,
    paths.filter((path) => path !== ""),
  );
  const sign =
    (await git.text(["config", "--type=bool", "--default=false", "commit.gpgSign"])) === "true" ? ["-S"] : [];
  const parents = oldest.parent === undefined ? [] : ["-p", oldest.parent];
  const commit = await git.text(["commit-tree", ...sign, ...parents, `${newest.commit}^{tree}`], {
    input: Buffer.from(text),
  });
  await git.run(["update-ref", "-m", `squash: task ${taskId}`, "HEAD", commit, newest.commit]);
  return { commit, count: chain.length };
}

interface Link {
  commit: string;
  /** Undefined for the first commit of all. */
  parent: string | undefined;
}

const mostCommits = 1_000;

/** From the tip on, as long as the commits are of the task. */
async function latestOfTask(git: Git, taskId: string): Promise<Link[]> {
  const format = "%H%x00%P%x00%(trailers:key=Hearth-Task,valueonly,separator=%x2C)";
  const answer = await git.run(["log", `-${mostCommits}`, "--first-parent", `--format=${format}`], { accept: [128] });
  const chain: Link[] = [];
  for (const line of answer.output.toString("utf8").split("\n")) {
    const [commit = "", parents = "", task] = line.split("\0");
    if (task !== taskId || parents.includes(" ")) {
      break;
    }
    chain.push({ commit, parent: parents === "" ? undefined : parents });
  }
  return chain;
}

async function wasPushed(git: Git, commit: string): Promise<boolean> {
  return (
    (await git.text(["for-each-ref", "--count=1", "--contains", commit, "--format=%(refname)", "refs/remotes"])) !== ""
  );
}

async function subjectsBefore(git: Git, { parent }: Link): Promise<string[]> {
  return parent === undefined ? [] : (await git.text(["log", "-50", "--no-merges", "--format=%s", parent])).split("\n");
}

function refusal(message: string): AgentError {
  return new AgentError("git_not_squashed", message, "Squash them yourself with git, if you want one commit.");
}
