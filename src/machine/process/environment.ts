import { realpathSync } from "node:fs";
import * as nodePath from "node:path";

export type Environment = Record<string, string>;

/** Passed on as they are. Everything else, above all what changes how a trusted program behaves, is left behind. */
const kept = new Set([
  "HOME",
  "USER",
  "LOGNAME",
  "LANG",
  "LANGUAGE",
  "TZ",
  "TMPDIR",
  "TMP",
  "TEMP",
  "DISPLAY",
  "WAYLAND_DISPLAY",
  "XDG_RUNTIME_DIR",
  "SYSTEMROOT",
  "SYSTEMDRIVE",
  "WINDIR",
  "COMSPEC",
  "PATHEXT",
  "USERPROFILE",
  "USERNAME",
  "APPDATA",
  "LOCALAPPDATA",
  "PROGRAMDATA",
  "PROGRAMFILES",
  "PROGRAMFILES(X86)",
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "NO_PROXY",
  "ALL_PROXY",
]);

/** Where a tool chain was installed; kept only when it is an absolute folder outside the workspace. */
const toolFolders = new Set([
  "JAVA_HOME",
  "GOPATH",
  "GOROOT",
  "CARGO_HOME",
  "RUSTUP_HOME",
  "NVM_DIR",
  "VOLTA_HOME",
  "FNM_DIR",
  "PNPM_HOME",
  "PYENV_ROOT",
  "VIRTUAL_ENV",
  "CONDA_PREFIX",
  "DOTNET_ROOT",
  "ANDROID_HOME",
  "ANDROID_SDK_ROOT",
  "XDG_CONFIG_HOME",
  "XDG_DATA_HOME",
  "XDG_CACHE_HOME",
]);

/** The same for every command: no colours, no pagers, no questions. */
const fixed: Environment = {
  TERM: "dumb",
  NO_COLOR: "1",
  PAGER: "cat",
  GIT_PAGER: "cat",
  GIT_TERMINAL_PROMPT: "0",
};

/**
 * The environment of every process this extension starts. `root` is the workspace: folders inside it are taken off
 * the PATH, so that a planted `git` or `node` is never run by its name. `extraFolders` come last on the PATH.
 */
export function scrubEnvironment(
  source: NodeJS.ProcessEnv,
  root: string,
  extraFolders: readonly string[] = [],
): Environment {
  const environment: Environment = {};
  for (const [name, value] of Object.entries(source)) {
    if (value !== undefined && isKept(name, value, root)) {
      environment[name] = value;
    }
  }
  const PATH = [...programFolders(source, root), ...extraFolders].join(nodePath.delimiter);
  return { ...environment, PATH, ...fixed };
}

function isKept(name: string, value: string, root: string): boolean {
  const upper = name.toUpperCase();
  if (kept.has(upper) || /^LC_[A-Z]+$/.test(upper)) {
    return true;
  }
  return toolFolders.has(upper) && isOutsideFolder(value, root);
}

/** The folders of PATH that are absolute and outside the workspace, in order, each once. */
export function programFolders(source: NodeJS.ProcessEnv, root: string): string[] {
  const { PATH, Path } = source;
  return [...new Set((PATH ?? Path ?? "").split(nodePath.delimiter))].filter((folder) => isOutsideFolder(folder, root));
}

function isOutsideFolder(folder: string, root: string): boolean {
  return nodePath.isAbsolute(folder) && !isWithin(root, folder) && !isWithin(root, realOr(folder));
}

export function isWithin(root: string, path: string): boolean {
  const relative = nodePath.relative(realOr(root), path);
  return relative === "" || !(relative.split(nodePath.sep)[0] === ".." || nodePath.isAbsolute(relative));
}

function realOr(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) {
      throw error;
    }
    return path;
  }
}
