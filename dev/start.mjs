import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { basename, join } from "node:path";
import { build } from "./build.mjs";
import { claimSuffix } from "./claim.mjs";
import { DEV, inNode24 } from "./dependencies.mjs";
import { browserOpener, findDesktop, hasDisplay } from "./desktop.mjs";
import { ensureEditor, freePort, startEditorServer, writeSettings } from "./editor-server.mjs";
import { describeServers, findModelServers } from "./model-servers.mjs";
import { endChildrenOnSignals, isAskedToEnd, startChild } from "./processes.mjs";
import { main, SetupProblem, say } from "./progress.mjs";
import { stageExtension } from "./staged-extension.mjs";
import { readOptions } from "./start-options.mjs";
import { copySample } from "./workspace.mjs";

async function start() {
  const options = readOptions(process.argv.slice(2), process.env);
  endChildrenOnSignals();
  const desktop = options.onServer || !hasDisplay() ? undefined : findDesktop();
  if (desktop === undefined) {
    await ensureEditor();
  }
  await build();
  const suffix = claimSuffix(DEV); // what another one that runs has open is not replaced under it
  const folder = options.folder ?? (await copySample(join(DEV, `sample-workspace${suffix}`)));
  if (options.folder === undefined) {
    say(`The sample is copied afresh to ${folder}, so that its lesson can be repeated.`);
  }
  say(describeServers(await findModelServers()));
  const extension = stageExtension(join(DEV, `extension${suffix}`));
  const given = { ...options, folder, extension };
  await (desktop === undefined ? openServer(given) : openDesktop(desktop, given));
}

/** @typedef {{ folder: string, extension: string, dataDir: string }} Given */

/**
 * @param {string} command
 * @param {Given} given
 */
async function openDesktop(command, { folder, extension, dataDir }) {
  say(`Opening ${folder} in ${basename(command)}. Close its window or press Ctrl-C to end.`);
  writeSettings(dataDir, {});
  const args = [
    "--new-window",
    "--wait",
    "--user-data-dir",
    join(dataDir, "data"),
    "--extensionDevelopmentPath",
    extension,
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

/** @param {Given & { port: number }} given */
async function openServer({ folder, extension, port: wantedPort, dataDir }) {
  writeSettings(dataDir, {});
  const port = await freePort(wantedPort);
  if (port !== wantedPort) {
    say(`Port ${wantedPort} is taken, so port ${port} is used.`);
  }
  const token = randomBytes(16).toString("hex"); // other users of this machine must not get in
  const server = await startEditorServer({ dataDir, port, token, graceSeconds: 300 });
  const address = server.address(folder, [["extensionDevelopmentPath", extension]]);
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
