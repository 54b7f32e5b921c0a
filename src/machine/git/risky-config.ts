import { access, constants, readdir } from "node:fs/promises";
import * as nodePath from "node:path";
import { isMissing } from "../is-missing";
import type { Git } from "./git";

const startsPrograms = [
  /^core\.(fsmonitor|hookspath|pager|editor|sshcommand|gitproxy|askpass|alternaterefscommand)$/,
  /^diff\.external$/,
  /^diff\..*\.(command|textconv)$/,
  /^filter\..*\.(clean|smudge|process)$/,
  /^merge\..*\.driver$/,
  /^gpg\.(.*\.)?(program|defaultkeycommand)$/,
  /^remote\..*\.(uploadpack|receivepack|vcs)$/,
  /^credential\.(.*\.)?helper$/,
  /^sequence\.editor$/,
  /^uploadpack\.packobjectshook$/,
  /^include\.path$/,
  /^includeif\./,
];

/**
 * What a commit in this repository could start, because the repository itself says so: settings that name programs, and
 * hooks. Each as a line for the user. Reading it starts nothing.
 */
export async function repositoryPrograms(git: Git): Promise<string[]> {
  const list = await git.text(["config", "--list", "-z", "--show-scope"]);
  const fields = list.split("\0");
  const settings: string[] = [];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [key = "", value = ""] = (fields[at + 1] ?? "").split(/\n(.*)/s);
    const ofTheRepository = fields[at] === "local" || fields[at] === "worktree";
    if (ofTheRepository && startsPrograms.some((pattern) => pattern.test(key))) {
      settings.push(`${key} = ${value}`);
    }
  }
  return [...settings, ...(await hooksOf(git))];
}

const hooksOfACommit = ["pre-commit", "prepare-commit-msg", "commit-msg", "post-commit", "reference-transaction"];

async function hooksOf(git: Git): Promise<string[]> {
  const folder = await git.text(["rev-parse", "--path-format=absolute", "--git-path", "hooks"], { hooks: true });
  const names = await readdir(folder).catch((error: unknown) => {
    if (!isMissing(error)) {
      throw error;
    }
    return [];
  });
  const present = names.filter((name) => hooksOfACommit.includes(name)).sort();
  const runnable = await Promise.all(present.map((name) => isExecutable(nodePath.join(folder, name))));
  return present.filter((_, index) => runnable[index]).map((name) => `hook ${name}`);
}

function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
