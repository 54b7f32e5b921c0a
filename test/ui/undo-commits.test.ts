import { appendFile, chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { calls, says } from "../support/model-server";
import { editOf, lines, soon } from "./review-scene";
import { UndoScene } from "./undo-scene";

const files = { "a.txt": lines(20), "src/b.txt": lines(8), "mine.txt": "mine\n" };
const edits = [
  calls("edit_file", editOf("a.txt", { "line 3\n": "three\n" })),
  calls("edit_file", editOf("src/b.txt", { "line 1\n": "one\n" })),
  calls("run_command", { command: "echo made > made.txt" }),
];
const settings = {
  "hearth.git.commitEachAction": true,
  "hearth.git.coAuthor": "Ada Lovelace <ada@example.org>",
};

/** Files that a commit changed, and its whole message. */
function commitOf(scene: UndoScene, name: string) {
  const { git } = scene.repository;
  return {
    files: git("show", "--format=", "--name-only", name).split("\n"),
    message: git("log", "-1", "--format=%B", name),
  };
}

test("each accepted action becomes a commit after one question, and a task's commits become one", async () => {
  const scene = await UndoScene.open(files, [...edits, says("All done.")], { settings });
  const { review } = scene;
  const { git, folder } = await scene.makeRepository();
  await writeFile(join(folder, ".git/hooks/pre-commit"), "#!/bin/sh\necho ran >> .git/hook-runs\n");
  await chmod(join(folder, ".git/hooks/pre-commit"), 0o755);
  await writeFile(join(folder, "mine.txt"), "staged\n");
  git("add", "mine.txt");
  await appendFile(join(folder, "a.txt"), "not staged\n");
  const start = git("rev-parse", "HEAD");

  await review.send("Give the lines proper names");
  await scene.yes.first().click(soon);
  const question = review.page.getByRole("dialog");
  await question.getByText("May Hearth commit each accepted action").waitFor(soon);
  expect(await question.innerText()).toMatch(/on the branch work[\s\S]*hook pre-commit/);
  expect(git("rev-parse", "HEAD")).toBe(start);
  await question.getByRole("button", { name: "Commit Each Action" }).click();
  await scene.answerUntil("All done.");
  expect(await question.count()).toBe(0);

  const subjects = git("log", "--format=%s", `${start}..HEAD`).split("\n");
  expect(subjects).toEqual(["Run echo made > made.txt", "Edit src/b.txt", "Edit a.txt"]);
  expect(commitOf(scene, "HEAD~2")).toMatchObject({ files: ["a.txt"] });
  expect(commitOf(scene, "HEAD~2").message).toMatch(
    /Give the lines proper names[\s\S]*Hearth-Task: \S+\nHearth-Model: test-model\nCo-authored-by: Ada Lovelace <ada@example\.org>$/,
  );
  expect(commitOf(scene, "HEAD~1").files).toEqual(["src/b.txt"]);
  expect(commitOf(scene, "HEAD").files).toEqual(["made.txt"]);
  expect(git("show", "HEAD:a.txt")).not.toContain("not staged");
  expect(git("status", "--porcelain").trim()).toBe("M a.txt\nM  mine.txt");
  await review.said(`Committed as ${git("rev-parse", "--short=7", "HEAD")}: Run echo made > made.txt`).waitFor(soon);

  await review.button("Squash this task's commits").click();
  await review.said("Made one commit of 3").waitFor(soon);
  expect(git("rev-parse", "HEAD~1")).toBe(start);
  expect(commitOf(scene, "HEAD").files.toSorted()).toEqual(["a.txt", "made.txt", "src/b.txt"]);
  expect(commitOf(scene, "HEAD").message).toMatch(/\nCo-authored-by: Ada Lovelace <ada@example\.org>$/);
  expect(git("diff", "--cached", "--name-only")).toBe("mine.txt");
});

test("a hook that refuses is told and nothing is lost, and an undo becomes a commit of its own", async () => {
  const scene = await UndoScene.open(files, [...edits, says("All done.")], { settings });
  const { review } = scene;
  const { git, folder } = await scene.makeRepository();
  const hook = join(folder, ".git/hooks/pre-commit");
  const refusal = "if git diff --cached --name-only | grep -q a.txt; then echo nothing in a.txt >&2; exit 1; fi";
  await writeFile(hook, `#!/bin/sh\n${refusal}\n`);
  await chmod(hook, 0o755);
  await review.send("Give the lines proper names");
  await scene.yes.first().click(soon);
  await review.page.getByRole("dialog").getByRole("button", { name: "Commit Each Action" }).click(soon);
  await review.said(/Not committed.*nothing in a\.txt/).waitFor(soon);
  await scene.answerUntil("All done.");

  expect(await review.text("a.txt")).toContain("three\n");
  expect(git("status", "--porcelain").trim()).toBe("M a.txt");
  expect(git("log", "--format=%s").split("\n")).toEqual(["Run echo made > made.txt", "Edit src/b.txt", "Start"]);

  await review.panel
    .getByRole("group", { name: "Edit src/b.txt" })
    .getByRole("button", { name: "Undo from here" })
    .click();
  await scene.lines();
  await scene.accept();
  await review.said(/Committed as .*: Take back the changes to 2 files/).waitFor(soon);
  expect(git("diff", "--name-only", "HEAD~3", "HEAD")).toBe("");
  expect(git("status", "--porcelain").trim()).toBe("M a.txt");
});
