import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const NAMES = ["code", "code-insiders", "codium"];

/** Whether windows can be shown here. */
export function hasDisplay(env = process.env, platform = process.platform) {
  return platform === "darwin" || platform === "win32" || Boolean(env["DISPLAY"] || env["WAYLAND_DISPLAY"]);
}

/**
 * The command that opens a desktop VS Code, or undefined when there is none on the PATH.
 * @returns {string | undefined}
 */
export function findDesktop(env = process.env, platform = process.platform) {
  const folders = (env["PATH"] ?? "").split(delimiter).filter((folder) => !folder.includes("node_modules"));
  const suffix = platform === "win32" ? ".cmd" : "";
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name + suffix))).find((path) => existsSync(path));
}

/** The command that opens an address in the user's browser. */
export function browserOpener(platform = process.platform) {
  return platform === "darwin" ? "open" : platform === "win32" ? "explorer" : "xdg-open";
}
