import { hashOf } from "./file-state";
import { type PackIndex, PackWriter } from "./pack";

/** The store that a batch adds to. */
export interface BatchStore {
  folder: string;
  /** The pack that holds a content; undefined when it is not kept yet. */
  packOf(hash: string): string | undefined;
  adopt(pack: string, index: PackIndex): void;
  /** Keeps packs from being collected for a while. False when one of them is gone. */
  hold(packs: ReadonlySet<string>): Promise<boolean>;
}

/** Contents that are kept together: those that are new to the store in one pack, the others where they are. */
export class Batch {
  private pack: PackWriter | undefined;
  private readonly added = new Set<string>();
  private readonly reliedOn = new Set<string>();

  constructor(private readonly store: BatchStore) {}

  /** Bytes that are new to the store so far. */
  get bytes(): number {
    return this.pack?.bytes ?? 0;
  }

  /** Whether a content is kept, or about to be: whoever asks may rely on it. */
  has(hash: string): boolean {
    const pack = this.store.packOf(hash);
    if (pack !== undefined) {
      this.reliedOn.add(pack);
    }
    return pack !== undefined || this.added.has(hash);
  }

  async add(content: Uint8Array, hash = hashOf(content)): Promise<string> {
    if (!this.has(hash)) {
      this.pack ??= await PackWriter.start(this.store.folder);
      await this.pack.add(hash, content);
      this.added.add(hash);
    }
    return hash;
  }

  /** Everything is on the disk when it resolves. False when another window has collected something of it meanwhile. */
  async finish(): Promise<boolean> {
    const written = await this.pack?.finish();
    if (written !== undefined) {
      this.store.adopt(written.name, written.index);
    }
    this.pack = undefined;
    return this.store.hold(this.reliedOn);
  }

  async abandon(): Promise<void> {
    await this.pack?.abandon();
    this.pack = undefined;
  }
}
