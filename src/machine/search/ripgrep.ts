import { spawn } from "node:child_process";
import { ToolFailure } from "../../core/errors";
import type { Environment } from "../process/environment";
import { neverEntered } from "./shown-paths";

export interface RipgrepCall {
  /** What ends a line of output: a line feed, or NUL with `--null`. */
  lineEnd: "\n" | "\0";
  /** Absolute path of the binary. */
  binary: string;
  args: readonly string[];
  /** Absolute. */
  cwd: string;
  env: Environment;
}

/** In every call: no configuration file, hidden files seen (we choose among them), ignore files also without git. */
export const commonArguments: readonly string[] = [
  "--no-config",
  "--no-messages",
  "--hidden",
  "--no-require-git",
  "--sort=path",
];

/** They come last, because ripgrep lets the last matching glob decide. */
export const lastGlobs: readonly string[] = neverEntered.map((name) => `--glob=!**/${name}`);

const longestLine = 16 * 1024 * 1024;

/**
 * Gives every line of output to `take` until it answers false; ripgrep is then ended. Throws `ToolFailure` with
 * ripgrep's own words when it did not understand the pattern or the glob.
 */
export function runRipgrep(call: RipgrepCall, take: (line: string) => boolean, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const child = spawn(call.binary, call.args, {
      cwd: call.cwd,
      env: call.env,
      stdio: ["ignore", "pipe", "pipe"],
      windowsHide: true,
    });
    let enough = false;
    let complaint = "";
    const stop = () => child.kill("SIGKILL");
    const lines = new LineReader(call.lineEnd, (line) => {
      if (!enough && !take(line)) {
        enough = true;
        stop();
      }
    });
    signal.addEventListener("abort", stop);
    child.stdout.on("data", (bytes: Buffer) => lines.push(bytes));
    child.stderr.on("data", (bytes: Buffer) => {
      complaint = (complaint + bytes.toString("utf8")).slice(0, 2_000);
    });
    const settle = (finish: () => void) => {
      signal.removeEventListener("abort", stop);
      finish();
    };
    child.once("error", (error) => settle(() => reject(error)));
    child.once("close", (code) => {
      settle(() => {
        if (signal.aborted) {
          reject(signal.reason);
        } else if (!enough && code === 2 && complaint !== "") {
          reject(new ToolFailure(`The search could not be done: ${complaint.trim().replace(/^rg: /, "")}`));
        } else {
          resolve();
        }
      });
    });
  });
}

/** Splits output into lines; one that is longer than any sensible line is left out. */
class LineReader {
  private parts: Buffer[] = [];
  private length = 0;

  constructor(
    private readonly lineEnd: string,
    private readonly take: (line: string) => void,
  ) {}

  push(bytes: Buffer): void {
    let start = 0;
    for (let end = bytes.indexOf(this.lineEnd); end !== -1; end = bytes.indexOf(this.lineEnd, start)) {
      this.keep(bytes.subarray(start, end));
      if (this.length <= longestLine) {
        this.take(Buffer.concat(this.parts).toString("utf8"));
      }
      this.parts = [];
      this.length = 0;
      start = end + 1;
    }
    this.keep(bytes.subarray(start));
  }

  private keep(part: Buffer): void {
    this.length += part.length;
    this.parts = this.length <= longestLine ? [...this.parts, part] : [];
  }
}
