import { spawn } from "node:child_process";
import { AgentError } from "../../core/errors";
import { type Environment, scrubEnvironment } from "../process/environment";
import { findProgram } from "../process/find-program";

export interface GitCall {
  /** Given on standard input. */
  input?: Uint8Array;
  /** The index to use instead of the repository's own. */
  index?: string;
  /** Let the repository's hooks run: only for a commit that the user asked for. */
  hooks?: boolean;
  /** Paths among the arguments are plain names. */
  literal?: boolean;
  /** Exit codes that are answers and not failures. */
  accept?: readonly number[];
  timeoutMs?: number;
}

export interface GitAnswer {
  code: number;
  output: Buffer;
  complaint: string;
}

/** Whatever the repository's own configuration says, these programs are not started by looking at it. */
const hardened = [
  "-c",
  "core.fsmonitor=false",
  "-c",
  "diff.external=",
  "-c",
  "log.showSignature=false",
  "-c",
  "safe.bareRepository=explicit",
  "-c",
  "core.quotePath=false",
];

const quiet: Environment = {
  GIT_OPTIONAL_LOCKS: "0",
  GIT_NO_LAZY_FETCH: "1",
  GIT_TERMINAL_PROMPT: "0",
  GIT_PAGER: "cat",
  GIT_EDITOR: "true",
  GIT_SEQUENCE_EDITOR: "true",
  LC_ALL: "C",
};

const longestAnswer = 256 * 1024 * 1024;

/** Runs git in one folder: argument arrays, no terminal, no pager, no editor, nothing of the workspace on the PATH. */
export class Git {
  private constructor(
    private readonly file: string,
    readonly folder: string,
    private readonly env: Environment,
  ) {}

  /** Undefined when no git is installed outside the workspace. */
  static async find(folder: string, source: NodeJS.ProcessEnv = process.env): Promise<Git | undefined> {
    const file = await findProgram("git", source, folder);
    return file === undefined ? undefined : new Git(file, folder, { ...scrubEnvironment(source, folder), ...quiet });
  }

  /** The same git for another folder. */
  in(folder: string): Git {
    return new Git(this.file, folder, this.env);
  }

  /** Throws `AgentError` "git_failed", with git's own words, for an exit code that is not accepted. */
  async run(args: readonly string[], call: GitCall = {}): Promise<GitAnswer> {
    const answer = await this.start(args, call);
    if (answer.code !== 0 && !call.accept?.includes(answer.code)) {
      throw new AgentError(
        "git_failed",
        `git ${args[0]} failed: ${answer.complaint.trim() || `exit code ${answer.code}`}`,
        "Nothing of your own work was changed. Mend what git complains about, then try again.",
      );
    }
    return answer;
  }

  /** Standard output as text, without the last line end. */
  async text(args: readonly string[], call: GitCall = {}): Promise<string> {
    return (await this.run(args, call)).output.toString("utf8").replace(/\n$/, "");
  }

  private start(args: readonly string[], call: GitCall): Promise<GitAnswer> {
    const hooks = call.hooks ? [] : ["-c", "core.hooksPath=/dev/null"];
    const literal = call.literal ? ["--literal-pathspecs"] : [];
    const child = spawn(this.file, [...hardened, ...hooks, ...literal, ...args], {
      cwd: this.folder,
      env: call.index === undefined ? this.env : { ...this.env, GIT_INDEX_FILE: call.index },
      stdio: ["pipe", "pipe", "pipe"],
      timeout: call.timeoutMs ?? 60_000,
      killSignal: "SIGKILL",
      windowsHide: true,
    });
    const output: Buffer[] = [];
    let length = 0;
    let complaint = "";
    child.stdout.on("data", (bytes: Buffer) => {
      length += bytes.length;
      if (length <= longestAnswer) {
        output.push(bytes);
      }
    });
    child.stderr.on("data", (bytes: Buffer) => {
      complaint = (complaint + bytes.toString("utf8")).slice(-8_000);
    });
    child.stdin.on("error", (error) => {
      complaint += error.message;
    });
    child.stdin.end(call.input ?? "");
    return new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code, signal) => {
        const ended = signal === null ? "" : `git was ended (${signal}); it took too long. `;
        resolve({ code: code ?? -1, output: Buffer.concat(output), complaint: ended + complaint });
      });
    });
  }
}
