import { randomUUID } from "node:crypto";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import * as nodePath from "node:path";
import * as z from "zod";
import { syncFolder } from "../durable";
import { crc32c } from "../journal/crc32c";

/** Where each content stands in a pack: hash, offset, length. */
const PackIndex = z.array(z.tuple([z.string(), z.int(), z.int()]));
export type PackIndex = z.infer<typeof PackIndex>;

/** At the end of the file: length of the index, its CRC-32C, and a mark. */
const footerBytes = 12;
const mark = Buffer.from("HPK1");

/**
 * Contents that were kept together, in one file: one flush for all of them. The name appears only when everything is on
 * the disk.
 */
export class PackWriter {
  private readonly index: PackIndex = [];
  private position = 0;
  private closed = false;

  private constructor(
    private readonly folder: string,
    private readonly draft: string,
    private readonly file: FileHandle,
  ) {}

  static async start(folder: string): Promise<PackWriter> {
    const draft = nodePath.join(folder, `${randomUUID()}.draft`);
    return new PackWriter(folder, draft, await open(draft, "wx", 0o600));
  }

  get bytes(): number {
    return this.position;
  }

  async add(hash: string, content: Uint8Array): Promise<void> {
    await this.file.writeFile(content);
    this.index.push([hash, this.position, content.length]);
    this.position += content.length;
  }

  /** The name of the finished pack, durable, and where its contents stand. */
  async finish(): Promise<{ name: string; index: PackIndex }> {
    const index = Buffer.from(JSON.stringify(this.index));
    const footer = Buffer.alloc(footerBytes);
    footer.writeUInt32LE(index.length, 0);
    footer.writeUInt32LE(crc32c(index), 4);
    mark.copy(footer, 8);
    await this.file.writeFile(Buffer.concat([index, footer]));
    await this.file.sync();
    await this.file.close();
    this.closed = true;
    const name = `${nodePath.basename(this.draft, ".draft")}.pack`;
    await rename(this.draft, nodePath.join(this.folder, name));
    await syncFolder(this.folder);
    return { name, index: this.index };
  }

  async abandon(): Promise<void> {
    if (!this.closed) {
      await this.file.close();
    }
    await rm(this.draft, { force: true });
  }
}

/** The index of a pack, or undefined when the file is damaged. */
export async function readPackIndex(path: string): Promise<PackIndex | undefined> {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    const footer = await readAt(file, Math.max(0, size - footerBytes), footerBytes);
    const length = footer.length === footerBytes ? footer.readUInt32LE(0) : Number.POSITIVE_INFINITY;
    if (!footer.subarray(8).equals(mark) || length > size - footerBytes) {
      return undefined;
    }
    const index = await readAt(file, size - footerBytes - length, length);
    return crc32c(index) === footer.readUInt32LE(4) ? PackIndex.parse(JSON.parse(index.toString("utf8"))) : undefined;
  } finally {
    await file.close();
  }
}

export async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, position + filled);
    if (bytesRead === 0) {
      break;
    }
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}
