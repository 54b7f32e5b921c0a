import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./dependencies.mjs";
import { packedReadme } from "./packed-readme.mjs";

/**
 * Copies what the package holds into a folder of its own and returns that folder. VS Code looks after the whole folder of
 * an extension under development; this project's holds a VS Code itself, and its settings and themes then come late.
 * @param {string} folder absolute; what was there is replaced
 */
export function stageExtension(folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const name of ["package.json", "dist", "media", "CHANGELOG.md", "LICENSE"]) {
    cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  }
  writeFileSync(join(folder, "README.md"), packedReadme(readFileSync(join(ROOT, "README.md"), "utf8")));
  return folder;
}
