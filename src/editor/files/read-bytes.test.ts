import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ToolFailure } from "../../core/errors";
import { largestFile, readBytes } from "./read-bytes";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "hearth-read-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("R-21: the bytes of a regular file, an empty one included", async () => {
  await writeFile(join(folder, "a"), "x");
  await writeFile(join(folder, "empty"), "");
  expect([...(await readBytes(join(folder, "a"), "a"))]).toEqual([0x78]);
  expect((await readBytes(join(folder, "empty"), "empty")).length).toBe(0);
});

test.skipIf(process.platform === "win32")("R-21: a pipe without a writer is refused at once", async () => {
  execFileSync("mkfifo", [join(folder, "pipe")]);
  await expect(readBytes(join(folder, "pipe"), "pipe")).rejects.toThrow("pipe is not a regular file");
});

test.skipIf(process.platform === "win32")("R-21: a device is refused", async () => {
  await expect(readBytes("/dev/zero", "/dev/zero")).rejects.toThrow(ToolFailure);
});

test("R-21: a folder and a missing file are named as such", async () => {
  await mkdir(join(folder, "sub"));
  await expect(readBytes(join(folder, "sub"), "sub")).rejects.toThrow("sub is a folder.");
  await expect(readBytes(join(folder, "no"), "no")).rejects.toThrow("There is no file no.");
  await expect(readBytes(join(folder, "a/b"), "a/b")).rejects.toThrow("There is no file a/b.");
});

test("R-21: a file larger than an editor opens is refused without being read", async () => {
  const large = await open(join(folder, "large"), "w");
  await large.truncate(largestFile + 1);
  await large.close();
  await expect(readBytes(join(folder, "large"), "large")).rejects.toThrow("over 50 MB");
});
