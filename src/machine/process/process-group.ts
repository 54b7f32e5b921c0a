import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";

/** In the environment of every process we start, so that those that left the group are found again. */
export const runMark = "HEARTH_RUN";

const graceMs = 1_000;
const pollMs = 25;

/**
 * Ends every process of a run: its group, and on Linux also what moved to another session. First with SIGTERM, after
 * a second with SIGKILL. Resolves when none is left; never takes more than about two seconds.
 */
export async function endRun(groupId: number, mark: string): Promise<void> {
  if (process.platform === "win32") {
    await endTree(groupId);
    return;
  }
  const strays = await findMarked(mark);
  signalGroup(groupId, "SIGTERM");
  for (const pid of strays) {
    signalProcess(pid, "SIGTERM");
  }
  const deadline = Date.now() + graceMs;
  while (Date.now() < deadline) {
    if (!(await isGroupAlive(groupId)) && (await findMarked(mark)).length === 0) {
      return;
    }
    await delay(pollMs);
  }
  await killAll(groupId, mark);
}

/** The same for the group alone: what moved to another session goes on. */
export function endGroup(groupId: number): Promise<void> {
  return endRun(groupId, "none");
}

/** Forks may race with the search, so it is repeated until nothing new is found. */
async function killAll(groupId: number, mark: string): Promise<void> {
  for (let round = 0; round < 40; round++) {
    signalGroup(groupId, "SIGKILL");
    const strays = await findMarked(mark);
    for (const pid of strays) {
      signalProcess(pid, "SIGKILL");
    }
    if (strays.length === 0 && !(await isGroupAlive(groupId))) {
      return;
    }
    await delay(pollMs);
  }
}

/** Whether a process of the group still runs; finished ones that nobody has collected do not count. */
export async function isGroupAlive(groupId: number): Promise<boolean> {
  if (!signalGroup(groupId, 0)) {
    return false;
  }
  if (process.platform !== "linux") {
    return true;
  }
  const states = await Promise.all((await processIds()).map((pid) => readProcess(pid, "stat")));
  return states.some((stat) => isRunningMember(stat.toString("latin1"), groupId));
}

/** Fields after the name, which may hold anything: state, parent, group. */
function isRunningMember(stat: string, groupId: number): boolean {
  const [state, , group] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return Number(group) === groupId && state !== "Z" && state !== "X";
}

function signalGroup(groupId: number, signal: NodeJS.Signals | 0): boolean {
  return signalProcess(-groupId, signal);
}

function signalProcess(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ESRCH" || code === "EPERM") {
      return code === "EPERM";
    }
    throw error;
  }
}

/** Processes that carry the mark in their environment. Linux only; elsewhere the group is all we know. */
export async function findMarked(mark: string): Promise<number[]> {
  if (process.platform !== "linux") {
    return [];
  }
  const needle = Buffer.from(`${runMark}=${mark}\0`);
  const pids = await processIds();
  const marked = await Promise.all(pids.map(async (pid) => (await readProcess(pid, "environ")).includes(needle)));
  return pids.filter((_, index) => marked[index]);
}

async function processIds(): Promise<number[]> {
  return (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
}

/** Empty for processes that are gone or not ours. */
async function readProcess(pid: number, file: "environ" | "stat"): Promise<Buffer> {
  try {
    return await readFile(`/proc/${pid}/${file}`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) {
      throw error;
    }
    return Buffer.alloc(0);
  }
}

/** What a person would recognise a process by. */
export async function nameOf(pid: number): Promise<string> {
  const stat = (await readProcess(pid, "stat")).toString("utf8");
  return stat.slice(stat.indexOf("(") + 1, stat.lastIndexOf(")")) || "a program";
}

function endTree(pid: number): Promise<void> {
  const { SystemRoot = "C:\\Windows" } = process.env;
  const taskkill = `${SystemRoot}\\System32\\taskkill.exe`;
  return new Promise((resolve) => {
    execFile(taskkill, ["/PID", `${pid}`, "/T", "/F"], { windowsHide: true }, () => resolve());
  });
}
