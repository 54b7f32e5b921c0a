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
