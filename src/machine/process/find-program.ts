import { constants } from "node:fs";
import { access, realpath, stat } from "node:fs/promises";
import * as nodePath from "node:path";
import { isWithin, programFolders } from "./environment";

/**
 * The absolute path of a program on the PATH, never one from inside the workspace (also not through a link).
 * Undefined when there is none.
 */
export async function findProgram(name: string, source: NodeJS.ProcessEnv, root: string): Promise<string | undefined> {
  for (const folder of programFolders(source, root)) {
    for (const file of candidates(name)) {
      const path = nodePath.join(folder, file);
      if (await isProgramOutside(path, root)) {
        return path;
      }
    }
  }
  return undefined;
}

function candidates(name: string): string[] {
  return process.platform === "win32" ? [`${name}.exe`, `${name}.com`] : [name];
}

export async function isProgramOutside(path: string, root: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile() && !isWithin(root, await realpath(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) {
      throw error;
    }
    return false;
  }
}
