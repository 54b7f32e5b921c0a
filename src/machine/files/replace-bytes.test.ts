import { chmod, mkdtemp, readdir, readFile, readlink, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { replaceBytes } from "./replace-bytes";

test("a replaced file has the new bytes and its old mode, and nothing is left beside it", async () => {
  const folder = await mkdtemp(join(tmpdir(), "hearth-replace-"));
  const path = join(folder, "run.sh");
  await writeFile(path, "old");
  await chmod(path, 0o750);

  await replaceBytes(path, Buffer.from([0, 255, 13, 10]));

  expect([...(await readFile(path))]).toEqual([0, 255, 13, 10]);
  expect((await stat(path)).mode & 0o777).toBe(0o750);
  expect(await readdir(folder)).toEqual(["run.sh"]);
});

test("a file that is replaced through a link leaves the link", async () => {
  const folder = await mkdtemp(join(tmpdir(), "hearth-replace-"));
  await writeFile(join(folder, "a.txt"), "old");
  await symlink("a.txt", join(folder, "link.txt"));

  await replaceBytes(join(folder, "link.txt"), Buffer.from("new"));

  expect(await readlink(join(folder, "link.txt"))).toBe("a.txt");
  expect(await readFile(join(folder, "a.txt"), "utf8")).toBe("new");
});

test("replacing a file that is not there fails and leaves nothing", async () => {
  const folder = await mkdtemp(join(tmpdir(), "hearth-replace-"));

  await expect(replaceBytes(join(folder, "gone"), Buffer.from("x"))).rejects.toThrow("ENOENT");

  expect(await readdir(folder)).toEqual([]);
});
