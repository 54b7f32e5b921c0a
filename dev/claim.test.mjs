import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { claimSuffix } from "./claim.mjs";

test("each start that runs has folders of its own, and those of one that ended are used again", async () => {
  const dev = await mkdtemp(join(tmpdir(), "hearth-claim-"));
  onTestFinished(() => rm(dev, { recursive: true }));
  const ended = spawnSync(process.execPath, ["--version"]).pid;
  expect(claimSuffix(dev, process.pid)).toBe("");
  expect(claimSuffix(dev, ended)).toBe("-2");
  expect(claimSuffix(dev, process.ppid)).toBe("-2");
  expect(claimSuffix(dev, process.pid)).toBe("-3");
});
