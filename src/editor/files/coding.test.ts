import { expect, test } from "vitest";
import { fakeCoding } from "../../../test/fakes/coding";
import { signOf } from "./byte-signs";
import { decodeFile, encodeText } from "./coding";

const file = { name: "a.txt", fsPath: "/w/a.txt" };

test("R-23: UTF-8 text is read exactly", async () => {
  const bytes = new TextEncoder().encode("grüße\n");
  expect(await decodeFile(bytes, file, fakeCoding())).toEqual({ text: "grüße\n", encoding: "utf8", exact: true });
});

test("R-23: a byte order mark is no part of the text", async () => {
  const bytes = new TextEncoder().encode("\ufeffx");
  expect(await decodeFile(bytes, file, fakeCoding())).toEqual({ text: "x", encoding: "utf8bom", exact: true });
});

test("R-23: Latin-1 bytes are read as windows1252, also when an editor took them for UTF-8", async () => {
  const bytes = Uint8Array.from([0x67, 0x72, 0xfc, 0xdf, 0x65]);
  const read = await decodeFile(bytes, { ...file, openAs: "utf8" }, fakeCoding());
  expect(read).toEqual({ text: "grüße", encoding: "windows1252", exact: true });
});

test("R-23: bytes that no encoding gives back are readable but not exact", async () => {
  const bytes = Uint8Array.from([0x61, 0x81, 0xff]);
  expect(await decodeFile(bytes, file, fakeCoding())).toMatchObject({ text: "a\ufffd\ufffd", exact: false });
});

test("R-21: bytes that are no text are refused by name", async () => {
  await expect(decodeFile(Uint8Array.from([1, 0, 2, 0, 0, 3]), file, fakeCoding())).rejects.toThrow(
    "a.txt is not a text file.",
  );
});

test("R-23: a text that the file's encoding cannot hold is refused instead of being spoilt", async () => {
  await expect(encodeText("→", { name: "a.txt", encoding: "windows1252" }, fakeCoding())).rejects.toThrow(
    "windows1252",
  );
});

test("UTF-16 without a mark is told by where its zero bytes stand", () => {
  const wide = Uint8Array.from(Buffer.from("hello world", "utf16le"));
  expect(signOf(wide)).toBe("utf16le");
  expect(signOf(Uint8Array.from([...wide]).toReversed())).toBe("utf16be");
});
