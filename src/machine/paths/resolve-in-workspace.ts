import { readlink, realpath } from "node:fs/promises";
import { homedir } from "node:os";
import * as nodePath from "node:path";
import { ToolFailure } from "../../core/errors";
import { isMissing } from "../is-missing";

export interface ResolvedPath {
  /** Relative to the workspace with forward slashes, `.` for the workspace itself; absolute when outside. */
  relative: string;
  /** Where reads and writes go: every link on the way is resolved, also when the file does not exist yet. */
  real: string;
  inside: boolean;
}

/**
 * The one answer to "where is this, really?". `path` may be relative to `root` or absolute. A link that leads out of
 * the workspace is outside, whether or not its target exists. Throws `ToolFailure` for what cannot name a file.
 */
export async function resolveInWorkspace(root: string, path: string): Promise<ResolvedPath> {
  refuseNonPaths(path);
  const realRoot = await realpath(root);
  const real = await followLinks(nodePath.resolve(realRoot, expandHome(path)), path);
  const relative = nodePath.relative(realRoot, real);
  const inside = !leaves(relative) && !isForeignForm(path) && !(process.platform === "win32" && isAliasForm(path));
  return { relative: inside ? toSlashes(relative) || "." : toSlashes(real), real, inside };
}

function leaves(relative: string): boolean {
  return relative === ".." || relative.startsWith(`..${nodePath.sep}`) || nodePath.isAbsolute(relative);
}

function refuseNonPaths(path: string): void {
  if (path.includes("\0")) {
    throw new ToolFailure("A path cannot contain a NUL character.");
  }
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(path) || /^file:/i.test(path)) {
    throw new ToolFailure(`"${path}" is an address, not a path. Give a path relative to the workspace.`);
  }
}

/** Forms that mean another place on Windows; elsewhere they would only be odd names, so they never count as inside. */
function isForeignForm(path: string): boolean {
  if (process.platform === "win32") {
    return /^[A-Za-z]:(?![\\/])/.test(path) || /^[\\/]{2}/.test(path);
  }
  return /^[A-Za-z]:/.test(path) || path.startsWith("\\") || /(^|\\)\.\.(\\|$)/.test(path);
}

/** Names that Windows maps to another file: trailing dots and spaces, streams, short names. */
function isAliasForm(path: string): boolean {
  return path
    .replace(/^[A-Za-z]:/, "")
    .split(/[\\/]/)
    .some((part) => (/[. ]$/.test(part) && part !== "." && part !== "..") || part.includes(":") || /~\d/.test(part));
}

function expandHome(path: string): string {
  return path === "~" || path.startsWith("~/") ? nodePath.join(homedir(), path.slice(1)) : path;
}

const maxLinks = 40;

/** Like `realpath`, for paths whose end does not exist: the deepest existing parent is resolved, dangling links followed. */
async function followLinks(absolute: string, asked: string, links = 0): Promise<string> {
  let existing = absolute;
  const missing: string[] = [];
  for (;;) {
    const resolved = await realpathOrUndefined(existing, asked);
    if (resolved !== undefined) {
      return nodePath.join(resolved, ...missing);
    }
    const target = await linkTarget(existing);
    if (target !== undefined) {
      if (links >= maxLinks) {
        throw new ToolFailure(`"${asked}" is a loop of links.`);
      }
      const parent = await followLinks(nodePath.dirname(existing), asked, links + 1);
      return followLinks(nodePath.join(nodePath.resolve(parent, target), ...missing), asked, links + 1);
    }
    missing.unshift(nodePath.basename(existing));
    existing = nodePath.dirname(existing);
  }
}

async function realpathOrUndefined(path: string, asked: string): Promise<string | undefined> {
  try {
    return await realpath(path);
  } catch (error) {
    if (isMissing(error)) {
      return undefined;
    }
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ELOOP") {
      throw new ToolFailure(`"${asked}" is a loop of links.`);
    }
    if (code === "ENAMETOOLONG") {
      throw new ToolFailure("This path is too long.");
    }
    if (code === "EACCES" || code === "EPERM") {
      throw new ToolFailure(`"${asked}" cannot be reached: permission denied.`);
    }
    throw error;
  }
}

async function linkTarget(path: string): Promise<string | undefined> {
  try {
    return await readlink(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "EINVAL" || code === "ENOENT" || code === "ENOTDIR" || code === "UNKNOWN") {
      return undefined;
    }
    throw error;
  }
}

function toSlashes(path: string): string {
  return nodePath.sep === "/" ? path : path.replaceAll(nodePath.sep, "/");
}
