import * as nodePath from "node:path";
import { AgentError } from "../../core/errors";
import type { RunnerName } from "./found-test";
import type { NodeProgram } from "./node-program";
import {
  dependsOn,
  entryOf,
  findPackage,
  firstFile,
  foldersUp,
  type PackageJson,
  type ReadFile,
  readPackage,
} from "./project";
import { pythonRunner } from "./python/python-runner";
import { hasConfig, isCallOf, type ScriptRunner } from "./runner-config";
import { type KnownFlags, pickFlags, scriptCommands } from "./script-flags";

/** How the tests of a file are run in its project. */
export interface Runner {
  name: RunnerName;
  /** Absolute folder in which it is started. */
  root: string;
  /** The program that is started: absolute, or a name that is looked up on the PATH. */
  program: string;
  /** The runner's own script, absolute; node:test and pytest have none. */
  entry: string | undefined;
  /** Major version of the runner; 0 when it is not known before the run. */
  major: number;
  /** For the program itself (`--import tsx`), and for the runner (`--config x`). */
  programFlags: string[];
  flags: string[];
  /** Set by the project's own script before it calls the runner. */
  env: Record<string, string>;
}

export interface Project {
  /** Absolute workspace folder. */
  top: string;
  read: ReadFile;
  /** Asked only for runners that node runs. */
  node(): Promise<NodeProgram>;
}

interface Place {
  root: string;
  manifest: PackageJson | undefined;
}

const nodeFlags: KnownFlags = {
  value: ["--import", "--require", "-r", "--loader", "--experimental-loader", "--conditions", "-C", "--env-file*"],
  alone: ["--experimental-*", "--no-experimental-*", "--enable-source-maps", "--expose-gc", "--no-warnings"],
};

/** What narrows a run (a project, a folder) is left out: the file that is asked for says enough. */
const runnerFlags: Readonly<Record<ScriptRunner, KnownFlags>> = {
  vitest: {
    value: ["--config", "-c", "--root", "-r", "--workspace", "--environment", "--mode"],
    alone: ["--globals", "--dom"],
  },
  jest: { value: ["--config", "-c", "--rootDir", "--env"], alone: [] },
  mocha: {
    value: ["--config", "--require", "-r", "--import", "--loader", "--extension", "--ui", "-u", "--node-option", "-n"],
    alone: ["--experimental-*"],
  },
};

/** Finds how a file's tests are run. Throws an `AgentError` that says what is missing. */
export async function detectRunner(name: RunnerName, file: string, project: Project): Promise<Runner> {
  switch (name) {
    case "node:test":
      return nodeTestRunner(file, project);
    case "pytest":
      return pythonRunner(file, project);
    default:
      return scriptRunner(name, file, project);
  }
}

async function nodeTestRunner(file: string, { top, read, node: findNode }: Project): Promise<Runner> {
  const node = await findNode();
  const { root, manifest } = await nearestPackage(file, top, read);
  const commands = scriptCommands(manifest?.scripts);
  const command = commands.find(({ program, args }) => /^(?:node|tsx)$/.test(program) && args.includes("--test"));
  const flags = command === undefined ? [] : pickFlags(command.args, nodeFlags);
  const programFlags = command?.program === "tsx" ? ["--import", "tsx", ...flags] : flags;
  return {
    name: "node:test",
    root,
    program: node.file,
    entry: undefined,
    major: node.major,
    programFlags: [...programFlags, ...(await typeFlags(file, programFlags, { root, read, node }))],
    flags: [],
    env: command?.env ?? {},
  };
}

/** What node needs beyond its flags to read TypeScript. */
async function typeFlags(
  file: string,
  flags: readonly string[],
  { root, read, node }: { root: string; read: ReadFile; node: NodeProgram },
): Promise<string[]> {
  const loads = flags.some((flag) =>
    /^(?:--import|--require|-r|--(?:experimental-)?loader)(?:=|$)|strip-types/.test(flag),
  );
  if (!/\.[cm]?tsx?$/i.test(file) || loads) {
    return [];
  }
  if ((await findPackage("tsx", root, read)) !== undefined) {
    return ["--import", "tsx"];
  }
  const version = node.major * 1000 + node.minor;
  if (/\.tsx$/i.test(file) || version < 22_006) {
    throw new AgentError(
      "no_types",
      `Node ${node.major}.${node.minor} cannot run ${nodePath.basename(file)}, and the project names no loader for it.`,
      "Install tsx in the project (`npm install --save-dev tsx`), or put Node 22.18 or newer first on the PATH.",
    );
  }
  return version < 22_018 || (node.major === 23 && node.minor < 6) ? ["--experimental-strip-types"] : [];
}

async function scriptRunner(name: ScriptRunner, file: string, { top, read, node }: Project): Promise<Runner> {
  const { root, manifest } = await packageWith(name, file, top, read);
  const found = await findPackage(name, root, read);
  const entry = found === undefined ? undefined : entryOf(found, name);
  if (found === undefined || entry === undefined) {
    throw await notInstalled(name, root, read);
  }
  const command = scriptCommands(manifest?.scripts).find((each) => isCallOf(name, each));
  return {
    name,
    root,
    program: (await node()).file,
    entry,
    major: Number(/^\d+/.exec(found.manifest.version ?? "")?.[0] ?? 0),
    programFlags: [],
    flags: command === undefined ? [] : pickFlags(command.args, runnerFlags[name]),
    env: command?.env ?? {},
  };
}

/** The nearest folder that has the runner: as a dependency, or by a configuration of its own. */
async function packageWith(name: ScriptRunner, file: string, top: string, read: ReadFile): Promise<Place> {
  for (const root of foldersUp(file, top)) {
    const manifest = await readPackage(root, read);
    if (dependsOn(manifest, name) || (await hasConfig(name, root, manifest, read))) {
      return { root, manifest };
    }
  }
  return nearestPackage(file, top, read);
}

async function nearestPackage(file: string, top: string, read: ReadFile): Promise<Place> {
  for (const root of foldersUp(file, top)) {
    const manifest = await readPackage(root, read);
    if (manifest !== undefined) {
      return { root, manifest };
    }
  }
  return { root: top, manifest: undefined };
}

async function notInstalled(name: string, root: string, read: ReadFile): Promise<AgentError> {
  const plugAndPlay = await firstFile(root, [".pnp.cjs", "../.pnp.cjs", "../../.pnp.cjs"], read);
  if (plugAndPlay !== undefined) {
    const remedy = 'Set "nodeLinker: node-modules" in .yarnrc.yml and install again, or run the test yourself.';
    return new AgentError(
      "runner_missing",
      `${name} is installed with Yarn Plug'n'Play, which Hearth cannot start.`,
      remedy,
    );
  }
  return new AgentError(
    "runner_missing",
    `${name} is not installed in ${nodePath.basename(root)}: no node_modules holds it.`,
    "Install the project's dependencies (for example `npm install`), then try again.",
  );
}
