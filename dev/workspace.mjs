import { spawnSync } from "node:child_process";
import { cp, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "./dependencies.mjs";

/**
 * A fresh copy of the sample, a git repository of its own, so that its lesson can be repeated and nothing that is tried
 * in it touches this project.
 * @param {string} target what was there is replaced
 * @returns {Promise<string>}
 */
export async function copySample(target) {
  await rm(target, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  await cp(join(ROOT, "sample"), target, { recursive: true });
  const identity = ["-c", "user.name=Sample", "-c", "user.email=sample@localhost", "-c", "commit.gpgsign=false"];
  for (const args of [
    ["init", "--quiet"],
    ["add", "."],
    [...identity, "commit", "--quiet", "--message", "Start of the lesson"],
  ]) {
    spawnSync("git", ["-c", "core.hooksPath=/dev/null", ...args], { cwd: target, stdio: "ignore" }); // without git it is a plain folder
  }
  return target;
}
