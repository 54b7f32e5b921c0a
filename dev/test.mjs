import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "./build.mjs";
import { endChildrenOnSignals, runToEnd } from "./processes.mjs";
import { main, say } from "./progress.mjs";
import { ensureBrowser, ensureEditor, inNode24, nodePath, ROOT } from "./setup.mjs";

/** @typedef {{ passed: number, failed: number }} Count */
/** @typedef {"unit" | "editor" | "ui" | "desktop" | "faults"} Part */

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
  faults: injectFaults,
};

/**
 * `npm test`, or `npm run test:unit -- FILTER`: the part named on the command line, by default unit, editor and ui.
 * `npm test -- faults` injects every fault as often as is published; `npm test -- faults FILE` those of one file.
 */
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
    if (part !== "unit" && part !== "faults") {
      await build("--tests");
    }
    count = await PARTS[part](rest);
  });
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  say(`${part}: ${count.passed} passed, ${count.failed} failed, ${seconds} s`);
  return count;
}

/**
 * The tests that carry the number of a fault, one file after another, and what they counted.
 * @param {string[]} rest
 * @returns {Promise<Count>}
 */
async function injectFaults(rest) {
  const folder = await mkdtemp(join(tmpdir(), "hearth-faults-"));
  const counts = join(folder, "counts.txt");
  try {
    await writeFile(counts, "");
    const env = { ...process.env, HEARTH_FAULTS: "full", HEARTH_FAULT_COUNTS: counts };
    const named = rest.includes("-t") ? [] : ["-t", "R-[0-9]"];
    const options = [...named, "--no-file-parallelism", ...rest];
    const count = await runVitest("vitest.config.mjs", options, env);
    const lines = (await readFile(counts, "utf8")).trim().split("\n");
    say(lines.sort((a, b) => a.localeCompare(b, "en", { numeric: true })).join("\n"));
    return count;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * @param {string} config
 * @param {string[]} rest
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<Count>}
 */
async function runVitest(config, rest, env = process.env) {
  const folder = await mkdtemp(join(tmpdir(), "hearth-vitest-"));
  const output = join(folder, "results.json");
  try {
    const vitest = join(ROOT, "node_modules/vitest/vitest.mjs");
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${output}`];
    const code = await runToEnd(nodePath(), [vitest, "run", "--config", join(ROOT, config), ...reporters, ...rest], {
      cwd: ROOT,
      env,
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
