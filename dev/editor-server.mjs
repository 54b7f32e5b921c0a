import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { rename, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { DEV, nodePath } from "./dependencies.mjs";
import { npm } from "./npm.mjs";
import { inPartial } from "./partial.mjs";
import { endChild, startChild } from "./processes.mjs";
import { SetupProblem, step } from "./progress.mjs";

const VERSION = "4.139.1";
const HOME = join(DEV, "vscode");
const MARKER = "complete.json";
const CODE = "node_modules/code-server/lib/vscode";

/** Installs the VS Code server from npm, once. */
export async function ensureEditor() {
  if (isComplete(HOME)) {
    return;
  }
  await step("Fetching the VS Code server from npm (once, about 30 s)", () => inPartial(HOME, install));
}

/** @param {string} partial a folder that takes the final name when all is there */
async function install(partial) {
  await writeFile(join(partial, "package.json"), '{ "private": true }\n');
  await npm("The VS Code server", ["install", `code-server@${VERSION}`], partial);
  for (const folder of [CODE, join(CODE, "extensions")]) {
    await npm("The VS Code server", ["install", "--omit=dev"], join(partial, folder));
  }
  await writeFile(join(partial, MARKER), JSON.stringify({ version: VERSION }));
  if (!isComplete(HOME)) {
    await rm(HOME, { recursive: true, force: true });
    await rename(partial, HOME);
  }
}

/** @param {string} folder */
function isComplete(folder) {
  try {
    return (
      JSON.parse(readFileSync(join(folder, MARKER), "utf8")).version === VERSION &&
      existsSync(join(folder, CODE, "out/server-main.js"))
    );
  } catch {
    return false; // no marker: never installed, or not to the end
  }
}

/** What every VS Code that we start has: nothing is asked, nothing phones home, nothing is saved behind one's back. */
const CALM = {
  "telemetry.telemetryLevel": "off",
  "files.autoSave": "off",
  "security.workspace.trust.enabled": false,
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
  "workbench.welcomePage.walkthroughs.openOnInstall": false,
  "workbench.enableExperiments": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "chat.disableAIFeatures": true,
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": false,
  "extensions.ignoreRecommendations": true,
  "update.mode": "none",
  "git.openRepositoryInParentFolders": "never",
};

/**
 * Writes the user's settings and the machine's, where there are none yet.
 * @param {string} dataDir the server's data folder
 * @param {Record<string, unknown>} settings on top of the calm ones
 */
export function writeSettings(dataDir, settings) {
  for (const kind of ["User", "Machine"]) {
    const path = join(dataDir, "data", kind, "settings.json");
    if (!existsSync(path)) {
      mkdirSync(join(path, ".."), { recursive: true });
      writeFileSync(path, `${JSON.stringify(kind === "User" ? { ...CALM, ...settings } : CALM, null, 2)}\n`);
    }
  }
}

/**
 * Starts a VS Code server on a loopback port. `ensureEditor` must have run.
 * @param {{
 *   dataDir: string,
 *   port?: number,
 *   token?: string,
 *   env?: Record<string, string | undefined>,
 *   graceSeconds?: number,
 *   wrap?: readonly string[],
 * }} options `graceSeconds`: how long the extension host outlives a page that went away; `wrap`: a command line to
 * start the server under, such as a tracer
 */
export async function startEditorServer({ dataDir, port, token, env = {}, graceSeconds = 3, wrap = [] }) {
  const chosen = port ?? (await freePort());
  const [file = "", ...args] = [
    ...wrap,
    nodePath(),
    join(HOME, CODE, "out/server-main.js"),
    ...["--host", "127.0.0.1", "--port", String(chosen)],
    ...(token === undefined ? ["--without-connection-token"] : ["--connection-token", token]),
    ...["--accept-server-license-terms", "--enable-smoke-test-driver", "--disable-workspace-trust"],
    ...["--telemetry-level", "off", "--server-data-dir", dataDir],
    ...["--reconnection-grace-time", String(graceSeconds)],
  ];
  const child = startChild(file, args, { env: cleanEnvironment(env), stdio: ["ignore", "pipe", "pipe"] });
  const log = await waitUntilListening(child);
  return {
    port: chosen,
    child,
    /** Everything that the server has printed. */
    log,
    /**
     * The address that opens a folder, or a `.code-workspace` file, with our extension loaded.
     * @param {string} folder
     * @param {readonly (readonly [name: string, value: string])[]} payload paths are given as they are on disk
     */
    address(folder, payload) {
      const remote = payload.map(([name, path]) => [name, `vscode-remote://localhost:${chosen}${asUriPath(path)}`]);
      const url = new URL(`http://localhost:${chosen}/`);
      url.searchParams.set(folder.endsWith(".code-workspace") ? "workspace" : "folder", asUriPath(folder));
      url.searchParams.set("payload", JSON.stringify(remote));
      if (token !== undefined) {
        url.searchParams.set("tkn", token);
      }
      return url.href;
    },
    stop: () => endChild(child),
  };
}

/** @param {Record<string, string | undefined>} extra */
function cleanEnvironment(extra) {
  const env = { ...process.env, ...extra };
  for (const name of Object.keys(env)) {
    if (/^(?:npm_|VSCODE_|NODE_OPTIONS$|VITEST|INIT_CWD$)/.test(name)) {
      delete env[name]; // a shell that the server opens looks like the user's own
    }
  }
  return env;
}

/**
 * @param {import("./processes.mjs").ChildProcess} child
 * @returns {Promise<{ text: string }>}
 */
function waitUntilListening(child) {
  const log = { text: "" };
  return new Promise((resolve, reject) => {
    const giveUp = (/** @type {string} */ why) => {
      clearTimeout(timer);
      reject(
        new SetupProblem(
          `The VS Code server did not start (${why}). ${log.text.slice(-600)}`,
          "Delete .dev/vscode and run this again to fetch it anew.",
        ),
      );
    };
    const timer = setTimeout(() => endChild(child).finally(() => giveUp("no answer within 60 s")), 60_000);
    child.once("error", (error) => giveUp(error.message));
    child.once("exit", (code) => giveUp(`exit code ${code}`));
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (piece) => {
        log.text += piece;
        if (log.text.includes("Extension host agent listening")) {
          clearTimeout(timer);
          resolve(log);
        }
      });
    }
  });
}

/** @param {string} path */
function asUriPath(path) {
  const forward = path.replaceAll("\\", "/");
  return forward.startsWith("/") ? forward : `/${forward}`;
}

/**
 * The wanted loopback port when it is free, else one that is.
 * @param {number} [wanted]
 * @returns {Promise<number>}
 */
export function freePort(wanted = 0) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error) => (wanted === 0 ? reject(error) : resolve(freePort())));
    server.listen(wanted, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : wanted));
    });
  });
}
