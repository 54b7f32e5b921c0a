import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import * as z from "zod";

/** Enough to know whether a process still runs, also after its number was given to another one or after a restart. */
export const ProcessIdentity = z.object({ bootId: z.string(), pid: z.int().positive(), startedAt: z.string() });
export type ProcessIdentity = z.infer<typeof ProcessIdentity>;

let own: Promise<ProcessIdentity> | undefined;

export function ownIdentity(): Promise<ProcessIdentity> {
  own ??= readOwn();
  return own;
}

export async function isSameProcess(a: ProcessIdentity): Promise<boolean> {
  const self = await ownIdentity();
  return a.pid === self.pid && a.startedAt === self.startedAt && a.bootId === self.bootId;
}

/** Whether exactly that process still runs. When in doubt it counts as running. */
export async function isRunning(identity: ProcessIdentity): Promise<boolean> {
  if (identity.bootId !== (await bootId()) || !isAnyRunning(identity.pid)) {
    return false;
  }
  return identity.startedAt === "" || (await startOf(identity.pid)) === identity.startedAt;
}

async function readOwn(): Promise<ProcessIdentity> {
  return { bootId: await bootId(), pid: process.pid, startedAt: await startOf(process.pid) };
}

/** Whether a process with this number runs, be it the one that is meant or another. */
export function isAnyRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

async function bootId(): Promise<string> {
  switch (process.platform) {
    case "linux":
      return (await readFile("/proc/sys/kernel/random/boot_id", "utf8")).trim();
    case "darwin":
      return answerOf("/usr/sbin/sysctl", ["-n", "kern.bootsessionuuid"]);
    default:
      return "";
  }
}

/** When a process started, in the system's own words; empty where that cannot be asked. */
async function startOf(pid: number): Promise<string> {
  switch (process.platform) {
    case "linux":
      return linuxStart(pid);
    case "darwin":
      return answerOf("/bin/ps", ["-o", "lstart=", "-p", `${pid}`]);
    default:
      return "";
  }
}

async function linuxStart(pid: number): Promise<string> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, "latin1");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? "gone" : (fields[19] ?? "");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) {
      throw error;
    }
    return "gone";
  }
}

function answerOf(file: string, args: string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(file, args, { timeout: 2_000, env: { LC_ALL: "C" } }, (error, output) => {
      resolve(error ? "" : output.trim());
    });
  });
}
