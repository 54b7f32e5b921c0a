import { setTimeout as delay } from "node:timers/promises";
import { AgentError } from "../../core/errors";
import { ProcessLock } from "../journal/process-lock";

const waitMs = 5;
const patienceMs = 15_000;

/** Runs work that no other window may do at the same time. The lock of a window that no longer runs is taken over. */
export async function exclusively<T>(path: string, work: () => Promise<T>): Promise<T> {
  const lock = await takeInTurn(path);
  try {
    return await work();
  } finally {
    await lock.release();
  }
}

async function takeInTurn(path: string): Promise<ProcessLock> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const lock = await ProcessLock.take(path).catch((error) => Promise.reject(notWritable(error)));
    if (lock) {
      return lock;
    }
    if (performance.now() > deadline) {
      throw busy();
    }
    await delay(waitMs);
  }
}

function busy(): AgentError {
  return new AgentError(
    "workspace_busy",
    "Another window is writing files of this workspace, so nothing was written.",
    "Wait until it is done, then try again.",
  );
}

function notWritable(error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === undefined) {
    return error;
  }
  return new AgentError(
    "storage_not_writable",
    `Hearth's storage cannot be written, so nothing was changed: ${message}.`,
    "Free some space on the disk that holds it, then try again.",
    { cause: error },
  );
}
