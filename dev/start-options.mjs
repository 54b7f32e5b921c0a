import { statSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { DEV } from "./dependencies.mjs";
import { SetupProblem } from "./progress.mjs";

const USUAL_PORT = 4139;

/**
 * `npm start -- [--server] [--port N] [--folder PATH] [--data PATH]`, or HEARTH_SERVER=1, HEARTH_PORT, HEARTH_FOLDER,
 * HEARTH_DATA. `data` keeps settings and tasks from one start to the next.
 * @param {readonly string[]} args
 * @param {Record<string, string | undefined>} env
 */
export function readOptions(args, env) {
  const values = parse(args);
  const port = Number(values.port ?? env["HEARTH_PORT"] ?? USUAL_PORT);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new SetupProblem("The port must be a whole number from 1 to 65535.", "For example: npm start -- --port 4139");
  }
  const folder = values.folder ?? env["HEARTH_FOLDER"];
  return {
    onServer: values.server ?? env["HEARTH_SERVER"] === "1",
    port,
    folder: folder === undefined ? undefined : existingFolder(resolve(folder)),
    dataDir: resolve(values.data ?? env["HEARTH_DATA"] ?? join(DEV, "server-data")),
  };
}

/** @param {readonly string[]} args */
function parse(args) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        server: { type: "boolean" },
        port: { type: "string" },
        folder: { type: "string" },
        data: { type: "string" },
      },
    }).values;
  } catch (error) {
    const [sentence] = /** @type {Error} */ (error).message.split(/[.\n]\s/);
    throw new SetupProblem(`${sentence}.`, "It is: npm start -- [--server] [--port N] [--folder PATH] [--data PATH]", {
      cause: error,
    });
  }
}

/** @param {string} folder */
function existingFolder(folder) {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new SetupProblem(`There is no folder ${folder}.`, "Name one that is there, or none for the sample.");
  }
  return folder;
}
