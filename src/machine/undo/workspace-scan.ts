import { type BigIntStats, constants } from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import * as nodePath from "node:path";
import { isMissing } from "../is-missing";
import { neverEntered } from "../search/shown-paths";
import type { Batch } from "./batch";
import { capture, type FileState } from "./file-state";
import type { Unseen } from "./unseen";

export interface ScanLimits {
  /** How many files are looked at. */
  files: number;
  /** Contents of larger files are not kept: their change is seen, it cannot be undone. */
  fileBytes: number;
  /** How many bytes of new content one scan keeps. */
  newBytes: number;
}

export const usualScanLimits: ScanLimits = { files: 30_000, fileBytes: 2 * 1024 * 1024, newBytes: 256 * 1024 * 1024 };

export interface Snapshot {
  /** By path relative to the workspace, with forward slashes. */
  files: Map<string, FileState>;
  /** A file there may be missing from `files`, and yet exist. */
  unseen: Unseen;
  /** Why not every file was looked at or kept; undefined when all were. */
  incomplete: string | undefined;
}

interface Known {
  sign: string;
  state: FileState;
}

const skipped = new Set(neverEntered);
/** A file that changed this shortly before it was read may change again within the same tick of the clock. */
const clockTickNs = 100_000_000n;

/**
 * Looks at the files of the workspace, ignored and untracked ones too, but not at version control, packages and caches.
 * What has not changed since the last look is not read again.
 */
export class WorkspaceScan {
  private known = new Map<string, Known>();

  /** `root` is absolute and has no links in it. */
  constructor(
    private readonly root: string,
    private readonly limits: ScanLimits,
  ) {}

  /** Contents that are not kept yet go into `batch`. */
  async take(batch: Batch): Promise<Snapshot> {
    const unseen: Unseen = { closed: [] };
    const snapshot: Snapshot = { files: new Map(), unseen, incomplete: undefined };
    const known = new Map<string, Known>();
    const take = async (path: string, facts: BigIntStats) => {
      if (snapshot.files.size >= this.limits.files) {
        unseen.from = path;
        snapshot.incomplete = `The workspace has more than ${this.limits.files.toLocaleString("en")} files.`;
        return false;
      }
      const entry = await this.look(path, facts, batch, snapshot);
      known.set(path, entry);
      snapshot.files.set(path, entry.state);
      return true;
    };
    await this.walk("", take, unseen.closed);
    this.known = known;
    return snapshot;
  }

  private async look(path: string, facts: BigIntStats, batch: Batch, snapshot: Snapshot): Promise<Known> {
    const sign = signOf(facts);
    const before = this.known.get(path);
    if (before?.sign === sign && sign !== "" && (before.state.kind !== "file" || batch.has(before.state.hash))) {
      return before;
    }
    const full = batch.bytes >= this.limits.newBytes;
    const { state, content } = await capture(nodePath.join(this.root, path), full ? 0 : this.limits.fileBytes);
    if (full && state.kind === "unkept") {
      snapshot.incomplete = "The workspace holds more than one look keeps.";
    }
    if (content !== undefined && state.kind === "file") {
      await batch.add(content, state.hash);
    }
    return { sign: state.kind === "unkept" ? "" : sign, state };
  }

  /** Depth first, in the order of names. `take` answers false when it has enough. `closed` gets what cannot be looked at. */
  private async walk(
    folder: string,
    take: (path: string, facts: BigIntStats) => Promise<boolean>,
    closed: string[],
  ): Promise<boolean> {
    const listed = await lookAt(folder, closed, () => readdir(nodePath.join(this.root, folder)));
    const names = (listed ?? []).filter((name) => !skipped.has(name)).sort();
    const paths = names.map((name) => (folder === "" ? name : `${folder}/${name}`));
    const facts = await Promise.all(
      paths.map((path) => lookAt(path, closed, () => lstat(nodePath.join(this.root, path), { bigint: true }))),
    );
    for (const [index, path] of paths.entries()) {
      const found = facts[index];
      const goOn =
        found === undefined || (found.isDirectory() ? await this.walk(path, take, closed) : await take(path, found));
      if (!goOn) {
        return false;
      }
    }
    return true;
  }
}

/** Empty for a file that changed a moment ago: it is read again next time. */
function signOf({ size, mtimeNs, ctimeNs, ino, mode }: BigIntStats): string {
  const now = BigInt(Date.now()) * 1_000_000n;
  const type = mode & BigInt(constants.S_IFMT);
  return now - ctimeNs < clockTickNs ? "" : `${type} ${mode} ${size} ${mtimeNs} ${ctimeNs} ${ino}`;
}

/** Undefined for what vanishes while we look, and for what cannot be read: that is not ours to report, only to know. */
async function lookAt<T>(path: string, closed: string[], look: () => Promise<T>): Promise<T | undefined> {
  try {
    return await look();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) {
      throw error;
    }
    if (!isMissing(error)) {
      closed.push(path);
    }
    return undefined;
  }
}
