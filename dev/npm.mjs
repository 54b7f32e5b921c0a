import { startChild } from "./processes.mjs";
import { SetupProblem } from "./progress.mjs";

/** Settings of an outer `npm run` that would send an inner npm to the wrong folder. */
const OUTER = /^(?:npm_package_|npm_lifecycle_|npm_config_(?:local_)?prefix$|npm_command$|INIT_CWD$|NODE_ENV$)/;
const QUIET = ["--no-audit", "--no-fund", "--loglevel=error", "--ignore-scripts"];
/** What npm and node say when a name or an address cannot be reached. */
export const NO_NETWORK =
  /\b(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT|ERR_SOCKET_TIMEOUT|ENOTCACHED)\b/;

/**
 * Runs npm in a folder, quietly. No install script runs. Without a network it takes what it has in its cache.
 * @param {string} what what npm is to bring, for the sentence that says it could not
 * @param {readonly string[]} args
 * @param {string} cwd
 * @returns {Promise<void>}
 */
export async function npm(what, args, cwd) {
  const ping = await runNpm(["ping", "--fetch-retries=0", "--fetch-timeout=10000"], cwd);
  const isOffline = ping.code !== 0 && NO_NETWORK.test(ping.output);
  const { code, output } = await runNpm([...args, ...QUIET, ...(isOffline ? ["--offline"] : [])], cwd);
  if (code !== 0) {
    throw explainFailure(what, output);
  }
}

/**
 * @param {readonly string[]} args
 * @param {string} cwd
 * @returns {Promise<{ code: number | null, output: string }>}
 */
function runNpm(args, cwd) {
  const script = process.env["npm_execpath"];
  const [file, ...first] = script?.endsWith("js") ? [process.execPath, script] : ["npm"];
  return new Promise((resolve, reject) => {
    const child = startChild(file ?? "npm", [...first, ...args], {
      cwd,
      env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !OUTER.test(name))),
      stdio: ["ignore", "pipe", "pipe"],
      shell: process.platform === "win32" && first.length === 0,
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (piece) => {
        output += piece;
      });
    }
    child.once("close", (code) => resolve({ code, output }));
    child.once("error", (error) => {
      reject(new SetupProblem(`npm could not be started (${error.message}).`, "Install npm, then run this again."));
    });
  });
}

/**
 * @param {string} what
 * @param {string} output what npm printed
 * @returns {SetupProblem}
 */
export function explainFailure(what, output) {
  if (NO_NETWORK.test(output)) {
    return new SetupProblem(
      `${what} could not be fetched because the npm registry cannot be reached.`,
      "Connect to the network and run this again: what is already here is kept.",
    );
  }
  if (/\bENOSPC\b/.test(output)) {
    return new SetupProblem(
      `The disk is full, so ${what} could not be installed.`,
      "Free about 2 GB and run this again.",
    );
  }
  if (/\b(?:EACCES|EPERM|EBUSY|EROFS)\b/.test(output)) {
    return new SetupProblem(
      `${what} could not be installed because files in this folder cannot be changed or are in use.`,
      "Close what uses them or give yourself the right to write here, then run this again.",
    );
  }
  const last = output
    .trim()
    .split("\n")
    .filter((line) => !line.includes("complete log"))
    .slice(-3)
    .join(" ");
  return new SetupProblem(
    `${what} could not be installed. npm said: ${last || "nothing"}.`,
    "Mend that and run this again.",
  );
}
