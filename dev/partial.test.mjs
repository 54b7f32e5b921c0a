import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { inPartial } from "./partial.mjs";

let dev = "";
beforeEach(async () => {
  dev = await mkdtemp(join(tmpdir(), "hearth-partial-"));
});
afterEach(() => rm(dev, { recursive: true }));

test("work that fails leaves nothing behind, and what a killed try left goes with the next", async () => {
  const { pid } = spawnSync(process.execPath, ["--version"]);
  await mkdir(join(dev, `browser.partial-${pid}`));
  await mkdir(join(dev, `browser.partial-${process.ppid}`));
  const failing = inPartial(join(dev, "browser"), async (partial) => {
    await writeFile(join(partial, "half"), "");
    throw new Error("The disk is full.");
  });
  await expect(failing).rejects.toThrow("full");
  expect(await readdir(dev)).toEqual([`browser.partial-${process.ppid}`]);
});

test("what was made whole takes its name", async () => {
  const home = join(dev, "below", "browser");
  await inPartial(home, (partial) => rename(partial, home));
  expect(await readdir(join(dev, "below"))).toEqual(["browser"]);
});
