import { createHash } from "node:crypto";
import { constants, type Stats } from "node:fs";
import { lstat, open, readlink } from "node:fs/promises";
import * as z from "zod";
import { isMissing } from "../is-missing";

/** What stands at a path. Contents are named by their SHA-256. */
export const FileState = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("missing") }),
  z.object({
    kind: z.literal("file"),
    hash: z.string(),
    size: z.number(),
    /** Permission bits. */
    mode: z.int(),
  }),
  z.object({ kind: z.literal("link"), target: z.string() }),
  z.object({ kind: z.literal("folder") }),
  /** A device, a pipe, something unreadable, or a file too large to keep: it can be told apart, not restored. */
  z.object({ kind: z.literal("unkept"), why: z.string(), sign: z.string() }),
]);
export type FileState = z.infer<typeof FileState>;

export interface Captured {
  state: FileState;
  /** The content of a file; undefined for everything else. */
  content: Buffer | undefined;
}

const missing: Captured = { state: { kind: "missing" }, content: undefined };

export function hashOf(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

export function sameState(a: FileState, b: FileState): boolean {
  if (a.kind === "file" && b.kind === "file") {
    return a.hash === b.hash && a.mode === b.mode;
  }
  if (a.kind === "link" && b.kind === "link") {
    return a.target === b.target;
  }
  if (a.kind === "unkept" && b.kind === "unkept") {
    return a.sign === b.sign;
  }
  return a.kind === b.kind;
}

export function isRestorable(state: FileState): boolean {
  return state.kind !== "unkept" && state.kind !== "folder";
}

export function stateOf(content: Uint8Array, mode: number): FileState {
  return { kind: "file", hash: hashOf(content), size: content.length, mode: mode & 0o7777 };
}

/** Looks at a path without following a link at its end; never waits for a pipe or a device. */
export async function capture(path: string, maxBytes: number): Promise<Captured> {
  try {
    const facts = await lstat(path);
    if (facts.isSymbolicLink()) {
      return { state: { kind: "link", target: await readlink(path) }, content: undefined };
    }
    if (facts.isDirectory()) {
      return { state: { kind: "folder" }, content: undefined };
    }
    return await captureFile(path, facts, maxBytes);
  } catch (error) {
    return withoutContent(error);
  }
}

async function captureFile(path: string, facts: Stats, maxBytes: number): Promise<Captured> {
  if (!facts.isFile()) {
    return unkept("It is not a regular file.", facts);
  }
  if (facts.size > maxBytes) {
    return unkept(`It is larger than ${Math.floor(maxBytes / 1024 / 1024)} MB.`, facts);
  }
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const content = await file.readFile();
    return { state: stateOf(content, (await file.stat()).mode), content };
  } finally {
    await file.close();
  }
}

function withoutContent(error: unknown): Captured {
  if (isMissing(error)) {
    return missing;
  }
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "EACCES" || code === "EPERM" || code === "ELOOP") {
    return { state: { kind: "unkept", why: "It cannot be read.", sign: code }, content: undefined };
  }
  throw error;
}

function unkept(why: string, { size, mtimeMs, ino }: Stats): Captured {
  return { state: { kind: "unkept", why, sign: `${size} ${mtimeMs} ${ino}` }, content: undefined };
}
