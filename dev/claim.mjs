import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isAlive } from "./processes.mjs";

/**
 * What to put behind the names of folders that one `npm start` has for itself: nothing for the first that runs, "-2" for
 * a second beside it. Those of one that has ended are used again.
 * @param {string} dev
 * @param {number} [pid]
 * @returns {string}
 */
export function claimSuffix(dev, pid = process.pid) {
  mkdirSync(dev, { recursive: true });
  for (let nth = 1; ; nth++) {
    const suffix = nth === 1 ? "" : `-${nth}`;
    if (claim(join(dev, `start${suffix}.pid`), pid)) {
      return suffix;
    }
  }
}

/**
 * @param {string} file
 * @param {number} pid
 */
function claim(file, pid) {
  try {
    if (isAlive(Number(readFileSync(file, "utf8")))) {
      return false;
    }
    rmSync(file, { force: true });
  } catch {
    // nobody has it
  }
  try {
    writeFileSync(file, String(pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "EEXIST") {
      return false; // another one was quicker
    }
    throw error;
  }
}
