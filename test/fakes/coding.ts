import type { Coding } from "../../src/editor/files/coding";

/** Encodings as VS Code does them: a mark is no part of the text, UTF-16 gets one, and what is missing is replaced. */
export function fakeCoding(chosen = "utf8"): Coding {
  return {
    chosen: () => chosen,
    decode: async (bytes, encoding) => codecOf(encoding).decode(bytes),
    encode: async (text, encoding) => codecOf(encoding).encode(text),
  };
}

interface Codec {
  decode(bytes: Uint8Array): string;
  encode(text: string): Uint8Array;
}

const utf8: Codec = {
  decode: (bytes) => new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes),
  encode: (text) => new TextEncoder().encode(text),
};

/** What the bytes from 0x80 to 0x9f spell; five of them nothing. */
const upper = "€�‚ƒ„…†‡ˆ‰Š‹Œ�Ž��‘’“”•–—˜™š›œ�žŸ";

const codecs: Record<string, Codec> = {
  utf8,
  utf8bom: marked(utf8),
  utf16le: marked({
    decode: (bytes) => Buffer.from(bytes).toString("utf16le"),
    encode: (text) => Buffer.from(text, "utf16le"),
  }),
  utf16be: marked({
    decode: (bytes) =>
      Buffer.from(bytes.subarray(0, bytes.length & ~1))
        .swap16()
        .toString("utf16le"),
    encode: (text) => Buffer.from(text, "utf16le").swap16(),
  }),
  windows1252: {
    decode: (bytes) =>
      Array.from(bytes, (byte) =>
        byte >= 0x80 && byte < 0xa0 ? upper.charAt(byte - 0x80) : String.fromCharCode(byte),
      ).join(""),
    encode: (text) => Uint8Array.from(text, windows1252Of),
  },
};

function codecOf(encoding: string): Codec {
  const codec = codecs[encoding];
  if (codec === undefined) {
    throw new Error(`no such encoding here: ${encoding}`);
  }
  return codec;
}

function marked({ decode, encode }: Codec): Codec {
  return { decode: (bytes) => decode(bytes).replace(/^\ufeff/, ""), encode: (text) => encode(`\ufeff${text}`) };
}

function windows1252Of(character: string): number {
  const code = character.charCodeAt(0);
  const place = character === "\ufffd" ? -1 : upper.indexOf(character);
  if (place >= 0) {
    return 0x80 + place;
  }
  return code < 0x80 || (code >= 0xa0 && code <= 0xff) ? code : 0x3f;
}
