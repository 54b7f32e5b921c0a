import { execFileSync } from "node:child_process";
import {
  appendFile,
  chmod,
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, expect, test, vi } from "vitest";
import { injections, tellCount } from "../../../test/fixtures/machine/faults";
import { readTree } from "../../../test/fixtures/machine/tree";
import { type Deed, type UndoOptions, UndoStore } from "./undo-store";

vi.setConfig({ testTimeout: 60_000 });

let base: string;
let root: string;
let storage: string;
let undo: UndoStore;
let now = 1_000_000;

beforeEach(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), "hearth-undo-")));
  root = join(base, "app");
  storage = join(base, "storage");
  await mkdir(join(root, "src"), { recursive: true });
  await writeFile(join(root, "src/a.js"), "a1");
  await writeFile(join(root, "src/b.js"), "b1");
  now = 1_000_000;
  undo = await open();
});

afterEach(() => rm(base, { recursive: true, force: true }));

const open = (options: UndoOptions = {}) => UndoStore.open(storage, root, { now: () => now, ...options });
const deed = (actionId = "action", taskId = "task"): Deed => ({ taskId, actionId, label: `Do ${actionId}` });
const bytes = (text: string) => Buffer.from(text);
const at = (path: string) => join(root, path);
const text = (path: string) => readFile(at(path), "utf8");

async function command(run: () => Promise<unknown>, actionId = "command", taskId = "task") {
  const checkpoint = await undo.beginCommand(deed(actionId, taskId));
  await run();
  return checkpoint.finish();
}

async function undoAll(taskId = "task", from?: string) {
  return undo.restore(deed("undo", taskId), await undo.plan(taskId, from));
}

test("an edit that somebody else writes can be undone, and the undoing too", async () => {
  const checkpoint = await undo.beginEdit(deed(), [{ path: "src/a.js" }, { path: "new/deep/c.js" }]);
  await writeFile(at("src/a.js"), "a2");
  await mkdir(at("new/deep"), { recursive: true });
  await writeFile(at("new/deep/c.js"), "c");
  const done = await checkpoint.finish();
  expect(done?.files.map(({ path }) => path)).toEqual(["src/a.js", "new/deep/c.js"]);
  const after = await readTree(root);
  expect((await undo.plan("task")).map(({ path, effect, standing }) => [path, effect, standing])).toEqual([
    ["new/deep/c.js", "remove", "created"],
    ["src/a.js", "restore", "agent"],
  ]);
  const restored = await undoAll();
  expect(Object.keys(await readTree(root))).toEqual(["src/", "src/a.js", "src/b.js"]);
  expect(await text("src/a.js")).toBe("a1");
  await undo.restore(deed("redo"), await undo.plan("task", restored?.id));
  expect(await readTree(root)).toEqual(after);
});

test("all files of an action are written, or none", async () => {
  await undo.write(deed(), [
    { path: "src/a.js", content: bytes("a2") },
    { path: "src/b.js", content: null },
    { path: "lib/c.js", content: bytes("c1") },
  ]);
  expect(await text("src/a.js")).toBe("a2");
  expect(await text("lib/c.js")).toBe("c1");
  await expect(stat(at("src/b.js"))).rejects.toThrow("ENOENT");
  await undoAll();
  expect(Object.keys(await readTree(root))).toEqual(["src/", "src/a.js", "src/b.js"]);
});

test("R-30: of an edit that failed only what it left is recorded, and nothing that somebody else wrote meanwhile", async () => {
  const planned = ["src/a.js", "src/b.js", "new.js", "torn.js", "typed.js"].map((path) => ({
    path,
    after: bytes("ours"),
  }));
  await writeFile(at("typed.js"), "typed 1");
  const checkpoint = await undo.beginEdit(deed(), planned);
  await writeFile(at("src/a.js"), "ours");
  await writeFile(at("src/b.js"), "theirs");
  await writeFile(at("torn.js"), "ou");
  await writeFile(at("typed.js"), "typed 2");
  const done = await checkpoint.finish({ failed: true });
  expect(done?.files.map(({ path }) => path)).toEqual(["src/a.js", "torn.js"]);
  await undoAll();
  expect(await Promise.all(["src/a.js", "src/b.js", "typed.js"].map(text))).toEqual(["a1", "theirs", "typed 2"]);
  await expect(stat(at("torn.js"))).rejects.toThrow("ENOENT");

  const second = await undo.beginEdit(deed("second", "other"), [{ path: "src/a.js", after: bytes("ours") }]);
  await writeFile(at("src/a.js"), "saved by the user");
  expect(await second.finish({ failed: true })).toBeUndefined();
  expect(await undo.list("other")).toEqual([]);
});

test.each([0o664, 0o600])(
  "R-5, R-30: a new file is the edit's own, whatever mode its writer gave it (%o)",
  async (mode) => {
    const create = async (path: string) => {
      await writeFile(at(path), "new");
      await chmod(at(path), mode); // as a umask does
    };
    const failed = await undo.beginEdit(deed(), [{ path: "one.js", after: bytes("new") }]);
    await create("one.js");
    expect((await failed.finish({ failed: true }))?.files.map(({ path }) => path)).toEqual(["one.js"]);

    for (const choice of ["undo", "finish"] as const) {
      const planned = ["two.js", "three.js"].map((path) => ({ path, after: bytes("new") }));
      await undo.beginEdit(deed(choice, choice), planned);
      await create("two.js");
      const next = await open(); // after a crash
      const [cutOff] = await next.unfinished(choice);
      expect((cutOff && (await next.standing(cutOff)))?.map(({ is }) => is)).toEqual(["after", "before"]);
      expect(cutOff && (await next.settle(cutOff, choice))).toMatchObject({ left: [] });
    }
    expect((await stat(at("two.js"))).mode & 0o777).toBe(mode);
    expect((await undo.plan("finish")).map(({ standing }) => standing)).toEqual(["created", "created"]);
  },
);

test("an edit that changed nothing leaves no checkpoint", async () => {
  const checkpoint = await undo.beginEdit(deed(), [{ path: "src/a.js" }]);
  expect(await checkpoint.finish()).toBeUndefined();
  expect(await undo.list("task")).toEqual([]);
  expect(await undo.unfinished()).toEqual([]);
});

test("what a command changed, made, removed, moved and protected can be undone", async () => {
  await writeFile(at("src/tool.sh"), "echo");
  await chmod(at("src/tool.sh"), 0o644);
  await symlink("a.js", at("src/link"));
  const before = await readTree(root);
  const done = await command(async () => {
    await writeFile(at("src/a.js"), Buffer.from([0, 255, 1, 10, 13]));
    await rename(at("src/b.js"), at("src/moved.js"));
    await chmod(at("src/tool.sh"), 0o755);
    await rm(at("src/link"));
    await symlink("moved.js", at("src/link"));
    await mkdir(at("dist/deep"), { recursive: true });
    await writeFile(at("dist/deep/out.js"), "out");
  });
  expect(done?.files.map(({ path }) => path)).toEqual([
    "dist/deep/out.js",
    "src/a.js",
    "src/b.js",
    "src/link",
    "src/moved.js",
    "src/tool.sh",
  ]);
  expect((await undo.plan("task")).map(({ path, standing }) => `${path} ${standing}`)).toEqual([
    "dist/deep/out.js created",
    "src/a.js agent",
    "src/b.js deleted",
    "src/link agent",
    "src/moved.js created",
    "src/tool.sh agent",
  ]);
  await undoAll();
  expect(await readTree(root)).toEqual(before);
});

test("S-D4, R-31: version control and packages are neither looked at nor touched", async () => {
  execFileSync("git", ["init", "-q"], { cwd: root });
  await mkdir(at("node_modules/pkg"), { recursive: true });
  await writeFile(at(".gitignore"), "ignored/\n");
  const done = await command(async () => {
    execFileSync("git", ["add", "."], { cwd: root });
    await writeFile(at("node_modules/pkg/index.js"), "x");
    await mkdir(at("ignored"));
    await writeFile(at("ignored/cache.txt"), "x");
  });
  expect(done?.files.map(({ path }) => path)).toEqual(["ignored/cache.txt"]);
  await undoAll();
  expect(await readFile(at("node_modules/pkg/index.js"), "utf8")).toBe("x");
  expect(execFileSync("git", ["diff", "--cached", "--name-only"], { cwd: root, encoding: "utf8" })).toContain(
    "src/a.js",
  );
});

const gitActs: Record<string, (git: (...args: string[]) => string) => void> = {
  "a gc that prunes at once": (git) => git("gc", "-q", "--prune=now"),
  "a clean that takes ignored files too": (git) => git("clean", "-fdxq"),
  "a switch of branch": (git) => {
    git("checkout", "-q", "-f", "other");
  },
  "a rebase": (git) => {
    git("stash", "-qu");
    git("rebase", "-q", "other");
    git("stash", "pop", "-q");
  },
};

test.each(Object.keys(gitActs))(
  "R-31: after %s during a task everything can be undone, and nothing else changes",
  async (act) => {
    const git = (...args: string[]) =>
      execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args], { cwd: root, encoding: "utf8" });
    git("init", "-q", "-b", "main");
    await writeFile(at(".gitignore"), "ignored.log\n");
    git("add", ".");
    git("commit", "-qm", "one");
    git("checkout", "-q", "-b", "other");
    await writeFile(at("theirs.js"), "theirs");
    git("add", ".");
    git("commit", "-qm", "two");
    git("checkout", "-q", "main");
    const written = ["src/a.js", "new.js", "ignored.log"];
    await undo.write(
      deed("one"),
      written.map((path) => ({ path, content: bytes(`new ${path}`) })),
    );
    const log = git("log", "--all", "--format=%s");
    gitActs[act]?.(git);
    expect(git("log", "--all", "--format=%s").split("\n")).toEqual(expect.arrayContaining(log.split("\n")));
    const others = async () =>
      Object.entries(await readTree(root)).filter(([path]) => !written.includes(path) && !path.startsWith(".git/"));
    const before = await others();

    const [checkpoint] = await undo.list("task");
    const kept = await Promise.all((checkpoint?.files ?? []).map(({ after }) => after && undo.contentOf(after)));
    expect(kept.map(String)).toEqual(written.map((path) => `new ${path}`));
    await undoAll();

    expect(await text("src/a.js")).toBe("a1");
    for (const path of ["new.js", "ignored.log"]) {
      await expect(stat(at(path))).rejects.toThrow("ENOENT");
    }
    expect(await others()).toEqual(before);
    tellCount("R-31", `${act}: everything undone, nothing else changed`);
  },
);

const rewrites: Record<string, () => Promise<unknown>> = {
  "a formatter writes in place": () => writeFile(at("src/a.js"), "  a2;\n"),
  "a formatter writes the same length": () => writeFile(at("src/a.js"), "A2"),
  "a linter replaces the file": async () => {
    await writeFile(at("src/tmp"), "a2 // fixed\n");
    await rename(at("src/tmp"), at("src/a.js"));
  },
  "a watcher appends": () => appendFile(at("src/a.js"), "\n// built\n"),
  "a watcher empties it": () => writeFile(at("src/a.js"), ""),
  "a watcher removes it": () => rm(at("src/a.js")),
  "a tool changes its mode": () => chmod(at("src/a.js"), 0o600),
  "a tool puts a link there": async () => {
    await rm(at("src/a.js"));
    await symlink("b.js", at("src/a.js"));
  },
};

test.each(Object.keys(rewrites))(
  "R-15: when right after our write %s, that is told, and what was before us is still there",
  async (name) => {
    await undo.write(deed(), [{ path: "src/a.js", content: bytes("a2") }]);
    await rewrites[name]?.();
    const [file] = await undo.plan("task");
    expect(file).toMatchObject({ path: "src/a.js", standing: "both" });
    expect(String(file && (await undo.contentOf(file.target)))).toBe("a1");
    await undoAll();
    expect(await text("src/a.js")).toBe("a1");
  },
);

test.each(Object.keys(rewrites))(
  "R-15: when before our action ends %s, it counts as ours and is undone with it",
  async (name) => {
    const open = await undo.beginEdit(deed(), [{ path: "src/a.js", after: bytes("a2") }]);
    await writeFile(at("src/a.js"), "a2");
    await rewrites[name]?.();
    const left = await readTree(root);
    const done = await open.finish();
    expect((await undo.plan("task")).map(({ path, standing }) => [path, standing])).not.toContainEqual([
      "src/a.js",
      "both",
    ]);
    await undoAll();
    expect(await text("src/a.js")).toBe("a1");
    await undo.restore(deed("redo"), await undo.plan("task", (await undo.list("task")).at(-1)?.id));
    expect(await readTree(root)).toEqual(left);
    expect(done?.files.length).toBe(1);
  },
);

afterAll(() =>
  tellCount(
    "R-15",
    `${Object.keys(rewrites).length * 2} rewrites right after our write, all told, 0 before-images lost`,
  ),
);

test("a file that the user changed too is told, before, between and after", async () => {
  await undo.write(deed("one"), [{ path: "src/a.js", content: bytes("a2") }]);
  await undo.write(deed("two"), [{ path: "src/b.js", content: bytes("b2") }]);
  await writeFile(at("src/b.js"), "b2 and mine");
  await undo.write(deed("three"), [{ path: "src/b.js", content: bytes("b3") }]);
  await writeFile(at("src/a.js"), "a2 and mine");
  const plan = await undo.plan("task");
  expect(plan.map(({ path, standing }) => `${path} ${standing}`)).toEqual(["src/a.js both", "src/b.js both"]);
  const [file] = plan;
  expect(await Promise.all([file?.target, file?.expected].map((state) => state && undo.contentOf(state)))).toEqual([
    bytes("a1"),
    bytes("a2"),
  ]);
});

test("going back to an action leaves the ones before it", async () => {
  await undo.write(deed("one"), [{ path: "src/a.js", content: bytes("a2") }]);
  const second = await undo.write(deed("two"), [{ path: "src/a.js", content: bytes("a3") }]);
  await undoAll("task", second?.id);
  expect(await text("src/a.js")).toBe("a2");
  await undoAll("task");
  expect(await text("src/a.js")).toBe("a1");
});

test("only the files that were ticked are restored", async () => {
  await undo.write(deed(), [
    { path: "src/a.js", content: bytes("a2") },
    { path: "src/b.js", content: bytes("b2") },
  ]);
  const plan = await undo.plan("task");
  await undo.restore(
    deed("undo"),
    plan.filter(({ path }) => path === "src/b.js"),
  );
  expect(await text("src/a.js")).toBe("a2");
  expect(await text("src/b.js")).toBe("b1");
});

test("a file can go back to a version that keeps what the user did, and the redo brings all of it back", async () => {
  await undo.write(deed(), [{ path: "src/a.js", content: bytes("a2") }]);
  await writeFile(at("src/a.js"), "a2 and mine");
  const plan = await undo.plan("task");
  const restored = await undo.restore(
    deed("undo"),
    plan.map((file) => ({ ...file, content: bytes("a1 and mine") })),
  );
  expect(await text("src/a.js")).toBe("a1 and mine");

  await undo.restore(deed("redo"), await undo.plan("task", restored?.id));
  expect(await text("src/a.js")).toBe("a2 and mine");
});

test("R-13: a file that changed since the plan was shown is not restored, and neither are the others", async () => {
  await undo.write(deed(), [
    { path: "src/a.js", content: bytes("a2") },
    { path: "src/b.js", content: bytes("b2") },
  ]);
  const plan = await undo.plan("task");
  await writeFile(at("src/b.js"), "typed meanwhile");
  await expect(undo.restore(deed("undo"), plan)).rejects.toMatchObject({ code: "file_changed" });
  expect(await text("src/a.js")).toBe("a2");
  expect(await text("src/b.js")).toBe("typed meanwhile");
});

test("R-13, S-C4: an edit made for another text is refused, and so are the other files of the action", async () => {
  const edit = (base: string | null) =>
    undo.write(deed(), [
      { path: "src/b.js", content: bytes("b2"), base: bytes("b1") },
      { path: "src/a.js", content: bytes("a2"), base: base === null ? null : bytes(base) },
    ]);
  for (const base of ["other", null]) {
    await expect(edit(base)).rejects.toMatchObject({ code: "file_changed" });
    expect([await text("src/a.js"), await text("src/b.js")]).toEqual(["a1", "b1"]);
  }
  await rm(at("src/a.js"));
  await expect(edit("a1")).rejects.toMatchObject({ code: "file_changed" });
  await edit(null);
  expect([await text("src/a.js"), await text("src/b.js")]).toEqual(["a2", "b2"]);
});

test("R-25: tasks of two windows that write the same file lose no edit", async () => {
  const windows = [undo, await open(), await open()];
  await writeFile(at("count"), "0");
  let done = 0;
  let refused = 0;
  const work = async (store: UndoStore, taskId: string) => {
    for (let round = 0; round < injections(40, 400); round++) {
      const base = await readFile(at("count"));
      await store.write(deed(`${round}`, taskId), [{ path: "count", content: bytes(`${+base + 1}`), base }]).then(
        () => {
          done += 1;
        },
        (error: unknown) => {
          expect(error).toMatchObject({ code: "file_changed" });
          refused += 1;
        },
      );
    }
  };
  await Promise.all(windows.map((store, index) => work(store, `task${index}`)));
  expect(await text("count")).toBe(`${done}`);
  expect(Object.keys(await readTree(root))).toEqual(["count", "src/", "src/a.js", "src/b.js"]);
  tellCount("R-25", `${done} edits of one file by three windows, ${refused} refused, 0 lost`);
}, 600_000);

test("R-14: an unsaved text is what an undo gives back", async () => {
  const checkpoint = await undo.beginEdit(deed(), [{ path: "src/a.js", before: bytes("typed, not saved") }]);
  await writeFile(at("src/a.js"), "typed, not saved, edited");
  await checkpoint.finish();
  expect((await undo.plan("task", undefined, new Map([["src/a.js", bytes("more typed")]])))[0]?.standing).toBe("both");
  await undoAll();
  expect(await text("src/a.js")).toBe("typed, not saved");
  const second = await undo.beginEdit(deed(), [{ path: "src/b.js", before: bytes("typed") }]);
  expect(await second.finish()).toBeUndefined();
});

test("R-12: a read-only file is named, it stays so, and the other files are as they were", async () => {
  await chmod(at("src/b.js"), 0o444);
  const before = await readTree(root);
  const writing = undo.write(deed(), [
    { path: "src/a.js", content: bytes("a2") },
    { path: "src/b.js", content: bytes("b2") },
    { path: "made/c.js", content: bytes("c") },
  ]);
  await expect(writing).rejects.toThrow("src/b.js could not be written: it is read-only. All files are as they were.");
  expect(await readTree(root)).toEqual(before);
  expect(await undo.list("task")).toEqual([]);
});

test("R-12: when the last of many files cannot be replaced, the others are put back", async () => {
  await mkdir(at("zz.js"));
  await writeFile(at("zz.js/inside"), "x");
  const before = await readTree(root);
  await expect(
    undo.write(deed(), [
      { path: "new/c.js", content: bytes("c") },
      { path: "src/a.js", content: bytes("a2") },
      { path: "zz.js", content: bytes("z") },
    ]),
  ).rejects.toThrow(/zz\.js/);
  expect(await readTree(root)).toEqual(before);
});

test("R-4: the mode is kept, and an edit through a link changes the file it leads to", async () => {
  await chmod(at("src/a.js"), 0o751);
  await symlink("a.js", at("src/link.js"));
  await link(at("src/b.js"), at("src/hard.js"));
  await undo.write(deed(), [
    { path: "src/link.js", content: bytes("a2") },
    { path: "src/b.js", content: bytes("b2") },
  ]);
  expect((await stat(at("src/a.js"))).mode & 0o777).toBe(0o751);
  expect((await readTree(root))["src/link.js"]).toBe("-> a.js");
  expect(await text("src/a.js")).toBe("a2");
  expect(await text("src/hard.js")).toBe("b1");
});

test("S-D2: a folder that became a link meanwhile is not written through", async () => {
  await undo.write(deed(), [{ path: "src/a.js", content: bytes("a2") }]);
  const plan = await undo.plan("task");
  await rename(at("src"), at("src-moved"));
  await mkdir(join(base, "outside"));
  await writeFile(join(base, "outside/a.js"), "a2");
  await symlink(join(base, "outside"), at("src"));
  await expect(undo.restore(deed("undo"), plan)).rejects.toMatchObject({ code: "folder_moved" });
  expect(await readFile(join(base, "outside/a.js"), "utf8")).toBe("a2");
});

test("R-21: what is no regular file, or too large, is told and left alone", async () => {
  undo = await open({ maxFileBytes: 100, scan: { fileBytes: 100 } });
  execFileSync("mkfifo", [at("pipe")]);
  await writeFile(at("large.bin"), "x".repeat(200));
  const edit = await undo.beginEdit(deed(), [{ path: "pipe" }, { path: "large.bin" }]);
  expect(edit.unkept.map(({ path }) => path)).toEqual(["pipe", "large.bin"]);
  await edit.finish();
  await command(() => writeFile(at("large.bin"), "y".repeat(300)));
  const plan = await undo.plan("task");
  expect(plan).toMatchObject([{ path: "large.bin", impossible: expect.stringContaining("was not kept") }]);
  await undo.restore(deed("undo"), plan);
  expect((await text("large.bin")).length).toBe(300);
});

test("a look at too many files says so, and what was seen can be undone", async () => {
  undo = await open({ scan: { files: 1 } });
  const done = await command(() => writeFile(at("src/a.js"), "a2"));
  expect(done?.incomplete).toContain("more than 1 files");
  await undoAll();
  expect(await text("src/a.js")).toBe("a1");
});

test("the same content is kept once, also over many commands", async () => {
  await writeFile(at("big.txt"), "x".repeat(500_000));
  for (let round = 0; round < 5; round++) {
    await command(() => writeFile(at("src/a.js"), `round ${round}`), `c${round}`);
  }
  const packs = await readdir(join(storage, "contents"));
  const sizes = await Promise.all(packs.map(async (name) => (await stat(join(storage, "contents", name))).size));
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(520_000);
});

test("another store on the same storage sees what was kept", async () => {
  await undo.write(deed(), [{ path: "src/a.js", content: bytes("a2") }]);
  undo = await open();
  await undoAll();
  expect(await text("src/a.js")).toBe("a1");
});

test("S-G3: only this user can read what is kept", async () => {
  await undo.write(deed(), [{ path: "src/a.js", content: bytes("a2") }]);
  for (const folder of ["contents", "checkpoints", "checkpoints/task"]) {
    expect((await stat(join(storage, folder))).mode & 0o077).toBe(0);
    for (const name of await readdir(join(storage, folder))) {
      expect((await stat(join(storage, folder, name))).mode & 0o077).toBe(0);
    }
  }
});

test("old tasks are collected by age and size, never one that must stay undoable", async () => {
  for (const taskId of ["first", "second", "third"]) {
    await undo.write(deed("one", taskId), [{ path: `${taskId}.txt`, content: Buffer.alloc(100_000, taskId) }]);
    await undo.write(deed("two", taskId), [{ path: `${taskId}.txt`, content: bytes("short") }]);
    now += 1_000;
  }
  const later = 3 * 60 * 60 * 1_000;
  now = Date.now() + later;
  const free = (limits: Partial<Parameters<UndoStore["collect"]>[0]>) =>
    undo.collect({ undoable: new Set(["first"]), maxAgeMs: Number.POSITIVE_INFINITY, maxBytes: 1e12, ...limits });
  expect(await free({})).toBe(0);
  expect(await free({ maxBytes: 250_000 })).toBeGreaterThan(90_000);
  expect((await undo.list("first")).length).toBe(2);
  expect((await undo.list("second")).length).toBe(0);
  expect((await undo.list("third")).length).toBe(2);
  expect(await free({ maxAgeMs: 1, maxBytes: 1e12 })).toBeGreaterThan(90_000);
  expect((await undo.list("third")).length).toBe(0);
  const [, second] = await undo.list("first");
  await undoAll("first", second?.id);
  expect((await text("first.txt")).length).toBe(100_000);
  await undo.removeTask("first");
  expect(await free({})).toBeGreaterThan(90_000);
});

test("a damaged content is told, and the rest can be restored", async () => {
  await undo.write(deed(), [{ path: "src/a.js", content: bytes("a2") }]);
  for (const name of await readdir(join(storage, "contents"))) {
    const path = join(storage, "contents", name);
    await writeFile(path, (await readFile(path, "latin1")).replace("a1", "xx"), "latin1");
  }
  undo = await open();
  await expect(undoAll()).rejects.toMatchObject({ code: "undo_content_lost" });
  expect(await text("src/a.js")).toBe("a2");
});
