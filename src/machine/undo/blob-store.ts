import type { Stats } from "node:fs";
import { chmod, open, readdir, rm, stat, utimes } from "node:fs/promises";
import * as nodePath from "node:path";
import { AgentError } from "../../core/errors";
import { makeFolderDurably } from "../durable";
import { Batch } from "./batch";
import { exclusively } from "./exclusive";
import { hashOf } from "./file-state";
import { type PackIndex, PackWriter, readAt, readPackIndex } from "./pack";

interface Place {
  pack: string;
  offset: number;
  length: number;
}

/** How long a pack that nothing names yet is left alone: another window may be about to name it. */
const youngMs = 60 * 60 * 1_000;

/**
 * Contents by their hash, each kept once, in packs of a folder that only this user can read. Other windows add packs to
 * it and collect from it at any time.
 */
export class BlobStore {
  private readonly places = new Map<string, Place>();
  private readonly packs = new Set<string>();

  private constructor(
    private readonly folder: string,
    private readonly lock: string,
  ) {}

  /** `lock` is the one that one window at a time holds while it writes files. */
  static async open(folder: string, lock: string): Promise<BlobStore> {
    await makeFolderDurably(folder, 0o700);
    await chmod(folder, 0o700);
    const store = new BlobStore(folder, lock);
    await store.refresh();
    return store;
  }

  has(hash: string): boolean {
    return this.places.has(hash);
  }

  /** Collects contents to be kept together. Nothing is kept before `finish` has resolved; then it is on the disk. */
  async startBatch(): Promise<Batch> {
    await this.refresh();
    return new Batch({
      folder: this.folder,
      packOf: (hash) => this.places.get(hash)?.pack,
      adopt: (name, index) => this.adopt(name, index),
      hold: (packs) => this.hold(packs),
    });
  }

  /** Throws `AgentError` "undo_content_lost" when the content is not there as it was kept. */
  async read(hash: string): Promise<Buffer> {
    const found = await this.find(hash);
    if (found !== undefined) {
      return found;
    }
    await this.refresh();
    const elsewhere = await this.find(hash);
    if (elsewhere === undefined) {
      throw new AgentError(
        "undo_content_lost",
        "The earlier content of a file is missing or damaged in Hearth's storage.",
        "This file cannot be restored; the others can.",
      );
    }
    return elsewhere;
  }

  /** Total size of all packs. */
  async bytes(): Promise<number> {
    const facts = await Promise.all([...this.packs].map((name) => factsOf(this.pathOf(name))));
    return facts.reduce((sum, found) => sum + (found?.size ?? 0), 0);
  }

  /**
   * Removes contents that are not `live`: packs of which nothing is live, and, rewritten, those of which less than half
   * is. Returns how many bytes became free.
   */
  async collect(live: ReadonlySet<string>, now: number): Promise<number> {
    await this.refresh();
    const before = await this.bytes();
    for (const name of [...this.packs]) {
      if (await this.isWasteful(name, live, now)) {
        await exclusively(this.lock, () => this.collectPack(name, live, now));
      }
    }
    await this.clearDrafts(now);
    return before - (await this.bytes());
  }

  /** Sees what other windows have added and collected. */
  async refresh(): Promise<void> {
    const names = (await readdir(this.folder)).filter((name) => name.endsWith(".pack"));
    const lost = [...this.packs].some((name) => !names.includes(name)); // what it held may stand in others that we know
    const found: [string, PackIndex][] = [];
    for (const name of names.filter((pack) => lost || !this.packs.has(pack))) {
      const index = await this.indexOf(name);
      found.push(...(index === undefined ? [] : [[name, index] as [string, PackIndex]]));
    }
    if (lost) {
      this.packs.clear();
      this.places.clear();
    }
    for (const [name, index] of found) {
      this.adopt(name, index);
    }
  }

  /** Packs count as new for a while when something is about to name their contents. */
  private async hold(packs: ReadonlySet<string>): Promise<boolean> {
    const facts = await Promise.all([...packs].map((name) => factsOf(this.pathOf(name))));
    if (facts.includes(undefined)) {
      return false;
    }
    const old = [...packs].filter((_, index) => Date.now() - (facts[index]?.mtimeMs ?? 0) > youngMs / 2);
    return old.length === 0 || exclusively(this.lock, () => this.renew(old));
  }

  private async renew(packs: readonly string[]): Promise<boolean> {
    const now = new Date();
    try {
      await Promise.all(packs.map((name) => utimes(this.pathOf(name), now, now)));
      return true;
    } catch (error) {
      return ignoreMissing(error, false);
    }
  }

  private async isWasteful(name: string, live: ReadonlySet<string>, now: number): Promise<boolean> {
    const facts = await factsOf(this.pathOf(name));
    const kept = this.contentsOf(name).filter(([hash]) => live.has(hash));
    const keptBytes = kept.reduce((sum, [, { length }]) => sum + length, 0);
    const isOld = facts !== undefined && now - facts.mtimeMs > youngMs;
    return isOld && (kept.length === 0 || keptBytes * 2 < facts.size);
  }

  /** Under the lock: nobody can begin to rely on the pack between the last look at it and its end. */
  private async collectPack(name: string, live: ReadonlySet<string>, now: number): Promise<void> {
    if (await this.isWasteful(name, live, now)) {
      await this.rewrite(
        name,
        this.contentsOf(name).filter(([hash]) => live.has(hash)),
      );
    }
  }

  private async rewrite(name: string, kept: readonly [string, Place][]): Promise<void> {
    const pack = kept.length === 0 ? undefined : await PackWriter.start(this.folder);
    for (const [hash, place] of kept) {
      const content = await this.readPlace(place);
      if (content !== undefined && hashOf(content) === hash) {
        await pack?.add(hash, content);
      }
    }
    const written = await pack?.finish();
    if (written !== undefined) {
      this.adopt(written.name, written.index);
    }
    for (const [hash] of this.contentsOf(name)) {
      this.places.delete(hash);
    }
    this.packs.delete(name);
    await rm(this.pathOf(name), { force: true });
  }

  private contentsOf(pack: string): [string, Place][] {
    return [...this.places].filter(([, place]) => place.pack === pack);
  }

  /** Undefined when the file is gone; without contents when it is damaged. */
  private async indexOf(pack: string): Promise<PackIndex | undefined> {
    try {
      return (await readPackIndex(this.pathOf(pack))) ?? [];
    } catch (error) {
      return ignoreMissing(error, undefined);
    }
  }

  private adopt(pack: string, index: PackIndex): void {
    this.packs.add(pack);
    for (const [hash, offset, length] of index) {
      this.places.set(hash, { pack, offset, length });
    }
  }

  private async find(hash: string): Promise<Buffer | undefined> {
    const place = this.places.get(hash);
    const content = place && (await this.readPlace(place));
    return content !== undefined && hashOf(content) === hash ? content : undefined;
  }

  private async readPlace({ pack, offset, length }: Place): Promise<Buffer | undefined> {
    try {
      const file = await open(this.pathOf(pack), "r");
      try {
        return await readAt(file, offset, length);
      } finally {
        await file.close();
      }
    } catch (error) {
      return ignoreMissing(error, undefined);
    }
  }

  private async clearDrafts(now: number): Promise<void> {
    for (const name of (await readdir(this.folder)).filter((entry) => entry.endsWith(".draft"))) {
      const facts = await factsOf(this.pathOf(name));
      if (facts !== undefined && now - facts.mtimeMs > youngMs) {
        await rm(this.pathOf(name), { force: true });
      }
    }
  }

  private pathOf(name: string): string {
    return nodePath.join(this.folder, name);
  }
}

/** Undefined when there is no such file. */
async function factsOf(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    return ignoreMissing(error, undefined);
  }
}

function ignoreMissing<T>(error: unknown, instead: T): T {
  if ((error as NodeJS.ErrnoException).code === "ENOENT") {
    return instead;
  }
  throw error;
}
