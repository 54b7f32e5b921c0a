import { mkdtemp, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ReportFolder } from "./reports";

async function reports() {
  return new ReportFolder(join(await mkdtemp(join(tmpdir(), "hearth-reports-")), "reports"));
}

test("a report of an earlier run is gone before the next, so that no file means no report", async () => {
  const folder = await reports();
  const path = join(folder.folder, "r1");
  await folder.clear(path);
  await writeFile(path, "old");

  await folder.clear(path);

  expect(await folder.read(path)).toBeUndefined();
});

test("G3: the folder of reports is readable by this user alone", async () => {
  const folder = await reports();
  await folder.clear(join(folder.folder, "r1"));

  expect((await stat(folder.folder)).mode & 0o077).toBe(0);
});

test("a report is read and then removed", async () => {
  const folder = await reports();
  const path = join(folder.folder, "r1");
  await folder.clear(path);
  await writeFile(path, "ran");

  expect(await folder.read(path)).toBe("ran");
  await folder.remove(path);
  expect(await folder.read(path)).toBeUndefined();
});
