/** What the bytes of a text file are. `windows1252` stands for every single-byte Western text, Latin-1 included. */
export type Encoding = "utf8" | "utf16le" | "utf16be" | "windows1252";

export interface DecodedText {
  /** Without the byte order mark. */
  text: string;
  encoding: Encoding;
  bom: boolean;
}

/** The text in a file's bytes, so that `encode` gives back the same bytes; undefined when it is no text. */
export function decode(bytes: Uint8Array): DecodedText | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
    const text = fromUtf8(bytes.subarray(3));
    return text === undefined ? undefined : { text, encoding: "utf8", bom: true };
  }
  const marked =
    bytes[0] === 0xff && bytes[1] === 0xfe ? "utf16le" : bytes[0] === 0xfe && bytes[1] === 0xff ? "utf16be" : undefined;
  const wide = marked ?? wideWithoutMark(bytes);
  if (wide) {
    const text = fromUtf16(marked ? bytes.subarray(2) : bytes, wide);
    return text === undefined ? undefined : { text, encoding: wide, bom: marked !== undefined };
  }
  if (bytes.includes(0)) {
    return undefined;
  }
  const text = fromUtf8(bytes);
  return text === undefined
    ? { text: fromWindows1252(bytes), encoding: "windows1252", bom: false }
    : { text, encoding: "utf8", bom: false };
}

/** The bytes of a text; undefined when the encoding lacks one of its characters. */
export function encode({ text, encoding, bom }: DecodedText): Uint8Array | undefined {
  if (encoding === "windows1252") {
    return toWindows1252(text);
  }
  if (encoding === "utf8") {
    return !/\p{Surrogate}/u.test(text) ? new TextEncoder().encode(bom ? `\uFEFF${text}` : text) : undefined;
  }
  return toUtf16(bom ? `\uFEFF${text}` : text, encoding);
}

function fromUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) {
      return undefined;
    }
    throw error;
  }
}

const looked = 512;

/** Plain Western text in 16 bits without a mark: every other byte of the first ones is 0, and none of the rest. */
function wideWithoutMark(bytes: Uint8Array): "utf16le" | "utf16be" | undefined {
  const length = Math.min(bytes.length, looked) & ~1;
  let even = 0;
  let odd = 0;
  for (let at = 0; at < length; at += 2) {
    even += bytes[at] === 0 ? 1 : 0;
    odd += bytes[at + 1] === 0 ? 1 : 0;
  }
  const half = length / 2;
  if (half < 2 || bytes.length % 2 !== 0) {
    return undefined;
  }
  return odd === half && even === 0 ? "utf16le" : even === half && odd === 0 ? "utf16be" : undefined;
}

function fromUtf16(bytes: Uint8Array, encoding: "utf16le" | "utf16be"): string | undefined {
  if (bytes.length % 2 !== 0) {
    return undefined;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const units: number[] = [];
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += 2) {
    units.push(view.getUint16(at, encoding === "utf16le"));
    if (units.length === 8_192) {
      pieces.push(String.fromCharCode(...units.splice(0)));
    }
  }
  return pieces.join("") + String.fromCharCode(...units);
}

function toUtf16(text: string, encoding: "utf16le" | "utf16be"): Uint8Array {
  const bytes = new Uint8Array(text.length * 2);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < text.length; at++) {
    view.setUint16(at * 2, text.charCodeAt(at), encoding === "utf16le");
  }
  return bytes;
}

/** The characters of the bytes 0x80 to 0x9f; a byte without one stands for the control character of its own number. */
const upper =
  "\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178";

function fromWindows1252(bytes: Uint8Array): string {
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += 8_192) {
    const piece = String.fromCharCode(...bytes.subarray(at, at + 8_192));
    pieces.push(piece.replace(/[\x80-\x9f]/g, (character) => upper[character.charCodeAt(0) - 0x80] as string));
  }
  return pieces.join("");
}

function toWindows1252(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const place = upper.indexOf(text[at] as string);
    if (place < 0 && (code > 0xff || (code >= 0x80 && code < 0xa0))) {
      return undefined;
    }
    bytes[at] = place >= 0 ? 0x80 + place : code;
  }
  return bytes;
}
