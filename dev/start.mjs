import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { build } from "./build.mjs";
import { DEV, inNode24 } from "./dependencies.mjs";
import { browserOpener, findDesktop, hasDisplay } from "./desktop.mjs";
import { ensureEditor, freePort, startEditorServer, writeSettings } from "./editor-server.mjs";
import { describeServers, findModelServers } from "./model-servers.mjs";
import { endChildrenOnSignals, isAskedToEnd, startChild } from "./processes.mjs";
import { main, SetupProblem, say } from "./progress.mjs";
import { stageExtension } from "./staged-extension.mjs";
import { copySample } from "./workspace.mjs";

const USUAL_PORT = 4139;

/**
 * `npm start -- [--server] [--port N] [--folder PATH] [--data PATH]`, or HEARTH_SERVER=1, HEARTH_PORT, HEARTH_FOLDER,
 * HEARTH_DATA. `data` keeps settings and tasks from one start to the next.
 */
function readOptions() {
  const { values } = parseArgs({
    options: {
      server: { type: "boolean" },
      port: { type: "string" },
      folder: { type: "string" },
      data: { type: "string" },
    },
  });
  const port = Number(values.port ?? process.env["HEARTH_PORT"] ?? USUAL_PORT);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new SetupProblem("The port must be a whole number from 1 to 65535.", "For example: npm start -- --port 4139");
  }
  return {
    onServer: values.server ?? process.env["HEARTH_SERVER"] === "1",
    port,
    folder: values.folder ?? process.env["HEARTH_FOLDER"],
    dataDir: resolve(values.data ?? process.env["HEARTH_DATA"] ?? join(DEV, "server-data")),
  };
}

async function start() {
  const options = readOptions();
  endChildrenOnSignals();
  const desktop = options.onServer || !hasDisplay() ? undefined : findDesktop();
  if (desktop === undefined) {
    await ensureEditor();
  }
  await build();
  const folder = options.folder === undefined ? await copySample() : resolve(options.folder);
  if (options.folder === undefined) {
    say(`The sample is copied afresh to ${folder}, so that its lesson can be repeated.`);
  }
  say(describeServers(await findModelServers()));
  await (desktop === undefined ? openServer(folder, options) : openDesktop(desktop, folder, options.dataDir));
}

/**
 * @param {string} command
 * @param {string} folder
 * @param {string} dataDir
 */
async function openDesktop(command, folder, dataDir) {
  say(`Opening ${folder} in ${basename(command)}. Close its window or press Ctrl-C to end.`);
  writeSettings(dataDir, {});
  const args = [
    "--new-window",
    "--wait",
    "--user-data-dir",
    join(dataDir, "data"),
    "--extensionDevelopmentPath",
    stageExtension(join(DEV, "extension")),
    folder,
  ];
  const child = startChild(command, process.getuid?.() === 0 ? ["--no-sandbox", ...args] : args, {
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  const code = await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", resolve);
  });
  if (code !== 0 && !isAskedToEnd()) {
    throw new SetupProblem(
      `${basename(command)} ended with exit code ${code}.`,
      "Try `npm start -- --server`, which opens VS Code in a browser.",
    );
  }
}

/**
 * @param {string} folder
 * @param {{ port: number, dataDir: string }} options
 */
async function openServer(folder, { port: wantedPort, dataDir }) {
  writeSettings(dataDir, {});
  const port = await freePort(wantedPort);
  if (port !== wantedPort) {
    say(`Port ${wantedPort} is taken, so port ${port} is used.`);
  }
  const token = randomBytes(16).toString("hex"); // other users of this machine must not get in
  const server = await startEditorServer({ dataDir, port, token, graceSeconds: 300 });
  const address = server.address(folder, [["extensionDevelopmentPath", stageExtension(join(DEV, "extension"))]]);
  say("VS Code with Hearth is ready. Ctrl-C ends it. Open:");
  process.stdout.write(`${address}\n`);
  if (hasDisplay()) {
    spawn(browserOpener(), [address], { stdio: "ignore" }).once("error", () =>
      say("No browser could be opened; please open the address yourself."),
    );
  }
  const code = await new Promise((resolve) => server.child.once("exit", resolve));
  if (isAskedToEnd()) {
    return;
  }
  throw new SetupProblem(
    `The VS Code server ended by itself (exit code ${code}). ${server.log.text.slice(-600)}`,
    "Run npm start again.",
  );
}

await main(() => inNode24(import.meta.url, start));
