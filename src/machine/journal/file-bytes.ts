import type { FileHandle } from "node:fs/promises";

const windowBytes = 1024 * 1024;

/** Reads a file of any size piece by piece, holding one window of it. */
export class FileBytes {
  private window: Buffer = Buffer.alloc(0);
  private start = 0;

  constructor(
    private readonly file: FileHandle,
    readonly size: number,
  ) {}

  /** Up to `length` bytes from `position`; fewer at the end of the file. Valid until the next call. */
  async at(position: number, length: number): Promise<Buffer> {
    const end = Math.min(position + length, this.size);
    if (position < this.start || end > this.start + this.window.length) {
      await this.load(position, Math.max(length, windowBytes));
    }
    return this.window.subarray(position - this.start, Math.max(position, end) - this.start);
  }

  private async load(position: number, length: number): Promise<void> {
    const bytes = Buffer.alloc(Math.max(0, Math.min(length, this.size - position)));
    let filled = 0;
    while (filled < bytes.length) {
      const { bytesRead } = await this.file.read(bytes, filled, bytes.length - filled, position + filled);
      if (bytesRead === 0) {
        break;
      }
      filled += bytesRead;
    }
    this.window = bytes.subarray(0, filled);
    this.start = position;
  }
}
