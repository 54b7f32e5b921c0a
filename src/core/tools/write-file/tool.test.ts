import { expect, test } from "vitest";
import { MemoryFiles } from "../../../../test/fakes/ports";
import { tryTool } from "../../../../test/fakes/tool-run";
import { writeFile } from "./tool";

test("a new file is created", async () => {
  const files = new MemoryFiles();

  const { text } = await tryTool(writeFile, { path: "src/new.js", content: "x\n" }, { files });

  expect(text).toBe("Created src/new.js.");
  expect(files.texts.get("src/new.js")).toBe("x\n");
});

test("the same text again is refused: nothing would change", async () => {
  const files = new MemoryFiles({ "a.js": "x\n" });

  const { failed } = await tryTool(writeFile, { path: "a.js", content: "x\n" }, { files });

  expect(failed).toBe(true);
  expect(files.applied).toEqual([]);
});

test("a rewrite that leaves code out with a comment is refused", async () => {
  const before = `${Array.from({ length: 40 }, (_, index) => `const a${index} = ${index};`).join("\n")}\n`;
  const files = new MemoryFiles({ "a.js": before });

  const { failed, text } = await tryTool(
    writeFile,
    { path: "a.js", content: "const a0 = 1;\n// ... rest of the code unchanged ...\n" },
    { files },
  );

  expect(failed).toBe(true);
  expect(text).toMatch(/rest|unchanged|whole/i);
  expect(files.texts.get("a.js")).toBe(before);
});
