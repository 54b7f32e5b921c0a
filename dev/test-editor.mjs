import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { ensureBrowser } from "./browser.mjs";
import { ROOT } from "./dependencies.mjs";
import { ensureEditor, startEditorServer, writeSettings } from "./editor-server.mjs";
import { NO_NETWORK } from "./npm.mjs";
import { SetupProblem, say } from "./progress.mjs";
import { stageExtension } from "./staged-extension.mjs";
import { copySample } from "./workspace.mjs";

/** @typedef {import("../test/editor/suite").Results} Results */
/** @typedef {{ passed: number, failed: number }} Count */

const LIMIT_MS = 10 * 60_000;

/**
 * Runs test/editor inside the VS Code server.
 * @param {string} filter only tests whose name contains it
 * @returns {Promise<Count>}
 */
export async function testInEditor(filter) {
  await ensureEditor();
  const browser = await ensureBrowser();
  return inFreshFolder(async (scratch) => {
    const resultsPath = join(scratch, "results.json");
    writeSettings(join(scratch, "data"), {});
    const server = await startEditorServer({
      dataDir: join(scratch, "data"),
      env: { HEARTH_TEST_RESULTS: resultsPath, HEARTH_TEST_FILTER: filter },
    });
    const chrome = await chromium.launch({ ...browser, env: asStrings(browser.env) });
    try {
      const address = server.address(await copySample(join(scratch, "workspace")), [
        ["extensionDevelopmentPath", stageExtension(join(scratch, "extension"))],
        ["extensionTestsPath", join(ROOT, "dist-test/editor/index.cjs")],
      ]);
      const trouble = await whilePrinting(resultsPath, () => visit(chrome, address, server.child));
      return count(await readResults(resultsPath), trouble, server.log.text);
    } finally {
      await chrome.close();
      await server.stop();
    }
  });
}

/**
 * The same tests in a desktop VS Code.
 * @param {string} filter
 * @returns {Promise<Count>}
 */
export async function testOnDesktop(filter) {
  const { runTests } = await import("@vscode/test-electron");
  return inFreshFolder(async (scratch) => {
    const resultsPath = join(scratch, "results.json");
    const dataDir = join(scratch, "data");
    writeSettings(scratch, {});
    const options = {
      extensionDevelopmentPath: stageExtension(join(scratch, "extension")),
      extensionTestsPath: join(ROOT, "dist-test/editor/index.cjs"),
      extensionTestsEnv: { HEARTH_TEST_RESULTS: resultsPath, HEARTH_TEST_FILTER: filter },
      launchArgs: [await copySample(join(scratch, "workspace")), "--disable-extensions", "--user-data-dir", dataDir],
      ...(process.env["HEARTH_VSCODE"] ? { vscodeExecutablePath: process.env["HEARTH_VSCODE"] } : {}),
    };
    const trouble = await whilePrinting(resultsPath, () =>
      runTests(options).then(
        () => undefined,
        (error) => String(error),
      ),
    );
    if (trouble !== undefined && NO_NETWORK.test(trouble)) {
      throw new SetupProblem(
        "A desktop VS Code could not be fetched because its server cannot be reached.",
        "Name an installed one in HEARTH_VSCODE, or run npm run test:editor, which needs none.",
      );
    }
    return count(await readResults(resultsPath), trouble, "");
  });
}

/**
 * @template T
 * @param {(folder: string) => Promise<T>} work
 */
async function inFreshFolder(work) {
  const scratch = await mkdtemp(join(tmpdir(), "hearth-editor-"));
  try {
    return await work(scratch);
  } finally {
    await rm(scratch, { recursive: true, force: true, maxRetries: 5 });
  }
}

/**
 * Opens the page and waits until VS Code says that the tests have ended.
 * @param {import("playwright-core").Browser} chrome
 * @param {string} address
 * @param {import("./processes.mjs").ChildProcess} server
 * @returns {Promise<string | undefined>} what went wrong
 */
async function visit(chrome, address, server) {
  const page = await chrome.newPage({ viewport: { width: 1280, height: 800 } });
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  /** @type {Promise<string | undefined>} */
  const ended = new Promise((resolve) => {
    timer = setTimeout(() => resolve(`The tests took longer than ${LIMIT_MS / 60_000} minutes.`), LIMIT_MS);
    server.once("exit", (code) => resolve(`The VS Code server ended with exit code ${code}.`));
    page.once("crash", () => resolve("The page crashed."));
    void page.exposeFunction("codeAutomationLog", () => undefined);
    void page.exposeFunction("codeAutomationExit", () => resolve(undefined));
  });
  try {
    await page.goto(address);
    return await ended;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * @param {string} path
 * @returns {Promise<Results>}
 */
async function readResults(path) {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch {
    return { finished: false, tests: [] }; // VS Code never came to the first test
  }
}

/**
 * Prints each test when it has ended.
 * @template T
 * @param {string} resultsPath
 * @param {() => Promise<T>} work
 */
async function whilePrinting(resultsPath, work) {
  let printed = 0;
  const print = async () => {
    for (const test of (await readResults(resultsPath)).tests.slice(printed)) {
      printed++;
      printTest(test);
    }
  };
  const timer = setInterval(print, 500);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    await print();
  }
}

/** @param {import("../test/editor/suite").TestResult} test */
function printTest({ name, failure, durationMs }) {
  say(`  ${failure === undefined ? "✓" : "✗"} ${name} (${Math.round(durationMs)} ms)`);
  if (failure !== undefined) {
    say(failure.replaceAll(/^/gm, "      "));
  }
}

/**
 * A run that did not come to its end is one failure more.
 * @param {Results} results
 * @param {string | undefined} trouble
 * @param {string} log
 * @returns {Count}
 */
function count(results, trouble, log) {
  const failed = results.tests.filter(({ failure }) => failure !== undefined).length;
  if (!results.finished) {
    const where = results.running === undefined ? "before the first test" : `in "${results.running}"`;
    say(`  ✗ VS Code ended ${where}. ${trouble ?? ""}\n${log.slice(-2_000)}`);
  }
  return { passed: results.tests.length - failed, failed: failed + (results.finished ? 0 : 1) };
}

/**
 * @param {Record<string, string | undefined>} env
 * @returns {Record<string, string>}
 */
function asStrings(env) {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
