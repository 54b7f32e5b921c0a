import type { RunnerName } from "./found-test";
import { configNames, firstFile, type PackageJson, type ReadFile } from "./project";
import type { ScriptCommand } from "./script-flags";

/** Runners that are packages of the project. */
export type ScriptRunner = Exclude<RunnerName, "node:test" | "pytest">;

export function isCallOf(name: ScriptRunner, command: ScriptCommand): boolean {
  return command.program === name || (name === "mocha" && command.program === "_mocha");
}

/** Whether a folder holds a configuration of its own for this runner. */
export async function hasConfig(
  name: ScriptRunner,
  root: string,
  manifest: PackageJson | undefined,
  read: ReadFile,
): Promise<boolean> {
  if (name === "vitest") {
    const viteConfig = await firstFile(root, configNames("vite"), read);
    return (await firstFile(root, configNames("vitest"), read)) !== undefined || /\btest\s*:/.test(viteConfig ?? "");
  }
  if (name === "jest") {
    const names = [...configNames("jest"), "jest.config.json"];
    return manifest?.jest !== undefined || (await firstFile(root, names, read)) !== undefined;
  }
  return manifest?.mocha !== undefined || (await firstFile(root, mochaConfigs, read)) !== undefined;
}

const mochaConfigs = [
  ".mocharc.js",
  ".mocharc.cjs",
  ".mocharc.mjs",
  ".mocharc.yaml",
  ".mocharc.yml",
  ".mocharc.json",
  ".mocharc.jsonc",
];
