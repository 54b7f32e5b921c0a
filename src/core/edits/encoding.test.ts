import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decode, encode } from "./encoding";

describe("the bytes of a text file", () => {
  test("R-23 whatever is read as text is written back byte for byte", () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.uint8Array({ maxLength: 20 }).map((each) => Uint8Array.of(0xff, 0xfe, ...each)),
      fc.uint8Array({ maxLength: 20 }).map((each) => Uint8Array.of(0xfe, 0xff, ...each)),
      fc.uint8Array({ maxLength: 20 }).map((each) => Uint8Array.of(0xef, 0xbb, 0xbf, ...each)),
      fc.string({ unit: "grapheme" }).map((each) => new TextEncoder().encode(each)),
    );
    fc.assert(
      fc.property(bytes, (raw) => {
        const text = decode(raw);
        if (text) {
          expect(encode(text)).toEqual(raw);
        }
      }),
      { numRuns: 5_000 },
    );
  });

  test.each([
    ["UTF-8", [0xc3, 0xa9, 0x0a], { text: "é\n", encoding: "utf8", bom: false }],
    ["UTF-8 with a mark", [0xef, 0xbb, 0xbf, 0x61], { text: "a", encoding: "utf8", bom: true }],
    ["UTF-16 LE", [0xff, 0xfe, 0x61, 0, 0xe9, 0], { text: "aé", encoding: "utf16le", bom: true }],
    ["UTF-16 BE", [0xfe, 0xff, 0, 0x61, 0, 0xe9], { text: "aé", encoding: "utf16be", bom: true }],
    ["UTF-16 without a mark", [0x61, 0, 0x62, 0, 0x0a, 0], { text: "ab\n", encoding: "utf16le", bom: false }],
    ["Latin-1", [0x63, 0x61, 0x66, 0xe9], { text: "café", encoding: "windows1252", bom: false }],
    ["Windows quotes", [0x93, 0x61, 0x94, 0xe9], { text: "“a”é", encoding: "windows1252", bom: false }],
    ["nothing", [], { text: "", encoding: "utf8", bom: false }],
  ])("%s is recognised", (_name, bytes, text) => {
    expect(decode(Uint8Array.from(bytes))).toEqual(text);
  });

  test("bytes that are no text are not read as text", () => {
    expect(decode(Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0, 0, 0))).toBeUndefined();
    expect(decode(Uint8Array.of(0xff, 0xfe, 0x61))).toBeUndefined();
  });

  test("a character that the encoding lacks is not replaced by another", () => {
    expect(encode({ text: "茶", encoding: "windows1252", bom: false })).toBeUndefined();
    expect(encode({ text: "\ud83d", encoding: "utf8", bom: false })).toBeUndefined();
    expect(encode({ text: "€", encoding: "windows1252", bom: false })).toEqual(Uint8Array.of(0x80));
  });
});
