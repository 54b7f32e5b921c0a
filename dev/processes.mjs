import { spawn, spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

/** @typedef {import("node:child_process").ChildProcess} ChildProcess */

/** @type {Set<ChildProcess>} */
const running = new Set();
/** @type {ChildProcess | undefined} */
let watchdog;

/**
 * Starts a child that leads its own process group and is ended with us, whatever ends us.
 * @param {string} file
 * @param {readonly string[]} args
 * @param {import("node:child_process").SpawnOptions} options
 * @returns {ChildProcess}
 */
export function startChild(file, args, options) {
  const child = spawn(file, args, { ...options, detached: process.platform !== "win32" });
  running.add(child);
  tellWatchdog(`+${child.pid}\n`);
  child.once("exit", () => forget(child));
  child.once("error", () => forget(child));
  return child;
}

/** @param {ChildProcess} child */
function forget(child) {
  if (running.delete(child)) {
    tellWatchdog(`-${child.pid}\n`);
  }
}

/**
 * A process that cannot be asked (a test worker is killed, a terminal closes) still closes its pipes when it ends. The
 * watchdog waits for that and then ends what was not ended.
 * @param {string} line
 */
function tellWatchdog(line) {
  if (watchdog === undefined) {
    const script = fileURLToPath(new URL("watchdog.mjs", import.meta.url));
    watchdog = spawn(process.execPath, [script], { detached: true, stdio: ["pipe", "ignore", "ignore"] });
    watchdog.unref();
    /** @type {import("node:net").Socket} */ (watchdog.stdin).unref();
  }
  watchdog.stdin?.write(line);
}

/**
 * Ends a child and everything that it started, first politely.
 * @param {ChildProcess} child
 */
export async function endChild(child) {
  if (child.pid !== undefined) {
    await endFamily(child.pid);
  }
  forget(child);
}

/**
 * Ends a process and all below it, first politely.
 * @param {number} root
 */
export async function endFamily(root) {
  const family = [root, ...descendants(root)];
  for (const pid of family) {
    signalProcess(pid, "SIGTERM");
  }
  for (let waited = 0; waited < 5_000 && family.some(isAlive); waited += 50) {
    await sleep(50);
  }
  for (const pid of family.filter(isAlive)) {
    signalProcess(pid, "SIGKILL");
  }
}

/** Ends all that was started and is still there. */
export async function endChildren() {
  await Promise.all([...running].map(endChild));
}

/**
 * Runs a command to its end with our own input and output and gives its exit code.
 * @param {string} file
 * @param {readonly string[]} args
 * @param {import("node:child_process").SpawnOptions} [options]
 * @returns {Promise<number>}
 */
export function runToEnd(file, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: "inherit", ...options });
    const pass = (/** @type {NodeJS.Signals} */ signal) => child.kill(signal);
    const signals = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);
    for (const signal of signals) {
      process.on(signal, pass);
    }
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      for (const name of signals) {
        process.off(name, pass);
      }
      resolve(code ?? (signal === "SIGINT" ? 130 : 1));
    });
  });
}

let isEnding = false;

/** Whether a signal has told us to end, so that a child that ends now does so because we ended it. */
export function isAskedToEnd() {
  return isEnding;
}

/** After this, a signal ends our children before it ends us. */
export function endChildrenOnSignals() {
  for (const [signal, code] of /** @type {const} */ ([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ])) {
    process.on(signal, () => {
      if (!isEnding) {
        isEnding = true; // a terminal and npm may both pass the same Ctrl-C on
        endChildren().finally(() => process.exit(code));
      }
    });
  }
}

/** npm does not always pass a signal on to what it runs. When it is gone, we go as if we had been asked to. */
export function endWithNpm() {
  const parent = process.ppid;
  if (process.env["npm_lifecycle_event"] !== undefined) {
    setInterval(() => process.ppid !== parent && process.kill(process.pid, "SIGTERM"), 1_000).unref();
  }
}

/**
 * Every process below this one, nearest first.
 * @param {number} root
 * @returns {number[]}
 */
export function descendants(root) {
  const found = [root];
  const all = listProcesses();
  for (const parent of found) {
    found.push(...all.filter((each) => each.parent === parent).map((each) => each.pid));
  }
  return found.slice(1);
}

/**
 * The processes that the operating system shows us, with their command lines where it gives them.
 * @returns {{ pid: number, parent: number, command: string }[]}
 */
export function listProcesses() {
  if (process.platform === "linux") {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .flatMap(readLinuxProcess);
  }
  if (process.platform === "win32") {
    return [];
  }
  const { stdout } = spawnSync("ps", ["-A", "-o", "pid=,ppid=,args="], { encoding: "utf8" });
  return (stdout ?? "").split("\n").flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line);
    return match ? [{ pid: Number(match[1]), parent: Number(match[2]), command: match[3] ?? "" }] : [];
  });
}

/** @param {string} pid */
function readLinuxProcess(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
    return state === "Z" ? [] : [{ pid: Number(pid), parent: Number(parent), command }];
  } catch {
    return []; // it ended while we looked
  }
}

/** @param {number} pid */
export function isAlive(pid) {
  if (process.platform === "linux") {
    return readLinuxProcess(String(pid)).length > 0;
  }
  return signalProcess(pid, 0);
}

/**
 * @param {number} pid
 * @param {NodeJS.Signals | 0} signal
 */
function signalProcess(pid, signal) {
  if (process.platform === "win32" && signal !== 0) {
    return spawnSync("taskkill", ["/pid", String(pid), "/T", "/F"]).status === 0;
  }
  try {
    return process.kill(pid, signal);
  } catch {
    return false; // it has ended already
  }
}
