import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import * as nodePath from "node:path";
import * as z from "zod";
import { parseJson } from "../../core/json";
import { resolveInWorkspace } from "../paths/resolve-in-workspace";
import { simpleCommands } from "./simple-commands";

const Manifest = z.object({ scripts: z.record(z.string(), z.unknown()).optional() });

/** Programs whose first operand is a file they carry out. */
const interpreters =
  /^(?:ba|da|z|k|fi)?sh$|^(?:node|deno|bun|tsx|ts-node|python[\d.]*|py|ruby|perl|php|pwsh|powershell|source|\.)$/;

const managers = new Set(["npm", "pnpm", "yarn", "bun"]);

const ownCommands: Readonly<Record<string, readonly string[]>> = {
  test: ["pretest", "test", "posttest"],
  t: ["pretest", "test", "posttest"],
  tst: ["pretest", "test", "posttest"],
  start: ["prestart", "start", "poststart"],
  stop: ["prestop", "stop", "poststop"],
  restart: ["prerestart", "restart", "postrestart"],
  install: ["preinstall", "install", "postinstall", "preprepare", "prepare", "postprepare"],
  i: ["preinstall", "install", "postinstall", "preprepare", "prepare", "postprepare"],
  ci: ["preinstall", "install", "postinstall", "preprepare", "prepare", "postprepare"],
  add: ["preinstall", "install", "postinstall", "prepare"],
  pack: ["prepack", "prepare", "postpack"],
  publish: ["prepublishOnly", "prepack", "prepare", "publish", "postpublish"],
  version: ["preversion", "version", "postversion"],
};

const runWords = new Set(["run", "run-script", "rum", "urn", "x-run"]);
const folderOptions = new Set(["--prefix", "-C", "--dir", "--cwd", "-w", "--workspace", "--filter", "-F"]);
const makefiles = ["GNUmakefile", "makefile", "Makefile"];

const maxDepth = 6;
const maxFileBytes = 8 * 1024 * 1024;

/**
 * What really runs behind a command: the text of the package scripts that it names (with those before and after, and
 * those that they name in turn), and a line with the SHA-256 of every workspace file that it carries out. An approval is
 * bound to this text, so it changes when one of them changes. Undefined when the command names none.
 */
export async function namedScript(root: string, command: string, cwd: string): Promise<string | undefined> {
  const found = new Set<string>();
  await new ScriptFinder(root, found).find(command, cwd, 0);
  return found.size === 0 ? undefined : [...found].join("\n");
}

class ScriptFinder {
  private readonly seen = new Set<string>();

  constructor(
    private readonly root: string,
    private readonly lines: Set<string>,
  ) {}

  async find(command: string, cwd: string, depth: number): Promise<void> {
    if (depth > maxDepth || this.seen.has(`${cwd}\0${command}`)) {
      return;
    }
    this.seen.add(`${cwd}\0${command}`);
    let folder = cwd;
    for (const words of simpleCommands(command)) {
      const [name = "", ...args] = afterAssignments(words);
      if ((name === "cd" || name === "pushd") && args[0] !== undefined) {
        folder = nodePath.posix.join(folder, args[0]);
      }
      await this.findIn(name, args, folder, depth);
    }
  }

  private async findIn(name: string, args: string[], cwd: string, depth: number): Promise<void> {
    const program = nodePath.posix.basename(name);
    if (managers.has(program)) {
      await this.addManaged(args, cwd, depth);
    }
    if (program === "node") {
      const at = args.findIndex((arg) => arg === "--run" || arg.startsWith("--run="));
      const script = args[at]?.startsWith("--run=") ? args[at]?.slice(6) : args[at + 1];
      if (at !== -1 && script !== undefined) {
        await this.addScripts([script], cwd, depth);
      }
    }
    if (program === "make" || program === "gmake") {
      await this.addFirstFile(makefiles, cwd);
    }
    if (name.includes("/")) {
      await this.addFile(name, cwd);
    }
    if (interpreters.test(program)) {
      await this.addOperands(args, cwd);
    }
  }

  private async addManaged(args: string[], cwd: string, depth: number): Promise<void> {
    const { operands, folders } = splitOptions(args);
    const [verb = "install", script] = operands;
    const names = runWords.has(verb)
      ? script === undefined
        ? []
        : around(script)
      : (ownCommands[verb] ?? around(verb));
    for (const folder of [cwd, ...folders.map((option) => nodePath.posix.join(cwd, option))]) {
      await this.addScripts(names, folder, depth);
    }
  }

  private async addScripts(names: readonly string[], cwd: string, depth: number): Promise<void> {
    const manifest = await this.nearestManifest(cwd);
    if (manifest === undefined) {
      return;
    }
    for (const name of names) {
      const text = manifest.scripts[name];
      if (typeof text === "string") {
        this.lines.add(`${manifest.path} ${name}: ${text}`);
        await this.find(text, manifest.folder, depth + 1);
      }
    }
  }

  private async nearestManifest(cwd: string) {
    const start = await resolveInWorkspace(this.root, cwd);
    if (!start.inside) {
      return undefined;
    }
    for (let folder = start.relative; ; folder = nodePath.posix.dirname(folder)) {
      const path = nodePath.posix.join(folder, "package.json");
      const text = await this.readInside(path, ".");
      const manifest = text === undefined ? undefined : parseManifest(text.content.toString("utf8"));
      if (manifest !== undefined) {
        return { path, folder, scripts: manifest.scripts ?? {} };
      }
      if (folder === ".") {
        return undefined;
      }
    }
  }

  /** The first operand that is a file of the workspace, and files that are loaded before it. */
  private async addOperands(args: string[], cwd: string): Promise<void> {
    for (const arg of args) {
      if (await this.addFile(arg.replace(/^--?[\w-]+=/, ""), cwd)) {
        if (!arg.startsWith("-")) {
          return;
        }
      }
    }
  }

  private async addFirstFile(names: readonly string[], cwd: string): Promise<void> {
    for (const name of names) {
      if (await this.addFile(name, cwd)) {
        return;
      }
    }
  }

  private async addFile(path: string, cwd: string): Promise<boolean> {
    const file = await this.readInside(path, cwd);
    if (file === undefined) {
      return false;
    }
    this.lines.add(`${file.path} sha256:${createHash("sha256").update(file.content).digest("hex")}`);
    return true;
  }

  private async readInside(path: string, cwd: string): Promise<{ path: string; content: Buffer } | undefined> {
    if (path === "" || path.includes("\0") || path.includes("://")) {
      return undefined;
    }
    const asked = nodePath.isAbsolute(path) ? path : nodePath.posix.join(cwd, path);
    try {
      const resolved = await resolveInWorkspace(this.root, asked);
      const facts = resolved.inside ? await stat(resolved.real) : undefined;
      if (!facts?.isFile() || facts.size > maxFileBytes) {
        return undefined;
      }
      return { path: resolved.relative, content: await readFile(resolved.real) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === undefined && (error as Error).name !== "ToolFailure") {
        throw error;
      }
      return undefined;
    }
  }
}

function parseManifest(text: string): z.infer<typeof Manifest> | undefined {
  return Manifest.safeParse(parseJson(text.replace(/^\ufeff/, ""))).data;
}

/** `A=1 env B=2 npm test` runs npm. */
function afterAssignments(words: string[]): string[] {
  const start = words.findIndex(
    (word) => !/^\w+=/.test(word) && !["env", "exec", "command", "time", "nohup", "sudo", "npx", "!"].includes(word),
  );
  return start === -1 ? [] : words.slice(start);
}

function splitOptions(args: string[]): { operands: string[]; folders: string[] } {
  const operands: string[] = [];
  const folders: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? "";
    const [option = "", value] = arg.split("=", 2);
    if (arg === "--") {
      break;
    }
    if (folderOptions.has(option)) {
      folders.push(value ?? args[++at] ?? ".");
    } else if (!arg.startsWith("-")) {
      operands.push(arg);
    }
  }
  return { operands, folders };
}

function around(script: string): string[] {
  return [`pre${script}`, script, `post${script}`];
}
