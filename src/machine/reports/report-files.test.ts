import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ReportFiles } from "./report-files";

test("what was at the path before a run is gone, and what a run left is read once", async () => {
  const reports = new ReportFiles(await mkdtemp(join(tmpdir(), "hearth-reports-")));
  const path = join(reports.folder, "new folder", "report");
  await reports.clear(path);
  await writeFile(path, "stale");
  await reports.clear(path);
  expect(await reports.read(path)).toBeUndefined();
  await writeFile(path, "fresh");
  expect(await reports.read(path)).toBe("fresh");
  expect(await reports.read(path, 4)).toBeUndefined();
  await reports.remove(path);
  expect(await reports.read(path)).toBeUndefined();
});
