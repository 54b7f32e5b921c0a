import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "./build.mjs";
import { endChildrenOnSignals, runToEnd } from "./processes.mjs";
import { main, say } from "./progress.mjs";
import { ensureBrowser, ensureEditor, inNode24, nodePath, ROOT } from "./setup.mjs";

/** @typedef {{ passed: number, failed: number }} Count */
/** @typedef {"unit" | "editor" | "ui" | "desktop"} Part */

/** @type {Record<Part, (rest: string[]) => Promise<Count>>} */
const PARTS = {
  unit: (rest) => runVitest("vitest.config.mjs", rest),
  editor: async (rest) => (await import("./test-editor.mjs")).testInEditor(rest.join(" ")),
  ui: async (rest) => {
    await ensureEditor();
    await ensureBrowser();
    return runVitest("test/ui/vitest.config.mjs", rest);
  },
  desktop: async (rest) => (await import("./test-editor.mjs")).testOnDesktop(rest.join(" ")),
};

/** `npm test`, or `npm run test:unit -- FILTER`: the parts named on the command line, by default all but the desktop. */
async function test() {
  endChildrenOnSignals();
  const [name, ...rest] = process.argv.slice(2);
  const parts = /** @type {Part[]} */ (name === undefined ? ["unit", "editor", "ui"] : [name]);
  const total = { passed: 0, failed: 0 };
  for (const part of parts) {
    const { passed, failed } = await runPart(part, rest);
    total.passed += passed;
    total.failed += failed;
  }
  process.stdout.write(`${total.passed} passed, ${total.failed} failed\n`);
  process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
}

/**
 * Runs one part. One that cannot run counts as a failure, and the others go on.
 * @param {Part} part
 * @param {string[]} rest
 * @returns {Promise<Count>}
 */
async function runPart(part, rest) {
  say(`\n${part} tests`);
  const startedAt = performance.now();
  /** @type {Count} */
  let count = { passed: 0, failed: 1 };
  await main(async () => {
    if (part !== "unit") {
      await build("--tests");
    }
    count = await PARTS[part](rest);
  });
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  say(`${part}: ${count.passed} passed, ${count.failed} failed, ${seconds} s`);
  return count;
}

/**
 * @param {string} config
 * @param {string[]} rest
 * @returns {Promise<Count>}
 */
async function runVitest(config, rest) {
  const folder = await mkdtemp(join(tmpdir(), "hearth-vitest-"));
  const output = join(folder, "results.json");
  try {
    const vitest = join(ROOT, "node_modules/vitest/vitest.mjs");
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${output}`];
    const code = await runToEnd(nodePath(), [vitest, "run", "--config", join(ROOT, config), ...reporters, ...rest], {
      cwd: ROOT,
    });
    return countVitest(JSON.parse(await readFile(output, "utf8")), code);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * A file that could not be loaded has no tests and still is a failure; so is an exit code that no test explains.
 * @param {{ numPassedTests: number, numFailedTests: number, testResults: { status: string, assertionResults: unknown[] }[] }} results
 * @param {number} code
 * @returns {Count}
 */
function countVitest(results, code) {
  const unloaded = results.testResults.filter(
    ({ status, assertionResults }) => status === "failed" && assertionResults.length === 0,
  ).length;
  const failed = results.numFailedTests + unloaded;
  return { passed: results.numPassedTests, failed: failed === 0 && code !== 0 ? 1 : failed };
}

await main(() => inNode24(import.meta.url, test));
