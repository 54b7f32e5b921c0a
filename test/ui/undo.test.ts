import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { calls, says } from "../support/model-server";
import { editOf, lines, soon } from "./review-scene";
import { UndoScene } from "./undo-scene";

const files = {
  "a.txt": lines(20),
  "src/b.txt": lines(8),
  "gone.txt": "goes\n",
  "mine.txt": "mine\n",
  "ignored/log.txt": "log\n",
  ".gitignore": "ignored/\n",
};
const command =
  "rm gone.txt && mkdir -p made/deep && echo new > made/deep/new.txt && echo more >> ignored/log.txt && echo c >> src/b.txt";
const script = () => [
  calls("edit_file", editOf("a.txt", { "line 3\n": "three\n" })),
  calls("edit_file", editOf("src/b.txt", { "line 1\n": "one\n" })),
  calls("run_command", { command }),
  says("All done."),
];

test("a task is undone with what its command did, and redone, and nothing else is touched", async () => {
  const scene = await UndoScene.open(files, script());
  const { review } = scene;
  await scene.work("Do it", "All done.");
  expect(await review.text("made/deep/new.txt")).toBe("new\n");
  const after = await scene.tree();

  await scene.undoTask();
  expect(await scene.lines()).toEqual([
    "[x] a.txt goes back to what it was",
    "[x] ignored/log.txt goes back to what it was",
    "[x] src/b.txt goes back to what it was",
    "[x] gone.txt comes back",
    "[x] made/deep/new.txt is removed",
  ]);
  await scene.accept();
  await review.said("Took back the changes to 5 files.").waitFor(soon);
  expect(await scene.tree()).toEqual(files);

  await review.button("Redo").click();
  await review.said("Put the changes to 5 files back in.").waitFor(soon);
  expect(await scene.tree()).toEqual(after);
});

test("going back to before an action leaves the actions before it", async () => {
  const scene = await UndoScene.open(files, script());
  const { review } = scene;
  await scene.work("Do it", "All done.");
  await review.panel
    .getByRole("group", { name: "Edit src/b.txt" })
    .getByRole("button", { name: "Undo from here" })
    .click();
  expect((await scene.lines()).map((line) => line.split(" ")[1])).toEqual([
    "ignored/log.txt",
    "src/b.txt",
    "gone.txt",
    "made/deep/new.txt",
  ]);
  await scene.tick("gone.txt");
  await scene.accept();
  await review.said("Took back the changes to 3 files.").waitFor(soon);
  const { "gone.txt": gone, ...rest } = files;
  expect(await scene.tree()).toEqual({ ...rest, "a.txt": files["a.txt"].replace("line 3\n", "three\n") });
  expect(gone).toBe("goes\n");
});

test("R-14, R-30: what the user changed too is left alone, and can stay when only the task's part is taken back", async () => {
  const scene = await UndoScene.open(files, script());
  const { review } = scene;
  await scene.work("Do it", "All done.");
  await writeFile(
    join(review.window.folder, "src/b.txt"),
    `${(await review.text("src/b.txt")).replace("one\n", "uno\n")}`,
  );
  await review.window.openFile("a.txt");
  await review.page.keyboard.press("Control+End");
  await review.page.keyboard.type("typed and not saved");

  await scene.undoTask();
  await expect
    .poll(() => scene.lines(), soon)
    .toEqual([
      "[x] ignored/log.txt goes back to what it was",
      "[x] gone.txt comes back",
      "[x] made/deep/new.txt is removed",
      "[ ] a.txt only what Hearth changed goes, yours stays (unsaved: it is saved first)",
      "[ ] src/b.txt goes back to what it was, without your changes",
    ]);
  await scene.line("src/b.txt").hover();
  await scene.line("src/b.txt").getByRole("button", { name: "Compare" }).click();
  await scene.tick("a.txt");
  await scene.accept();
  await review.said("Took back the changes to 4 files.").waitFor(soon);
  expect(await scene.tree()).toEqual({
    ...files,
    "a.txt": `${files["a.txt"]}typed and not saved`,
    "src/b.txt": `${files["src/b.txt"].replace("line 1\n", "uno\n")}c\n`,
  });
  await expect.poll(() => review.page.locator(".tab.dirty").count(), soon).toBe(0);
});

test("R-13, R-30: what is typed while the list is open is never taken back without a word: the list comes again", async () => {
  const scene = await UndoScene.open(files, script());
  const { review } = scene;
  await scene.work("Do it", "All done.");
  await review.window.openFile("a.txt");
  await review.page.keyboard.press("Control+End");
  await review.page.keyboard.type("typed and not saved");
  await scene.undoTask();
  await scene.tick("a.txt");

  await review.line("typed and not saved").click(); // the list covers the lines above
  await review.window.untilFocusIsKnown();
  await review.page.keyboard.press("Control+Home");
  for (const key of ["ArrowDown", "ArrowDown", "ArrowDown", "End"]) {
    await review.page.keyboard.press(key);
  }
  await review.page.keyboard.type(" and mine");
  await writeFile(join(review.window.folder, "ignored/log.txt"), "by a program\n");
  await scene.list.getByRole("button", { name: "OK" }).click();

  await expect
    .poll(() => scene.lines(), soon)
    .toEqual([
      "[x] src/b.txt goes back to what it was",
      "[x] gone.txt comes back",
      "[x] made/deep/new.txt is removed",
      "[ ] a.txt goes back to what it was, without your changes",
      "[ ] ignored/log.txt goes back to what it was, without your changes",
    ]);
  await scene.accept();
  await review.said("Took back the changes to 3 files.").waitFor(soon);
  expect(await scene.tree()).toEqual({
    ...files,
    "a.txt": `${files["a.txt"].replace("line 3\n", "three and mine\n")}typed and not saved`,
    "ignored/log.txt": "by a program\n",
  });
});

test("R-31: an undo leaves git's own state alone, and works after a reload, as does the redo", async () => {
  const scene = await UndoScene.open(files, script());
  const { review } = scene;
  const repository = await scene.makeRepository();
  await writeFile(join(review.window.folder, "mine.txt"), "staged\n");
  repository.git("add", "mine.txt");
  await writeFile(join(review.window.folder, "mine.txt"), "not staged\n");
  await writeFile(join(review.window.folder, "untracked.txt"), "mine\n");
  const before = await scene.tree();
  const state = repository.state();
  await scene.work("Do it", "All done.");
  const after = await scene.tree();

  await scene.reload();
  await scene.undoTask();
  await scene.accept();
  await review.said("Took back the changes to 5 files.").waitFor(soon);
  expect(await scene.tree()).toEqual(before);
  expect(repository.state()).toEqual(state);

  await scene.reload();
  await review.button("Redo").click();
  await review.said("Put the changes to 5 files back in.").waitFor(soon);
  expect(await scene.tree()).toEqual(after);
  expect(repository.state()).toMatchObject({ staged: state.staged, head: state.head, branch: state.branch });
});
