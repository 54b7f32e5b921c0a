import { expect, test } from "vitest";
import { MemoryFiles } from "../../../../test/fakes/ports";
import { tryTool } from "../../../../test/fakes/tool-run";
import { listFiles } from "./tool";

test("the workspace is listed without arguments", async () => {
  const files = new MemoryFiles({ "b.ts": "", "a.ts": "" });

  expect((await tryTool(listFiles, {}, { files })).text).toBe("a.ts\nb.ts");
});

test("a list that is not whole says so", async () => {
  const files = new MemoryFiles();
  files.list = async () => ({ paths: ["a.ts"], more: true });

  expect((await tryTool(listFiles, {}, { files })).text).toContain("more than 400 entries");
});
