import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import * as nodePath from "node:path";
import { ToolFailure } from "../../core/errors";
import type { CommandResult, Shell } from "../../core/ports";
import { resolveInWorkspace } from "../paths/resolve-in-workspace";
import { BoundedOutput } from "./bounded-output";
import { type Environment, scrubEnvironment } from "./environment";
import { findProgram } from "./find-program";
import { LiveOutput } from "./live-output";
import { namedScript } from "./named-script";
import { PlainText } from "./plain-text";
import { endGroup, endRun, findMarked, isGroupAlive, nameOf, runMark } from "./process-group";
import { Watchdog } from "./watchdog";

export interface ProgramCall {
  /** Absolute, or a name that is looked up on the PATH outside the workspace. */
  file: string;
  args: readonly string[];
  /** Absolute. */
  cwd: string;
  /** Added to the scrubbed environment. */
  env?: Readonly<Record<string, string>>;
  timeoutMs: number;
}

interface Run {
  groupId: number;
  mark: string;
  stop(): void;
  finished: Promise<CommandResult>;
}

/** How long to wait for the end of the output when the program has ended: it is short when others hold the pipe. */
const drainMs = 250;
const longDrainMs = 2_000;

/** What runs the commands of the shell here, as a model knows it. */
export const shellHere = process.platform === "win32" ? "PowerShell" : "bash";

/**
 * Starts programs: never through the user's shell or its start-up files, with a scrubbed environment, without input,
 * each in a process group of its own that is ended as a whole. `root` is the absolute workspace folder.
 */
export class ProcessRunner implements Shell {
  private readonly environment: Environment;
  private readonly runs = new Set<Run>();
  private watchdog: Promise<Watchdog | undefined> | undefined;
  private disposed = false;

  constructor(
    private readonly root: string,
    private readonly source: NodeJS.ProcessEnv = process.env,
  ) {
    this.environment = scrubEnvironment(source, root, ownNodeFolder());
  }

  async run(
    command: { command: string; cwd: string; timeoutMs: number },
    onOutput: (text: string) => void,
    signal: AbortSignal,
  ): Promise<CommandResult> {
    const folder = await resolveInWorkspace(this.root, command.cwd);
    if (!folder.inside) {
      throw new ToolFailure(`The folder "${command.cwd}" is outside the workspace; commands run inside it.`);
    }
    const shell = await this.findShell();
    if (shell === undefined) {
      return notStarted("No bash was found on the PATH outside the workspace, so the command was not run.");
    }
    const call = { ...shell, args: [...shell.args, command.command], cwd: folder.real, timeoutMs: command.timeoutMs };
    return this.runProgram(call, onOutput, signal);
  }

  /** Runs one program with an argument array; no shell reads the arguments. */
  async runProgram(call: ProgramCall, onOutput: (text: string) => void, signal: AbortSignal): Promise<CommandResult> {
    const file = nodePath.isAbsolute(call.file) ? call.file : await findProgram(call.file, this.source, this.root);
    if (file === undefined) {
      return notStarted(`The program "${call.file}" was not found on the PATH outside the workspace.`);
    }
    if (signal.aborted || this.disposed) {
      return { exitCode: null, output: "", durationMs: 0, ended: "stopped" };
    }
    return this.start({ ...call, file }, onOutput, signal);
  }

  script(command: string, cwd: string): Promise<string | undefined> {
    return namedScript(this.root, command, cwd);
  }

  /** Ends everything that still runs. */
  async dispose(): Promise<void> {
    this.disposed = true;
    const runs = [...this.runs];
    for (const run of runs) {
      run.stop();
    }
    await Promise.all(runs.map((run) => run.finished));
    (await this.watchdog)?.dispose();
  }

  /** How many programs run now. */
  get running(): number {
    return this.runs.size;
  }

  private async start(
    call: ProgramCall,
    onOutput: (text: string) => void,
    signal: AbortSignal,
  ): Promise<CommandResult> {
    const mark = randomUUID();
    const watchdog = await this.watch();
    watchdog?.expect(mark);
    const child = await spawnInGroup(call, { ...this.environment, ...call.env, [runMark]: mark });
    if (typeof child === "string") {
      watchdog?.release(mark);
      return notStarted(`${call.file} could not be started in ${call.cwd}: ${child}`);
    }
    const groupId = child.pid as number;
    const stopped = new AbortController();
    const run: Run = {
      groupId,
      mark,
      stop: () => stopped.abort(),
      finished: this.follow(child, groupId, mark, call.timeoutMs, onOutput, AbortSignal.any([signal, stopped.signal])),
    };
    this.runs.add(run);
    watchdog?.watch(mark, groupId);
    try {
      return await run.finished;
    } finally {
      this.runs.delete(run);
      watchdog?.release(mark);
    }
  }

  private async follow(
    child: ChildProcess,
    groupId: number,
    mark: string,
    timeoutMs: number,
    onOutput: (text: string) => void,
    signal: AbortSignal,
  ): Promise<CommandResult> {
    const startedAt = performance.now();
    const output = new BoundedOutput();
    const live = new LiveOutput(onOutput);
    const closed = collect(child, (text) => {
      output.add(text);
      live.add(text);
    });
    const exited = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
    const ended = await firstOf(exited, timeoutMs, signal);
    if (ended !== "exited") {
      await endRun(groupId, mark);
    }
    const exitCode = await exited;
    const notes = ended === "exited" ? await clearLeftovers(groupId, mark) : [];
    await Promise.race([closed.done, pause(notes.length > 0 ? drainMs : longDrainMs)]);
    closed.detach();
    for (const note of notes) {
      output.add(`\n${note}`);
      live.add(`\n${note}`);
    }
    live.end();
    const durationMs = performance.now() - startedAt;
    return { exitCode: ended === "exited" ? exitCode : null, output: output.render(), durationMs, ended };
  }

  private async findShell(): Promise<{ file: string; args: string[] } | undefined> {
    if (process.platform === "win32") {
      const { SystemRoot = "C:\\Windows" } = this.source;
      const file = `${SystemRoot}\\System32\\WindowsPowerShell\\v1.0\\powershell.exe`;
      return { file, args: ["-NoProfile", "-NonInteractive", "-Command"] };
    }
    const bash = await findProgram("bash", this.source, this.root);
    return bash === undefined ? undefined : { file: bash, args: ["--noprofile", "--norc", "-c"] };
  }

  private watch(): Promise<Watchdog | undefined> {
    this.watchdog ??= this.makeWatchdog();
    return this.watchdog;
  }

  private async makeWatchdog(): Promise<Watchdog | undefined> {
    const bash = process.platform === "win32" ? undefined : await findProgram("bash", this.source, this.root);
    return bash === undefined ? undefined : new Watchdog(bash, this.environment);
  }
}

function collect(child: ChildProcess, take: (text: string) => void): { done: Promise<void>; detach(): void } {
  const streams = [child.stdout, child.stderr].filter((stream) => stream !== null);
  const done = streams.map((stream) => {
    const text = new PlainText();
    stream.on("data", (bytes: Buffer) => take(text.push(bytes)));
    return new Promise<void>((resolve) => {
      stream.once("error", () => resolve());
      stream.once("close", () => {
        take(text.end());
        resolve();
      });
    });
  });
  const detach = () => {
    for (const stream of streams) {
      stream.destroy();
    }
  };
  return { done: Promise.all(done).then(() => undefined), detach };
}

async function firstOf(
  exited: Promise<unknown>,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<"exited" | "timed_out" | "stopped"> {
  let timer: NodeJS.Timeout | undefined;
  let onAbort: (() => void) | undefined;
  const timedOut = new Promise<"timed_out">((resolve) => {
    timer = setTimeout(() => resolve("timed_out"), Math.min(timeoutMs, 2 ** 31 - 1));
  });
  const stopped = new Promise<"stopped">((resolve) => {
    onAbort = () => resolve("stopped");
    signal.addEventListener("abort", onAbort);
    if (signal.aborted) {
      resolve("stopped");
    }
  });
  try {
    return await Promise.race([exited.then(() => "exited" as const), timedOut, stopped]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", onAbort ?? (() => undefined));
  }
}

/** A finished command leaves nothing running unseen: its group is ended, what left the group is named. */
async function clearLeftovers(groupId: number, mark: string): Promise<string[]> {
  const notes: string[] = [];
  if (process.platform !== "win32" && (await isGroupAlive(groupId))) {
    await endGroup(groupId);
    notes.push("[Processes that the command left in the background were ended.]");
  }
  for (const pid of await findMarked(mark)) {
    notes.push(`[Still running in a session of its own: ${await nameOf(pid)}, process ${pid}.]`);
  }
  return notes;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** The running child, or why it could not be started. */
async function spawnInGroup(call: ProgramCall, env: Environment): Promise<ChildProcess | string> {
  try {
    const child = spawn(call.file, call.args, {
      cwd: call.cwd,
      env,
      detached: process.platform !== "win32",
      stdio: ["ignore", "pipe", "pipe"],
      windowsHide: true,
    });
    return child.pid === undefined ? await spawnError(child) : child;
  } catch (error) {
    return (error as Error).message;
  }
}

function spawnError(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => child.once("error", (error) => resolve(error.message)));
}

function notStarted(output: string): CommandResult {
  return { exitCode: null, output, durationMs: 0, ended: "not_started" };
}

/** A VS Code server runs on its own node and need not have one on the PATH; a desktop VS Code is no node at all. */
function ownNodeFolder(): string[] {
  return /^node(\.exe)?$/.test(nodePath.basename(process.execPath)) ? [nodePath.dirname(process.execPath)] : [];
}
