import * as nodePath from "node:path";
import { findProgram, isProgramOutside } from "../process/find-program";

/**
 * The absolute path of ripgrep: VS Code's own under one of `appRoots` (`vscode.env.appRoot`; the place differs between
 * releases), else one on the PATH. Never one from inside the workspace `root`. Undefined when there is none.
 */
export async function findRipgrep(
  appRoots: readonly string[],
  source: NodeJS.ProcessEnv,
  root: string,
): Promise<string | undefined> {
  for (const path of appRoots.flatMap(placesIn)) {
    if (nodePath.isAbsolute(path) && (await isProgramOutside(path, root))) {
      return path;
    }
  }
  return findProgram("rg", source, root);
}

function placesIn(appRoot: string): string[] {
  const file = process.platform === "win32" ? "rg.exe" : "rg";
  const target = `${process.platform}-${process.arch}`;
  return ["node_modules", "node_modules.asar.unpacked"].flatMap((modules) => [
    nodePath.join(appRoot, modules, "@vscode/ripgrep-universal/bin", target, file),
    nodePath.join(appRoot, modules, "@vscode/ripgrep/bin", file),
    nodePath.join(appRoot, modules, "vscode-ripgrep/bin", file),
  ]);
}
