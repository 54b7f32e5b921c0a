import { join } from "node:path";
import { nodePath, ROOT } from "./dependencies.mjs";
import { runToEnd } from "./processes.mjs";
import { SetupProblem, step } from "./progress.mjs";

/**
 * Builds the extension, its page and, on request, the tests that run inside VS Code.
 * @param {readonly ("--release" | "--tests")[]} flags
 */
export async function build(...flags) {
  await step("Building", async () => {
    const code = await runToEnd(nodePath(), [join(ROOT, "esbuild.config.mjs"), ...flags], {
      cwd: ROOT,
      stdio: ["ignore", 2, 2],
    });
    if (code !== 0) {
      throw new SetupProblem("The build failed.", "What is wrong is said above.");
    }
  });
}
