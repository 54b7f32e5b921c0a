import { open } from "node:fs/promises";
import { FileBytes } from "./file-bytes";
import { encodeRecord, header } from "./record";

/** Writes a new journal of the payloads at the given places of another one, and makes it durable. */
export async function copyRecords(
  from: string,
  to: string,
  payloads: readonly { start: number; end: number }[],
  key: Uint8Array,
  firstLink: Buffer,
): Promise<{ link: Buffer; sequence: number; end: number }> {
  const source = await open(from, "r");
  const target = await open(to, "w", 0o600);
  try {
    const bytes = new FileBytes(source, (await source.stat()).size);
    await target.writeFile(header);
    const state = { link: firstLink, sequence: 0, end: header.length };
    for (const { start, end } of payloads) {
      const record = encodeRecord(key, state.link, state.sequence, await bytes.at(start, end - start));
      await target.writeFile(record.bytes);
      state.link = record.seal;
      state.sequence += 1;
      state.end += record.bytes.length;
    }
    await target.sync();
    return state;
  } finally {
    await source.close();
    await target.close();
  }
}
