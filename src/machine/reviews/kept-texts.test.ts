import { mkdtemp, readdir, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { KeptTexts } from "./kept-texts";

let folder: string;
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), "hearth-kept-")), "reviews");
});
afterEach(() => rm(join(folder, ".."), { recursive: true, force: true }));

test("a text is there again under its name, whatever the name is, and gone once it is removed", async () => {
  const kept = new KeptTexts(folder);
  expect(await kept.read("../../etc/passwd")).toBeUndefined();
  await kept.write("../../etc/passwd", "mine");
  expect(await new KeptTexts(folder).read("../../etc/passwd")).toBe("mine");
  expect(await readdir(folder)).toHaveLength(1);
  await kept.remove("../../etc/passwd");
  expect(await kept.read("../../etc/passwd")).toBeUndefined();
});

test("writes to one name happen in their order, and the last one stays", async () => {
  const kept = new KeptTexts(folder);
  await Promise.all(Array.from({ length: 50 }, (_, index) => kept.write("a", `${index}`.repeat(1_000))));
  expect(await kept.read("a")).toBe("49".repeat(1_000));
  expect(await readdir(folder)).toHaveLength(1);
});

test("S-G3: nobody else can read what is kept", async () => {
  const kept = new KeptTexts(folder);
  await kept.write("a", "mine");
  const [file = ""] = await readdir(folder);
  expect((await stat(folder)).mode & 0o077).toBe(0);
  expect((await stat(join(folder, file))).mode & 0o077).toBe(0);
});

test("what is old, and what a crash left half written, is collected", async () => {
  const kept = new KeptTexts(folder);
  await kept.write("old", "1");
  const [old = ""] = await readdir(folder);
  await utimes(join(folder, old), 1, 1);
  await kept.write("new", "2");
  await writeFile(join(folder, "x.json.abc.tmp"), "half");
  await utimes(join(folder, "x.json.abc.tmp"), 1, 1);
  await writeFile(join(folder, "y.json.abc.tmp"), "another window writes this now");
  await kept.collect(60_000);
  expect([await kept.read("old"), await kept.read("new")]).toEqual([undefined, "2"]);
  expect(await readdir(folder)).toHaveLength(2);
  await new KeptTexts(join(folder, "none")).collect(1);
});
