import { chmod, open, readdir, rm, stat } from "node:fs/promises";
import * as nodePath from "node:path";
import { AgentError } from "../../core/errors";
import { makeFolderDurably } from "../durable";
import { hashOf } from "./file-state";
import { PackWriter, readAt, readPackIndex } from "./pack";

interface Place {
  pack: string;
  offset: number;
  length: number;
}

/** How long a pack that nothing names yet is left alone: another window may be about to name it. */
const youngMs = 60 * 60 * 1_000;

/** Contents by their hash, each kept once, in packs of a folder that only this user can read. */
export class BlobStore {
  private readonly places = new Map<string, Place>();
  private readonly packs = new Set<string>();

  private constructor(private readonly folder: string) {}

  static async open(folder: string): Promise<BlobStore> {
    await makeFolderDurably(folder, 0o700);
    await chmod(folder, 0o700);
    const store = new BlobStore(folder);
    await store.load();
    return store;
  }

  has(hash: string): boolean {
    return this.places.has(hash);
  }

  /** Collects contents to be kept together. Nothing is kept before `finish` has resolved; then it is on the disk. */
  startBatch(): Batch {
    return new Batch(
      this.folder,
      (hash) => this.has(hash),
      (name, index) => this.adopt(name, index),
    );
  }

  /** Throws `AgentError` "undo_content_lost" when the content is not there as it was kept. */
  async read(hash: string): Promise<Buffer> {
    if (!this.places.has(hash)) {
      await this.load();
    }
    const place = this.places.get(hash);
    const content = place && (await this.readPlace(place));
    if (content === undefined || hashOf(content) !== hash) {
      throw new AgentError(
        "undo_content_lost",
        "The earlier content of a file is missing or damaged in Hearth's storage.",
        "This file cannot be restored; the others can.",
      );
    }
    return content;
  }

  /** Total size of all packs. */
  async bytes(): Promise<number> {
    const sizes = await Promise.all([...this.packs].map((name) => sizeOf(this.pathOf(name))));
    return sizes.reduce((sum, { size }) => sum + size, 0);
  }

  /**
   * Removes contents that are not `live`: packs of which nothing is live, and, rewritten, those of which less than half
   * is. Returns how many bytes became free.
   */
  async collect(live: ReadonlySet<string>, now: number): Promise<number> {
    await this.load();
    const before = await this.bytes();
    for (const name of [...this.packs]) {
      const facts = await sizeOf(this.pathOf(name));
      const places = [...this.places].filter(([, place]) => place.pack === name);
      const kept = places.filter(([hash]) => live.has(hash));
      const keptBytes = kept.reduce((sum, [, place]) => sum + place.length, 0);
      if (now - facts.mtimeMs > youngMs && (kept.length === 0 || keptBytes * 2 < facts.size)) {
        await this.rewrite(name, kept);
      }
    }
    await this.clearDrafts(now);
    return before - (await this.bytes());
  }

  private async rewrite(name: string, kept: readonly [string, Place][]): Promise<void> {
    const pack = kept.length === 0 ? undefined : await PackWriter.start(this.folder);
    for (const [hash, place] of kept) {
      const content = await this.readPlace(place);
      if (content !== undefined && hashOf(content) === hash) {
        await pack?.add(hash, content);
      }
    }
    for (const [hash, place] of [...this.places]) {
      if (place.pack === name) {
        this.places.delete(hash);
      }
    }
    const written = await pack?.finish();
    if (written !== undefined) {
      this.adopt(written.name, written.index);
    }
    this.packs.delete(name);
    await rm(this.pathOf(name), { force: true });
  }

  private async load(): Promise<void> {
    for (const name of await readdir(this.folder)) {
      if (name.endsWith(".pack") && !this.packs.has(name)) {
        this.adopt(name, (await readPackIndex(this.pathOf(name))) ?? []);
      }
    }
  }

  private adopt(pack: string, index: Iterable<readonly [string, number, number]>): void {
    this.packs.add(pack);
    for (const [hash, offset, length] of index) {
      this.places.set(hash, { pack, offset, length });
    }
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
      if ((error as NodeJS.ErrnoException).code === "ENOENT") {
        return undefined;
      }
      throw error;
    }
  }

  private async clearDrafts(now: number): Promise<void> {
    for (const name of (await readdir(this.folder)).filter((entry) => entry.endsWith(".draft"))) {
      if (now - (await sizeOf(this.pathOf(name))).mtimeMs > youngMs) {
        await rm(this.pathOf(name), { force: true });
      }
    }
  }

  private pathOf(name: string): string {
    return nodePath.join(this.folder, name);
  }
}

export class Batch {
  private pack: PackWriter | undefined;
  private readonly added = new Set<string>();

  constructor(
    private readonly folder: string,
    private readonly has: (hash: string) => boolean,
    private readonly adopt: (name: string, index: [string, number, number][]) => void,
  ) {}

  /** Bytes that are new to the store so far. */
  get bytes(): number {
    return this.pack?.bytes ?? 0;
  }

  async add(content: Uint8Array, hash = hashOf(content)): Promise<string> {
    if (!this.has(hash) && !this.added.has(hash)) {
      this.pack ??= await PackWriter.start(this.folder);
      await this.pack.add(hash, content);
      this.added.add(hash);
    }
    return hash;
  }

  async finish(): Promise<void> {
    const written = await this.pack?.finish();
    if (written !== undefined) {
      this.adopt(written.name, written.index);
    }
    this.pack = undefined;
  }

  async abandon(): Promise<void> {
    await this.pack?.abandon();
    this.pack = undefined;
  }
}

async function sizeOf(path: string): Promise<{ size: number; mtimeMs: number }> {
  try {
    return await stat(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") {
      return { size: 0, mtimeMs: Date.now() };
    }
    throw error;
  }
}
