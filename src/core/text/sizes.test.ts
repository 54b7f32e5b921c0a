import { expect, test } from "vitest";
import { readableBytes, readableMemory } from "./sizes";

test.each([
  [0, "0 bytes"],
  [1, "1 byte"],
  [999, "999 bytes"],
  [1_000, "1.0 kB"],
  [999_949, "999.9 kB"],
  [999_950, "1.0 MB"],
  [12_340_000, "12.3 MB"],
  [3_400_000_000, "3.4 GB"],
])("%d bytes read %s", (bytes, text) => {
  expect(readableBytes(bytes)).toBe(text);
});

test.each([
  [0, "0.0 GiB"],
  [512 * 2 ** 20, "512 MiB"],
  [2 ** 30, "1.0 GiB"],
  [18.6e9, "17.3 GiB"],
  [425.4 * 2 ** 30, "425 GiB"],
  [1_200 * 2 ** 30, "1,200 GiB"],
])("%d bytes of memory read %s", (bytes, text) => {
  expect(readableMemory(bytes)).toBe(text);
});
