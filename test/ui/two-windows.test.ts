import { expect, test } from "vitest";
import { calls, says } from "../support/model-server";
import { editOf, lines, ReviewScene, soon } from "./review-scene";

const edit = (path: string) => calls("edit_file", editOf(path, { "line 0\n": "zero\n" }));
const files = { "asked.txt": lines(5), "a.txt": lines(5), "asked-too.txt": lines(5), "b.txt": lines(5) };
const settings = { "hearth.approvals": "trust-this-task" };

/** The first edit asks; after it the task is trusted, and the second one is written without asking. */
async function change(scene: ReviewScene, request: string, lastWords: string): Promise<void> {
  await scene.send(request);
  await scene.button("Accept").waitFor(soon);
  await scene.press("Accept");
  await scene.said(lastWords).waitFor(soon);
}

test("a window that opens while another one still closes takes up its task and its changes when it is gone", async () => {
  const first = await ReviewScene.open(files, [edit("asked.txt"), edit("a.txt"), says("All written.")], { settings });
  await change(first, "Change them", "All written.");
  await first.status("1 file, 1 change to review").waitFor(soon);

  const second = await first.another();
  await second.panel.getByText("Say what you want done.").waitFor(soon);
  await first.window.page.close({ runBeforeUnload: true });
  await second.said("All written.").waitFor(soon);
  await second.status("1 file, 1 change to review").waitFor(soon);
  expect(await second.panel.getByText("already open").count()).toBe(0);
});

test("two windows on one folder each have their own changes to review; the last one has what both left", async () => {
  const script = [edit("asked.txt"), edit("a.txt"), says("A is written.")];
  script.push(edit("asked-too.txt"), edit("b.txt"), says("B is written."));
  const first = await ReviewScene.open(files, script, { settings });
  await change(first, "Change a", "A is written.");
  await first.status("1 file, 1 change to review").waitFor(soon);

  const second = await first.another();
  await second.page.keyboard.press("Control+b"); // the sidebar is hidden when the window gives up waiting, and tells it later
  await second.page.waitForTimeout(12_000);
  await second.showPanel();
  await second.panel.getByText("This task is already open in another window").waitFor(soon);
  await change(second, "Change b", "B is written.");
  await second.status("1 file, 1 change to review").waitFor(soon);

  await first.window.reload();
  await first.status("1 file, 1 change to review").waitFor(soon);
  await first.window.openFile("a.txt");
  await expect.poll(() => first.lens("Keep").count(), soon).toBe(1);

  await second.page.waitForTimeout(1_000); // what is pending is written a moment later
  await first.window.page.close({ runBeforeUnload: true });
  await second.window.reload();
  await second.showPanel();
  await second.said("B is written.").waitFor(soon);
  await second.status("2 files, 2 changes to review").waitFor(soon);
});
