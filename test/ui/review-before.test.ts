import { expect, test } from "vitest";
import { calls, says } from "../support/model-server";
import { editOf, lines, ReviewScene, soon } from "./review-scene";

const base = lines(40);
const four = editOf("a.txt", {
  "line 3\n": "three\n",
  "line 9\n": "nine\n",
  "line 15\n": "fifteen\n",
  "line 21\n": "twenty-one\n",
});

const patchOf = (...paths: string[]) =>
  paths
    .map(
      (path) =>
        `--- ${path}\n+++ ${path}\n@@ -3,3 +3,3 @@\n line 2\n-line 3\n+three\n line 4\n@@ -10,3 +10,3 @@\n line 9\n-line 10\n+ten\n line 11\n`,
    )
    .join("");

async function proposing(call: object, files: Record<string, string> = { "a.txt": base }): Promise<ReviewScene> {
  const scene = await ReviewScene.open(files, [calls("edit_file", call), says("Fine.")]);
  await scene.send("Change it");
  await expect.poll(() => scene.lens("Accept").count(), soon).toBeGreaterThan(0);
  return scene;
}

const done = (scene: ReviewScene) => scene.said("Fine.").waitFor(soon);

test("two of four changes are accepted and two rejected by their lenses, the same as ticks in the panel", async () => {
  const scene = await proposing(four);
  await expect.poll(() => scene.lens("Accept").count(), soon).toBe(4);
  await scene.lens("Reject").nth(1).click();
  await expect.poll(() => scene.ticks.nth(1).isChecked(), soon).toBe(false);
  await scene.lens("Accept").nth(0).click();
  await scene.tick(3, false);
  await expect.poll(() => scene.lens("Rejected").count(), soon).toBe(2);
  expect(await scene.text("a.txt")).toBe(base);

  await scene.lens("Accept").nth(1).click();
  await done(scene);
  const expected = base.replace("line 3\n", "three\n").replace("line 15\n", "fifteen\n");
  expect(await scene.text("a.txt")).toBe(expected);
  expect(scene.lastTold()).toMatch(/did not accept[\s\S]*\+nine[\s\S]*\+twenty-one/);
  await expect.poll(() => scene.page.locator(".tab").count(), soon).toBe(0);
});

test("an edit that the model writes into its answer is proposed beside the code, and written once it is accepted", async () => {
  const block = "<<<<<<< SEARCH\nline 3\n=======\nthree\n>>>>>>> REPLACE";
  const scene = await ReviewScene.open({ "a.txt": base }, [says(`Like this.\n\na.txt\n${block}`), says("Fine.")]);
  await scene.send("Change it");
  await scene.lens("Accept").first().waitFor(soon);
  expect(await scene.said("SEARCH").count()).toBe(0);
  expect(await scene.text("a.txt")).toBe(base);

  await scene.lens("Accept").first().click();
  await done(scene);
  expect(await scene.text("a.txt")).toBe(base.replace("line 3\n", "three\n"));
  expect(scene.lastTold()).toBe("Changed a.txt.");
});

test("one change of a file and all of another, by keyboard alone, and each answer is announced", async () => {
  const scene = await proposing({ patch: patchOf("a.txt", "b.txt") }, { "a.txt": base, "b.txt": base });
  const press = (keys: string) => scene.page.keyboard.press(keys);
  await press("Control+Alt+Period");
  await expect.poll(() => scene.cursor(), soon).toBe("Ln 11, Col 1");
  await press("Control+Alt+Comma");
  await expect.poll(() => scene.cursor(), soon).toBe("Ln 4, Col 1");
  await press("Control+Alt+u");
  await expect.poll(() => scene.announced(), soon).toBe("Rejected change 1 of 2 in a.txt. 3 left to decide.");
  await expect.poll(() => scene.cursor(), soon).toBe("Ln 11, Col 1");
  await press("Control+Alt+y");
  await scene.page.locator(".tab.active", { hasText: "b.txt" }).waitFor(soon);
  expect(await scene.text("b.txt")).toBe(base);
  await expect.poll(() => scene.cursor(), soon).toBe("Ln 4, Col 1");
  await press("Control+Alt+Shift+y");
  await done(scene);
  expect(await scene.text("a.txt")).toBe(base.replace("line 10\n", "ten\n"));
  expect(await scene.text("b.txt")).toBe(base.replace("line 3\n", "three\n").replace("line 10\n", "ten\n"));
});

test("the user edits a change in the proposal, and what is written is theirs, and the model is told", async () => {
  const scene = await proposing(four);
  await scene.line("nine").click();
  await scene.page.keyboard.press("End");
  await scene.page.keyboard.type(", mine");
  await expect.poll(() => scene.said("nine, mine").count(), soon).toBe(1);
  expect(await scene.text("a.txt")).toBe(base);
  await scene.press("Accept");
  await done(scene);
  const expected = base
    .replace("line 3\n", "three\n")
    .replace("line 9\n", "nine, mine\n")
    .replace("line 15\n", "fifteen\n")
    .replace("line 21\n", "twenty-one\n");
  expect(await scene.text("a.txt")).toBe(expected);
  expect(scene.lastTold()).toMatch(/changed your proposal[\s\S]*-nine\n\+nine, mine/);
  await expect.poll(() => scene.page.locator(".tab").count(), soon).toBe(0);
});

test("one change is rejected with a remark that the model reads", async () => {
  const scene = await proposing(four);
  await scene.lens("Why Not…").nth(2).click();
  await scene.page.locator(".quick-input-widget input").fill("fifteen is taken");
  await scene.page.keyboard.press("Enter");
  await expect.poll(() => scene.ticks.nth(2).isChecked(), soon).toBe(false);
  await scene.press("Accept 3 of 4");
  await done(scene);
  expect(await scene.text("a.txt")).toContain("line 15\n");
  expect(scene.lastTold()).toContain("fifteen is taken");
});

test("R-13: what is typed in the live file stays: elsewhere the proposal follows, in its lines it asks for a yes of its own", async () => {
  const scene = await ReviewScene.open({ "a.txt": base }, [calls("edit_file", four), says("Fine.")]);
  await scene.window.openFile("a.txt");
  await scene.send("Change it");
  await expect.poll(() => scene.lens("Accept").count(), soon).toBe(4);
  const editor = scene.page.locator(".editor-instance", { hasNot: scene.page.locator(".diff-editor") }).first();
  await editor.locator(".view-line", { hasText: /^line\s1$/ }).click();
  await scene.page.keyboard.press("End");
  await scene.page.keyboard.type(", mine\nand one more");
  await editor.locator(".view-line", { hasText: /^line\s9$/ }).click();
  await scene.page.keyboard.press("End");
  await scene.page.keyboard.type(", mine");
  await expect.poll(() => scene.lens("Accept Over Your Text").count(), soon).toBe(1);
  await expect.poll(() => scene.ticks.nth(1).isChecked(), soon).toBe(false);
  await scene.press("Accept 3 of 4");
  await done(scene);
  const expected = base
    .replace("line 1\n", "line 1, mine\nand one more\n")
    .replace("line 3\n", "three\n")
    .replace("line 9\n", "line 9, mine\n")
    .replace("line 15\n", "fifteen\n")
    .replace("line 21\n", "twenty-one\n");
  expect(await scene.text("a.txt")).toBe(expected);
});

test("R-14: an unsaved file is changed as the user sees it, and one undo takes exactly the change away", async () => {
  const scene = await ReviewScene.open({ "a.txt": base }, [calls("edit_file", four), says("Fine.")]);
  await scene.window.openFile("a.txt");
  await scene.page.locator(".view-line").first().click();
  await scene.page.keyboard.press("Home");
  await scene.page.keyboard.type("unsaved ");
  await scene.send("Change it");
  await expect.poll(() => scene.lens("Accept").count(), soon).toBe(4);
  expect(await scene.text("a.txt")).toBe(base);
  await scene.press("Accept");
  await done(scene);
  expect(await scene.text("a.txt")).toMatch(/^unsaved line 0\n[\s\S]*\nthree\n/);
  await scene.page.locator(".tab", { hasText: "a.txt" }).click();
  await scene.page.keyboard.press("Control+z");
  await scene.page.keyboard.press("Control+s");
  await expect.poll(() => scene.text("a.txt"), soon).toBe(`unsaved ${base}`);
});

test("R-24: after a reload the proposal stands with what the user did to it, unanswered", async () => {
  const scene = await proposing(four);
  await scene.line("nine").click();
  await scene.page.keyboard.press("End");
  await scene.page.keyboard.type(", mine");
  await scene.lens("Accept").nth(0).click();
  await scene.lens("Reject").nth(2).click();
  await expect.poll(() => scene.lens("Rejected").count(), soon).toBe(1);
  await scene.page.waitForTimeout(1_500);
  await scene.reload();
  await expect.poll(() => scene.lens("Rejected").count(), { timeout: 60_000 }).toBe(1);
  await expect.poll(() => scene.line("nine, mine").count(), soon).toBe(1);
  expect(await scene.lens("Accepted").count()).toBe(0);
  expect(await scene.text("a.txt")).toBe(base);
  await scene.press("Accept 3 of 4");
  await done(scene);
  const expected = base
    .replace("line 3\n", "three\n")
    .replace("line 9\n", "nine, mine\n")
    .replace("line 21\n", "twenty-one\n");
  expect(await scene.text("a.txt")).toBe(expected);
});

test("a diff that VS Code brings back after its task was left is closed, and is there again with the task", async () => {
  const scene = await proposing(four);
  const tab = scene.page.locator(".tab", { hasText: "proposed by Hearth" });
  await scene.window.runCommand("Hearth: New Task");
  await scene.panel.getByText("Say what you want done.").waitFor(soon);
  expect(await tab.count()).toBe(1);
  await scene.page.waitForTimeout(1_000); // VS Code stores which task is shown a moment later
  await scene.reload();
  await expect.poll(() => tab.count(), soon).toBe(0);
  await scene.button("Earlier tasks").click();
  await scene.panel
    .getByRole("list", { name: "Tasks" })
    .getByRole("button", { name: /Change it/ })
    .first()
    .click();
  await tab.waitFor(soon);
  await expect.poll(() => scene.lens("Accept").count(), soon).toBe(4);
});

test("all files of a proposal are decided in one editor: a changed, a created and a deleted one", async () => {
  const patch = [
    patchOf("a.txt"),
    "--- /dev/null\n+++ new.txt\n@@ -0,0 +1,2 @@\n+new\n+file\n",
    "--- gone.txt\n+++ /dev/null\n@@ -1 +0,0 @@\n-gone\n",
  ].join("");
  const scene = await proposing({ patch }, { "a.txt": base, "gone.txt": "gone\n" });
  await scene.page.keyboard.press("Control+Alt+r");
  await scene.page.locator(".tab.active", { hasText: "Proposed by Hearth: a.txt, new.txt" }).waitFor(soon);
  await expect.poll(() => scene.lens("Accept", ".multiDiffEntry").count(), soon).toBe(4);
  await scene.lens("Reject", ".multiDiffEntry").nth(1).click();
  await expect.poll(() => scene.lens("Rejected", ".multiDiffEntry").count(), soon).toBe(1);
  await scene.page.locator('.editor-actions [aria-label^="Accept All Changes"]').click();
  await done(scene);
  expect(await scene.text("a.txt")).toBe(base.replace("line 3\n", "three\n"));
  expect(await scene.text("new.txt")).toBe("new\nfile\n");
  await expect(scene.file("gone.txt")).rejects.toThrow("ENOENT");
  await expect.poll(() => scene.page.locator(".tab").count(), soon).toBe(0);
});

test("a file that is renamed and changed is shown as what differs, and goes or stays as one", async () => {
  const patch = "--- a.txt\n+++ docs/b.txt\n@@ -3,3 +3,3 @@\n line 2\n-line 3\n+three\n line 4\n";
  const scene = await proposing({ patch: patch + patchOf("c.txt") }, { "a.txt": base, "c.txt": base });
  await scene.page.locator(".tab.active", { hasText: "b.txt (moved from a.txt" }).waitFor(soon);
  await scene.page.locator(".codelens-decoration", { hasText: "moved from a.txt" }).waitFor(soon);
  await scene.panel.getByText("Moved from a.txt").waitFor(soon);
  await scene.page.keyboard.press("Control+Alt+r");
  await scene.page.locator(".tab.active", { hasText: "Proposed by Hearth: b.txt, c.txt" }).waitFor(soon);
  const moved = scene.page.locator(".multiDiffEntry .codelens-decoration", { hasText: "moved from a.txt" });
  await moved.locator("a", { hasText: "Reject" }).click();
  await expect.poll(() => scene.ticks.first().isChecked(), soon).toBe(false);
  await scene.tick(0, true);
  await expect.poll(() => scene.lens("Rejected", ".multiDiffEntry").count(), soon).toBe(0);
  await scene.press("Accept");
  await done(scene);
  expect(await scene.text("docs/b.txt")).toBe(base.replace("line 3\n", "three\n"));
  await expect(scene.file("a.txt")).rejects.toThrow("ENOENT");
  await expect.poll(() => scene.page.locator(".tab").count(), soon).toBe(0);
});

test("R-23: of a file with Windows line ends only the accepted lines change, also those that the user types", async () => {
  const windows = base.replaceAll("\n", "\r\n");
  const scene = await proposing(four, { "a.txt": windows });
  await scene.line("nine").click();
  await scene.page.keyboard.press("End");
  await scene.page.keyboard.type(", mine\nand more");
  await expect.poll(() => scene.said("and more").count(), soon).toBe(1);
  await scene.lens("Reject").nth(0).click();
  await expect.poll(() => scene.ticks.nth(0).isChecked(), soon).toBe(false);
  await scene.press("Accept 3 of 4");
  await done(scene);
  const expected = base
    .replace("line 9\n", "nine, mine\nand more\n")
    .replace("line 15\n", "fifteen\n")
    .replace("line 21\n", "twenty-one\n");
  expect(await scene.text("a.txt")).toBe(expected.replaceAll("\n", "\r\n"));
});

test("R-23: a file of 6 MB is decided part by part like any other", async () => {
  const big = lines(110_000, "a row that is as long as a line of code may be, with number");
  const [third = "", ninth = ""] = [3, 9].map((number) => big.split("\n")[number] ?? "");
  const change = editOf("big.txt", { [`${third}\n`]: "three\n", [`${ninth}\n`]: "nine\n" });
  const scene = await proposing(change, { "big.txt": big });
  await expect.poll(() => scene.lens("Reject").count(), soon).toBe(2);
  await scene.lens("Reject").nth(0).click();
  await expect.poll(() => scene.lens("Rejected").count(), soon).toBe(1);
  await scene.lens("Accept").nth(1).click();
  await done(scene);
  expect(await scene.text("big.txt")).toBe(big.replace(`${ninth}\n`, "nine\n"));
});

test("R-25: two tasks on one file: the second proposal moves along with what the first one writes", async () => {
  const other = calls("edit_file", editOf("a.txt", { "line 30\n": "thirty\n" }));
  const scene = await ReviewScene.open({ "a.txt": base }, [
    calls("edit_file", four),
    other,
    says("Fine."),
    says("Fine."),
  ]);
  await scene.send("First");
  await expect.poll(() => scene.lens("Accept").count(), soon).toBe(4);
  await scene.window.runCommand("Hearth: New Task");
  await scene.send("Second");
  await expect.poll(() => scene.page.locator(".tab", { hasText: "a.txt (proposed by Hearth)" }).count(), soon).toBe(2);
  await scene.page.locator(".tab", { hasText: "a.txt (proposed" }).first().click();
  await expect.poll(() => scene.lens("Accept File").count(), soon).toBe(1);
  await scene.lens("Accept File").click();
  await expect.poll(() => scene.text("a.txt"), soon).toContain("twenty-one\n");
  await scene.press("Accept");
  await done(scene);
  const expected = base
    .replace("line 3\n", "three\n")
    .replace("line 9\n", "nine\n")
    .replace("line 15\n", "fifteen\n")
    .replace("line 21\n", "twenty-one\n")
    .replace("line 30\n", "thirty\n");
  expect(await scene.text("a.txt")).toBe(expected);
});

test("the diff stands and grows while the model still writes the change, without taking the focus", async () => {
  const slow = calls("edit_file", four, { callPieces: 12, betweenMs: 250 });
  const scene = await ReviewScene.open({ "a.txt": base, "own.txt": "" }, [slow, says("Fine.")]);
  await scene.window.openFile("own.txt");
  await scene.send("Change it");
  await scene.page.locator(".tab.active", { hasText: "own.txt" }).click();
  await scene.page.locator(".view-lines").first().click();
  await scene.page.keyboard.type("typing ");
  await expect.poll(() => scene.line("three").count(), soon).toBeGreaterThan(0);
  expect(await scene.ticks.count()).toBe(0);
  await scene.page.keyboard.type("on");
  await expect.poll(() => scene.line("fifteen").count(), soon).toBeGreaterThan(0);
  await scene.page.keyboard.type(" and on");
  await expect.poll(() => scene.ticks.count(), soon).toBe(4);
  expect(await scene.line("typing on and on").count()).toBe(1);
  expect(await scene.page.locator(".tab", { hasText: "proposed by Hearth" }).count()).toBe(1);
  expect(await scene.text("a.txt")).toBe(base);
  await expect.poll(() => scene.lens("Accept").count(), soon).toBe(4);
  await scene.line("nine").click();
  await scene.page.keyboard.press("End");
  await scene.page.keyboard.type(", mine");
  await scene.lens("Accept File").click();
  await done(scene);
  expect(await scene.text("a.txt")).toContain("nine, mine\n");
  await expect.poll(() => scene.page.locator(".tab").count(), soon).toBe(1);
});
