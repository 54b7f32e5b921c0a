import * as nodePath from "node:path";
import { AgentError } from "../../core/errors";
import type { CommandResult } from "../../core/ports";

/** The node that runs the project's tests. */
export interface NodeProgram {
  /** `node`, or an absolute path. */
  file: string;
  major: number;
  minor: number;
}

/** Runs one program without a shell; what `ProcessRunner` of `machine` offers. */
export interface ProgramRunner {
  runProgram(
    call: {
      file: string;
      args: readonly string[];
      cwd: string;
      env?: Readonly<Record<string, string>>;
      timeoutMs: number;
    },
    onOutput: (text: string) => void,
    signal: AbortSignal,
  ): Promise<CommandResult>;
}

/**
 * The project's node: `node` on the PATH. Where there is none, the node that a VS Code server itself runs on; never the
 * Electron of a desktop editor. Throws an `AgentError` when there is no node.
 */
export async function findNode(
  programs: ProgramRunner,
  cwd: string,
  signal: AbortSignal,
  own: string = process.execPath,
): Promise<NodeProgram> {
  const files = /^node(?:\.exe)?$/i.test(nodePath.basename(own)) ? ["node", own] : ["node"];
  for (const file of files) {
    const call = { file, args: ["--version"], cwd, timeoutMs: 20_000 };
    const { ended, output } = await programs.runProgram(call, () => undefined, signal);
    const version = /v(\d+)\.(\d+)\.\d+/.exec(output);
    if (ended === "exited" && version !== null) {
      return { file, major: Number(version[1]), minor: Number(version[2]) };
    }
  }
  signal.throwIfAborted();
  throw new AgentError(
    "no_node",
    "No Node.js was found on the PATH, so the test cannot be run.",
    "Install Node.js, or start VS Code from a terminal in which `node --version` works.",
  );
}
