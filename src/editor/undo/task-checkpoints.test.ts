import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { UndoStore } from "../../machine/undo/undo-store";
import { OpenParts } from "./open-parts";
import { TaskCheckpoints } from "./task-checkpoints";

let base: string;
let root: string;

beforeEach(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), "hearth-checkpoints-")));
  root = join(base, "opened");
  await mkdir(join(base, "app"));
  await symlink("app", root);
  for (const name of ["a.txt", "b.txt", "c.txt"]) {
    await writeFile(join(root, name), name);
  }
});

afterEach(() => rm(base, { recursive: true }));

/** A command that writes these files, while the window saves those. */
async function runWriting(files: readonly string[], saved: readonly string[], most = 100) {
  const store = await UndoStore.open(join(base, "storage"), root, { scan: { files: most } });
  const watch = { fsPaths: saved.map((name) => join(root, name)), gone: false, dispose: () => (watch.gone = true) };
  const begin = async (taskId: string, deed: { actionId: string; label: string }) => {
    const parts = new OpenParts(watch);
    const folder = { root, realRoot: await realpath(root), prefix: "app/", store };
    parts.add(folder, await store.beginCommand({ taskId, ...deed }));
    return parts;
  };
  const checkpoints = new TaskCheckpoints("task", { begin }, async () => true);
  const effect = { kind: "command" as const, command: "x", cwd: "." };
  const open = await checkpoints.before({ actionId: "a1", label: "Run x", effect, edits: [] });
  for (const name of files) {
    await writeFile(join(root, name), "written");
  }
  const changed = await open.finish("done");
  expect(watch.gone).toBe(true);
  return { changed: changed?.map(({ path }) => path), notes: open.notes };
}

test("R-30: what was saved in the window while a command ran is left out, and the card says so", async () => {
  expect(await runWriting(["a.txt", "b.txt"], ["b.txt", "c.txt", "../elsewhere"])).toEqual({
    changed: ["app/a.txt"],
    notes: ["app/b.txt was also saved in this window while this ran. It is left out of its undo."],
  });
});

test("a command that only the user's own saves stand beside has changed nothing", async () => {
  expect(await runWriting(["b.txt"], ["b.txt"])).toEqual({ changed: undefined, notes: [] });
});

test("that a command made more files than are looked at is said", async () => {
  expect(await runWriting(["a.txt", "aa.txt"], [], 3)).toEqual({
    changed: ["app/a.txt", "app/aa.txt"],
    notes: [expect.stringContaining("The workspace has more than 3 files.")],
  });
});
