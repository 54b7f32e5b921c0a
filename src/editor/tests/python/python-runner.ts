import * as nodePath from "node:path";
import type { Project, Runner } from "../detect-runner";
import { firstFile, foldersUp, type ReadFile } from "../project";

const rootFiles = ["pytest.ini", ".pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg", "setup.py", "manage.py"];

/**
 * pytest, or unittest where pytest is not installed: which one, only the interpreter can tell, so the run itself does.
 * The interpreter is the project's own environment, else the one on the PATH. Nothing is started to find out.
 */
export async function pythonRunner(file: string, { top, read }: Project): Promise<Runner> {
  const folders = foldersUp(file, top);
  return {
    name: "pytest",
    root: (await firstWith(folders, rootFiles, read)) ?? top,
    program: (await ownInterpreter(folders, read)) ?? (process.platform === "win32" ? "python" : "python3"),
    entry: undefined,
    major: 0,
    programFlags: [],
    flags: [],
    env: {},
  };
}

async function firstWith(
  folders: readonly string[],
  names: readonly string[],
  read: ReadFile,
): Promise<string | undefined> {
  for (const folder of folders) {
    if ((await firstFile(folder, names, read)) !== undefined) {
      return folder;
    }
  }
  return undefined;
}

/** Every environment that `venv`, `uv` or `poetry` makes in a project holds this file. */
async function ownInterpreter(folders: readonly string[], read: ReadFile): Promise<string | undefined> {
  const interpreter = process.platform === "win32" ? ["Scripts", "python.exe"] : ["bin", "python"];
  for (const folder of folders) {
    for (const name of [".venv", "venv", "env"]) {
      if ((await read(nodePath.join(folder, name, "pyvenv.cfg"))) !== undefined) {
        return nodePath.join(folder, name, ...interpreter);
      }
    }
  }
  return undefined;
}
