import { expect, test } from "vitest";
import { readableBytes } from "./bytes";

test.each([
  [0, "0 bytes"],
  [1, "1 byte"],
  [999, "999 bytes"],
  [1_000, "1.0 kB"],
  [999_949, "999.9 kB"],
  [999_950, "1.0 MB"],
  [12_340_000, "12.3 MB"],
])("%d bytes read %s", (bytes, text) => {
  expect(readableBytes(bytes)).toBe(text);
});
