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

test("Ctrl+Z after an Undo makes the change pending again, and Keep can be taken back", async () => {
  const scene = await trusted({ "b.txt": base }, calls("edit_file", four));
  await scene.window.openFile("b.txt");
  await expect.poll(() => scene.lens("Keep").count(), soon).toBe(4);
  await scene.page.keyboard.press("Control+Alt+Period");
  await scene.page.keyboard.press("Control+Alt+u");
  await scene.status("1 file, 3 changes to review").waitFor(soon);
  await expect.poll(() => scene.text("b.txt"), soon).toBe(written.replace("three\n", "line 3\n"));
  await scene.page.keyboard.press("Control+z");
  await scene.status("1 file, 4 changes to review").waitFor(soon);
  await scene.page.keyboard.press("Control+Shift+z");
  await scene.status("1 file, 3 changes to review").waitFor(soon);
  await scene.page.keyboard.press("Control+z");
  await scene.status("1 file, 4 changes to review").waitFor(soon);
  await scene.page.keyboard.press("Control+s");
  await scene.page.keyboard.press("Control+Alt+Shift+y");
  await expect.poll(() => scene.status("to review").count(), soon).toBe(0);
  expect(await scene.text("b.txt")).toBe(written);
  await scene.window.runCommand("Hearth: Take Back the Last Answer");
  await scene.status("1 file, 4 changes to review").waitFor(soon);
});

test("pending changes are there after a reload, with what the user typed among them", async () => {
  const scene = await trusted({ "b.txt": base }, calls("edit_file", four));
  await scene.window.openFile("b.txt");
  await expect.poll(() => scene.lens("Keep").count(), soon).toBe(4);
  await scene.lens("Keep").nth(0).click();
  await scene.status("1 file, 3 changes to review").waitFor(soon);
  await scene.line("line 1").click();
  await scene.page.keyboard.press("End");
  await scene.page.keyboard.type(", mine");
  await scene.page.keyboard.press("Control+s");
  await scene.page.waitForTimeout(1_000);
  await scene.window.reload();
  await scene.status("1 file, 3 changes to review").waitFor({ timeout: 60_000 });
  await scene.window.openFile("b.txt");
  await expect.poll(() => scene.lens("Keep").count(), { timeout: 60_000 }).toBe(3);
  await scene.lens("Undo File").click();
  const expected = base.replace("line 3\n", "three\n").replace("line 1\n", "line 1, mine\n");
  await expect.poll(() => scene.text("b.txt"), soon).toBe(expected);
  await expect.poll(() => scene.status("to review").count(), soon).toBe(0);
});

test("created, changed and deleted files are listed in Source Control, and kept and undone there", async () => {
  const patch = "--- gone.txt\n+++ /dev/null\n@@ -1 +0,0 @@\n-gone\n";
  const scene = await trusted(
    { "b.txt": base, "gone.txt": "gone\n" },
    calls("edit_file", four),
    calls("write_file", { path: "new.txt", content: "new\n" }),
    calls("edit_file", { patch }),
  );
  await scene.status("3 files, 6 changes to review").waitFor(soon);
  await scene.page.keyboard.press("Control+Shift+g");
  const row = (name: string) => scene.page.locator(".scm-view .monaco-list-row", { hasText: name });
  /** A row has its buttons while the pointer is over it; rows are made anew when the list changes. */
  const press = (name: string, verdict: string) => {
    const button = row(name).getByRole("button", { name: `${verdict} All Changes in This File` });
    const pressed = async () => {
      await row(name).hover();
      return button.click({ timeout: 2_000 }).then(
        () => true,
        () => false,
      );
    };
    return expect.poll(pressed, soon).toBe(true);
  };
  await row("gone.txt").waitFor(soon);
  await scene.status("3 files").click();
  await scene.page.locator(".tab.active", { hasText: "Changes by Hearth" }).waitFor(soon);
  await expect.poll(() => scene.lens("Keep").count(), soon).toBeGreaterThan(3);

  await press("new.txt", "Reject");
  await scene.status("2 files, 5 changes to review").waitFor(soon);
  const isThere = () => scene.file("new.txt").then(Boolean, () => false);
  await expect.poll(isThere, soon).toBe(false);
  await press("gone.txt", "Reject");
  await scene.status("1 file, 4 changes to review").waitFor(soon);
  await expect.poll(() => scene.text("gone.txt").catch(() => ""), soon).toBe("gone\n");
  await press("b.txt", "Accept");
  await expect.poll(() => scene.status("to review").count(), soon).toBe(0);
  await expect.poll(() => row("Changes to Review").count(), soon).toBe(0);
  await expect.poll(() => scene.page.locator(".tab", { hasText: "Changes by Hearth" }).count(), soon).toBe(0);
  expect(await scene.text("b.txt")).toBe(written);
});
