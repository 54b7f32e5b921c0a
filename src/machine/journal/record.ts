import { createHmac, timingSafeEqual } from "node:crypto";
import { crc32c } from "./crc32c";

/**
 * One record of a journal, little-endian:
 *
 *   0  magic, which no UTF-8 text contains
 *   4  length of the payload
 *   8  sequence number, from 0
 *  12  CRC-32C of bytes 0 to 12
 *  16  link: the seal of the record before
 *  32  seal: HMAC-SHA256 of link, sequence and payload, first half
 *  48  CRC-32C of link, seal and payload
 *  52  payload, UTF-8
 */
export const magic = Buffer.from([0xf5, 0x48, 0x4a, 0x52]);
export const headBytes = 52;
const frameBytes = 16;
const sealBytes = 16;
const maxPayloadBytes = 256 * 1024 * 1024;

/** What a file begins with: the version, and a checksum so that a damaged version is not taken for a newer one. */
export function fileHeader(version: number): Buffer {
  const text = `hearth-journal ${version}`;
  return Buffer.from(`${text} ${crc32c(Buffer.from(text)).toString(16).padStart(8, "0")}\n`);
}

export const version = 1;
export const header = fileHeader(version);

/** The version in a file header, or undefined when it is damaged or none. */
export function readVersion(bytes: Buffer): number | undefined {
  const text = bytes.subarray(0, 64).toString("latin1");
  const found = /^hearth-journal (\d{1,6}) [0-9a-f]{8}\n/.exec(text);
  const stated = Number(found?.[1]);
  return found && text.startsWith(fileHeader(stated).toString("latin1")) ? stated : undefined;
}

export interface Frame {
  payloadBytes: number;
  sequence: number;
}

/** The frame at the start of `bytes`, or undefined when these are not the first 16 bytes of a record. */
export function readFrame(bytes: Buffer): Frame | undefined {
  if (bytes.length < frameBytes || !bytes.subarray(0, 4).equals(magic)) {
    return undefined;
  }
  const payloadBytes = bytes.readUInt32LE(4);
  const intact = bytes.readUInt32LE(12) === crc32c(bytes.subarray(0, 12)) && payloadBytes <= maxPayloadBytes;
  return intact ? { payloadBytes, sequence: bytes.readUInt32LE(8) } : undefined;
}

export interface Sealed {
  link: Buffer;
  seal: Buffer;
  payload: Buffer;
}

/** Link, seal and payload of a whole record; undefined when they do not fit their checksum. */
export function readSealed(bytes: Buffer): Sealed | undefined {
  const link = bytes.subarray(16, 32);
  const seal = bytes.subarray(32, 48);
  const payload = bytes.subarray(headBytes);
  return bytes.readUInt32LE(48) === crc32c(link, seal, payload) ? { link, seal, payload } : undefined;
}

/** Writes the next record after the one whose seal is `link`. */
export function encodeRecord(key: Uint8Array, link: Buffer, sequence: number, payload: Buffer) {
  const bytes = Buffer.alloc(headBytes + payload.length);
  const seal = sealOf(key, link, sequence, payload);
  magic.copy(bytes, 0);
  bytes.writeUInt32LE(payload.length, 4);
  bytes.writeUInt32LE(sequence, 8);
  bytes.writeUInt32LE(crc32c(bytes.subarray(0, 12)), 12);
  link.copy(bytes, 16);
  seal.copy(bytes, 32);
  bytes.writeUInt32LE(crc32c(link, seal, payload), 48);
  payload.copy(bytes, headBytes);
  return { bytes, seal };
}

/** Whether this computer wrote the record: its seal fits the key. */
export function isSealed(key: Uint8Array, sequence: number, { link, seal, payload }: Sealed): boolean {
  return timingSafeEqual(seal, sealOf(key, link, sequence, payload));
}

/** What the first record of a task links to. */
export function firstLink(key: Uint8Array, taskId: string): Buffer {
  return createHmac("sha256", key).update(`hearth journal ${taskId}`).digest().subarray(0, sealBytes);
}

function sealOf(key: Uint8Array, link: Buffer, sequence: number, payload: Buffer): Buffer {
  const number = Buffer.alloc(4);
  number.writeUInt32LE(sequence);
  return createHmac("sha256", key).update(link).update(number).update(payload).digest().subarray(0, sealBytes);
}
