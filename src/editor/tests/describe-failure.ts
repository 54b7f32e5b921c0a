import * as nodePath from "node:path";
import { stripVTControlCharacters } from "node:util";
import type { Failure } from "./read-report";
import { workspaceFrames } from "./stack-frames";

/** Characters. What the model reads of one run stays well below what a small window can take. */
const longest = { message: 1_500, value: 800, diff: 1_500, output: 2_500, all: 6_000 };
const mostFailures = 3;
const mostFrames = 5;

/** How the agent and the user name the files of a workspace folder. */
export interface FolderNames {
  /** Absolute. */
  root: string;
  /** What comes before the folder's own paths: empty unless several folders are open. */
  prefix: string;
}

/** Failures as a model and a person read them: where, what, expected and actual, the frames of the workspace's own code. */
export function describeFailures(failures: readonly Failure[], folder: FolderNames): string {
  const shown = failures.slice(0, mostFailures).map((failure) => describeFailure(failure, folder));
  const more = failures.length - shown.length;
  const all = more > 0 ? [...shown, `… and ${more} more.`] : shown;
  return cut(all.join("\n\n"), longest.all);
}

function describeFailure(failure: Failure, folder: FolderNames): string {
  const parts = [
    heading(failure, folder),
    message(failure, folder),
    ...comparison(failure),
    ...(failure.output === undefined ? [] : [cutMiddle(tidy(failure.output, folder), longest.output)]),
    ...frames(failure, folder),
  ];
  return parts.filter((part) => part !== "").join("\n");
}

function heading({ path, file, line }: Failure, folder: FolderNames): string {
  const place = file === undefined ? "" : folder.prefix + nodePath.relative(folder.root, file).replaceAll("\\", "/");
  const where = place === "" || line === undefined ? place : `${place}:${line}`;
  return [path.join(" > "), where].filter((part) => part !== "").join(" — ");
}

function message(failure: Failure, folder: FolderNames): string {
  const text = cut(tidy(failure.message, folder), longest.message);
  const { name } = failure;
  return name === undefined || name === "Error" || text.startsWith(name) ? text : `${name}: ${text}`;
}

/** A message over several lines holds its own comparison already. */
function comparison({ message, diff, expected, actual }: Failure): string[] {
  if (diff !== undefined && diff !== "") {
    return [cut(stripVTControlCharacters(diff).trim(), longest.diff)];
  }
  if (message.trim().includes("\n") || (expected === undefined && actual === undefined)) {
    return [];
  }
  return [
    `expected: ${cut(expected ?? "nothing", longest.value)}`,
    `received: ${cut(actual ?? "nothing", longest.value)}`,
  ];
}

function frames({ stack }: Failure, folder: FolderNames): string[] {
  return workspaceFrames(stripVTControlCharacters(stack ?? ""), folder.root)
    .slice(0, mostFrames)
    .map(
      ({ file, line, column, method }) =>
        `  at ${folder.prefix}${file}:${line}:${column}${method === "" ? "" : ` (${method})`}`,
    );
}

function tidy(text: string, { root, prefix }: FolderNames): string {
  const plain = stripVTControlCharacters(text).trim();
  return plain.replaceAll(`file://${root}/`, prefix).replaceAll(`${root}${nodePath.sep}`, prefix);
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}…`;
}

/** The reason stands at the start or at the end of what a program prints. */
export function cutMiddle(text: string, length: number): string {
  if (text.length <= length) {
    return text;
  }
  const half = Math.floor(length / 2);
  return `${text.slice(0, half)}\n[…]\n${text.slice(-half)}`;
}
