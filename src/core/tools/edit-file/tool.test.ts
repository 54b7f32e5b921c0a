import { expect, test } from "vitest";
import { MemoryFiles } from "../../../../test/fakes/ports";
import { tryTool } from "../../../../test/fakes/tool-run";
import { readFile } from "../read-file/tool";
import { editFile } from "./tool";

const text = "function a() {\n  return 1;\n}\n";

test("an exact edit changes its place and nothing else", async () => {
  const files = new MemoryFiles({ "a.js": text });

  await tryTool(editFile, { path: "a.js", edits: [{ old_text: "return 1;", new_text: "return 2;" }] }, { files });

  expect(files.texts.get("a.js")).toBe("function a() {\n  return 2;\n}\n");
});

test("an edit whose place is not there changes nothing and says what stands there", async () => {
  const files = new MemoryFiles({ "a.js": text });

  const { text: said, failed } = await tryTool(
    editFile,
    { path: "a.js", edits: [{ old_text: "return 3;", new_text: "return 2;" }] },
    { files },
  );

  expect(failed).toBe(true);
  expect(said).toContain("return 1;");
  expect(files.applied).toEqual([]);
});

test("a file that is not there fails with a way on", async () => {
  const { failed, text: said } = await tryTool(editFile, {
    path: "b.js",
    edits: [{ old_text: "x", new_text: "y" }],
  });

  expect(failed).toBe(true);
  expect(said).toMatch(/b\.js/);
});

test("a patch that moves a file writes the new one and removes the old one in one step", async () => {
  const files = new MemoryFiles({ "a.js": text });
  const patch =
    "*** Begin Patch\n*** Update File: a.js\n*** Move to: b.js\n@@\n-  return 1;\n+  return 2;\n*** End Patch\n";

  const { changed } = await tryTool(editFile, { patch }, { files });

  expect(changed?.sort()).toEqual(["a.js", "b.js"]);
  expect(files.applied).toHaveLength(1);
  expect(Object.fromEntries(files.texts)).toEqual({ "b.js": "function a() {\n  return 2;\n}\n" });
});

test("a patch never moves a file over another", async () => {
  const files = new MemoryFiles({ "a.js": text, "b.js": "mine" });
  const patch =
    "*** Begin Patch\n*** Update File: a.js\n*** Move to: b.js\n@@\n-  return 1;\n+  return 2;\n*** End Patch\n";

  const { failed } = await tryTool(editFile, { patch }, { files });

  expect(failed).toBe(true);
  expect(files.texts.get("b.js")).toBe("mine");
});

test("what a formatter does on saving is told", async () => {
  const files = new MemoryFiles({ "a.js": text });
  files.format = (saved) => saved.replace("return 2;", "return 2");

  const { text: said } = await tryTool(
    editFile,
    { path: "a.js", edits: [{ old_text: "return 1;", new_text: "return 2;" }] },
    { files },
  );

  expect(said).toMatch(/the editor then changed:[\s\S]*-\s+return 2;[\s\S]*\+\s+return 2$/m);
});

test("a file that changed since it was read is told as such, however its path is written", async () => {
  const files = new MemoryFiles({ "a.js": text });
  const { read } = await tryTool(readFile, { path: ".//a.js" }, { files });
  files.texts.set("a.js", text.replace("1", "2"));

  const { text: said } = await tryTool(
    editFile,
    { path: "x/../a.js", edits: [{ old_text: "return 1;", new_text: "return 3;" }] },
    { files, seen: Object.fromEntries(read ?? []) },
  );

  expect(said).toContain("since you read it");
});
