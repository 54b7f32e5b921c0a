import type { FileBytes } from "./file-bytes";
import { type Frame, headBytes, magic, readFrame, readSealed, type Sealed } from "./record";

export type Piece =
  | ({ kind: "record"; start: number; end: number; sequence: number } & Sealed)
  /** Bytes that are no record: damaged, or written by something else. */
  | { kind: "damage"; start: number; end: number }
  /** The beginning of a record at the end of the file: its writing was cut off. */
  | { kind: "torn"; start: number; end: number };

/** Everything in the file from `start`, in order and without gaps. Reading goes on after damage. */
export async function* scanRecords(bytes: FileBytes, start: number): AsyncGenerator<Piece> {
  let position = start;
  while (position < bytes.size) {
    const piece = await pieceAt(bytes, position);
    yield piece;
    position = piece.end;
  }
}

async function pieceAt(bytes: FileBytes, start: number): Promise<Piece> {
  const head = await bytes.at(start, headBytes);
  const frame = readFrame(head);
  if (frame !== undefined) {
    const end = start + headBytes + frame.payloadBytes;
    if (end > bytes.size) {
      return { kind: "torn", start, end: bytes.size };
    }
    const record = await recordAt(bytes, start, frame);
    if (record !== undefined) {
      return record;
    }
  } else if (isCutOff(head)) {
    return { kind: "torn", start, end: start + head.length };
  }
  return { kind: "damage", start, end: await nextRecord(bytes, start + 1) };
}

async function recordAt(bytes: FileBytes, start: number, frame: Frame): Promise<Piece | undefined> {
  const length = headBytes + frame.payloadBytes;
  const sealed = readSealed(Buffer.from(await bytes.at(start, length)));
  return sealed && { kind: "record", start, end: start + length, sequence: frame.sequence, ...sealed };
}

/** Too short to hold a frame, and so far what a record begins with. */
function isCutOff(head: Buffer): boolean {
  return head.length < 16 && head.subarray(0, 4).equals(magic.subarray(0, head.length));
}

/** Where the next intact frame begins, or the end of the file. */
async function nextRecord(bytes: FileBytes, from: number): Promise<number> {
  const step = 256 * 1024;
  for (let position = from; position < bytes.size; position += step) {
    const part = await bytes.at(position, step + 16);
    for (let at = part.indexOf(magic); at !== -1 && at < step; at = part.indexOf(magic, at + 1)) {
      if (readFrame(part.subarray(at)) !== undefined) {
        return position + at;
      }
    }
  }
  return bytes.size;
}
