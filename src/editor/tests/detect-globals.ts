import * as nodePath from "node:path";
import type { RunnerName } from "./found-test";
import { configNames, dependsOn, firstFile, foldersUp, type PackageJson, type ReadFile, readPackage } from "./project";
import { hasConfig, isCallOf } from "./runner-config";
import { scriptCommands } from "./script-flags";

/** The runner that puts `test`, `it` and `describe` into a file without an import, as the project is set up. */
export async function detectGlobals(file: string, top: string, read: ReadFile): Promise<RunnerName | undefined> {
  for (const root of foldersUp(file, top)) {
    const manifest = await readPackage(root, read);
    if (await vitestGlobals(root, manifest, read)) {
      return "vitest";
    }
    for (const name of ["jest", "mocha"] as const) {
      if (dependsOn(manifest, name) || (await hasConfig(name, root, manifest, read))) {
        return name;
      }
    }
  }
  return undefined;
}

async function vitestGlobals(root: string, manifest: PackageJson | undefined, read: ReadFile): Promise<boolean> {
  const config = await firstFile(root, [...configNames("vitest"), ...configNames("vite")], read);
  if (/\bglobals\s*:\s*true\b/.test(config ?? "")) {
    return true;
  }
  if (!dependsOn(manifest, "vitest")) {
    return false;
  }
  const calls = scriptCommands(manifest?.scripts).filter((each) => isCallOf("vitest", each));
  return (
    calls.some(({ args }) => args.includes("--globals")) ||
    /["']vitest\/globals["']/.test((await read(nodePath.join(root, "tsconfig.json"))) ?? "")
  );
}
