import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { ToolFailure } from "../../core/errors";

/** VS Code itself opens no larger text. */
export const largestFile = 50 * 1024 * 1024;

/**
 * The bytes of a regular file. Never blocks: a pipe, socket or device is refused before anything is read from it. Throws
 * `ToolFailure` with the reason; `name` is what the file is called there.
 */
export async function readBytes(fsPath: string, name: string): Promise<Uint8Array> {
  const file = await openForReading(fsPath, name);
  try {
    const facts = await file.stat();
    if (facts.isDirectory()) {
      throw new ToolFailure(`${name} is a folder.`);
    }
    if (!facts.isFile()) {
      throw new ToolFailure(`${name} is not a regular file (it is a pipe, a socket or a device), so it is not read.`);
    }
    if (facts.size > largestFile) {
      throw new ToolFailure(
        `${name} is ${megabytes(facts.size)} MB; files over ${megabytes(largestFile)} MB are not read.`,
      );
    }
    return await file.readFile();
  } finally {
    await file.close();
  }
}

async function openForReading(fsPath: string, name: string): Promise<FileHandle> {
  try {
    return await open(fsPath, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    throw whyNot(error, name);
  }
}

function whyNot(error: unknown, name: string): unknown {
  switch ((error as NodeJS.ErrnoException).code) {
    case "ENOENT":
    case "ENOTDIR":
      return new ToolFailure(`There is no file ${name}.`);
    case "EACCES":
    case "EPERM":
      return new ToolFailure(`${name} may not be read: permission denied.`);
    case "EISDIR":
      return new ToolFailure(`${name} is a folder.`);
    case "ENXIO":
    case "ENODEV":
    case "EOPNOTSUPP":
      return new ToolFailure(`${name} is not a regular file (it is a pipe, a socket or a device), so it is not read.`);
    case "ENAMETOOLONG":
      return new ToolFailure("This path is too long.");
    default:
      return error;
  }
}

function megabytes(bytes: number): number {
  return Math.ceil(bytes / 1024 / 1024);
}
