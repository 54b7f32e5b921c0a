import { expect, test } from "vitest";
import { calls, type ScriptedReply, says } from "../support/model-server";
import { editOf, lines, ReviewScene, soon } from "./review-scene";

const base = lines(40);
const four = editOf("b.txt", {
  "line 3\n": "three\n",
  "line 9\nline 10\n": "nine\n",
  "line 15\n": "",
  "line 21\n": "line 21\ninserted\n",
});
const written = base
  .replace("line 3\n", "three\n")
  .replace("line 9\nline 10\n", "nine\n")
  .replace("line 15\n", "")
  .replace("line 21\n", "line 21\ninserted\n");

/** The first edit asks; after it the task is trusted, and what is scripted here is written without asking. */
async function trusted(files: Record<string, string>, ...unasked: ScriptedReply[]): Promise<ReviewScene> {
  const first = calls("edit_file", editOf("first.txt", { "1\n": "2\n" }));
  const settings = { "hearth.approvals": "trust-this-task" };
  const scene = await ReviewScene.open({ "first.txt": "1\n", ...files }, [first, ...unasked, says("All written.")], {
    settings,
  });
  await scene.send("Change them");
  await scene.button("Accept").waitFor(soon);
  await scene.press("Accept");
  await scene.said("All written.").waitFor(soon);
  return scene;
}

test("what a rule let through is shown in the editor, and is kept and undone there change by change", async () => {
  const scene = await trusted({ "b.txt": base }, calls("edit_file", four));
  expect(await scene.text("b.txt")).toBe(written);
  await scene.status("1 file, 4 changes to review").waitFor(soon);
  await scene.window.openFile("b.txt");
  await expect.poll(() => scene.lens("Keep").count(), soon).toBe(4);
  await scene.lens("Undo").nth(1).click();
  await expect.poll(() => scene.lens("Keep").count(), soon).toBe(3);
  const after = written.replace("nine\n", "line 9\nline 10\n");
  await expect.poll(() => scene.text("b.txt"), soon).toBe(after);
  await scene.lens("Keep").nth(0).click();
  await scene.status("1 file, 2 changes to review").waitFor(soon);
  expect(await scene.text("b.txt")).toBe(after);
  await scene.lens("−1 \\+0").click();
  await scene.page.locator(".peekview-widget").waitFor(soon);
});
