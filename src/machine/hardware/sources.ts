import { readdir, readFile } from "node:fs/promises";
import { freemem, totalmem } from "node:os";
import * as nodePath from "node:path";
import type { ProcessRunner } from "../process/process-runner";

/** Where facts about this computer come from. Nothing here throws: what is not there is undefined. */
export interface Sources {
  platform: NodeJS.Platform;
  env: NodeJS.ProcessEnv;
  totalBytes(): number;
  freeBytes(): number;
  readText(path: string): Promise<string | undefined>;
  list(folder: string): Promise<string[]>;
  /** What a program printed when it ended well; `failed` when it ended otherwise; undefined when there is none. */
  run(file: string, args: readonly string[], signal: AbortSignal): Promise<Printed | undefined>;
}

export type Printed = { ok: true; text: string } | { ok: false; text: string };

export function machineSources(programs: Pick<ProcessRunner, "runProgram">, timeoutMs: number): Sources {
  const { root: cwd } = nodePath.parse(process.execPath);
  return {
    platform: process.platform,
    env: process.env,
    totalBytes: totalmem,
    freeBytes: freemem,
    readText: (path) => orUndefined(readFile(path, "utf8")),
    list: async (folder) => (await orUndefined(readdir(folder))) ?? [],
    async run(file, args, signal) {
      const ended = await programs.runProgram({ file, args, cwd, timeoutMs }, () => undefined, signal);
      if (ended.ended === "not_started") {
        return undefined;
      }
      return { ok: ended.ended === "exited" && ended.exitCode === 0, text: ended.output };
    },
  };
}

async function orUndefined<Value>(reading: Promise<Value>): Promise<Value | undefined> {
  try {
    return await reading;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) {
      throw error;
    }
    return undefined;
  }
}
