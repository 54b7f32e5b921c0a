import {
  chmod,
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
import { dirname, join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { injections, tellCount } from "../../../test/fixtures/machine/faults";
import { readTree } from "../../../test/fixtures/machine/tree";
import { type OpenCheckpoint, type PlannedFile, UndoStore } from "./undo-store";

const names = [
  "a.txt",
  "b.bin",
  "src/c.js",
  "src/deep/d.js",
  "ignored/e.log",
  "nested/f.c",
  "nested/.git/config",
  "link",
];
const path = fc.constantFrom(...names);
const content = fc.constantFrom("one", "two\r\n", "three\u0000\u00ff", "", "long ".repeat(50));

const change = fc.oneof(
  fc.record({ do: fc.constant("write" as const), path, content }),
  fc.record({ do: fc.constant("remove" as const), path }),
  fc.record({ do: fc.constant("move" as const), path, to: path }),
  fc.record({ do: fc.constant("mode" as const), path, mode: fc.constantFrom(0o600, 0o644, 0o755) }),
  fc.record({ do: fc.constant("link" as const), path, to: fc.constantFrom("a.txt", "missing", "/etc/passwd") }),
);
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

const move = fc.record({
  by: fc.constantFrom("user", "user", "edit", "command", "other task"),
  changes: fc.array(change, { minLength: 1, maxLength: 3 }),
});

async function makeChange(root: string, made: Change): Promise<void> {
  const file = join(root, made.path);
  switch (made.do) {
    case "write":
      await mkdir(dirname(file), { recursive: true });
      return writeThrough(file, made.content);
    case "remove":
      return rm(file, { force: true });
    case "move":
      await mkdir(dirname(join(root, made.to)), { recursive: true });
      return exists(file).then((there) => (there ? rename(file, join(root, made.to)) : undefined));
    case "mode":
      return stat(file).then(
        () => chmod(file, made.mode),
        () => undefined,
      );
    case "link":
      await mkdir(dirname(file), { recursive: true });
      await rm(file, { force: true });
      return symlink(made.to, file);
  }
}

/** A link is replaced, so that a history never writes outside. */
async function writeThrough(file: string, text: string): Promise<void> {
  await rm(file, { force: true });
  await writeFile(file, text, "latin1");
}

async function exists(file: string): Promise<boolean> {
  return (await readdir(dirname(file)).catch(() => [] as string[])).includes(file.slice(dirname(file).length + 1));
}

const deed = (actionId: string, taskId = "task") => ({ taskId, actionId, label: actionId });

/** Only paths inside, and no link at the end: an edit names the file itself. */
async function beginEdit(
  undo: UndoStore,
  root: string,
  changes: readonly Change[],
  taskId: string,
): Promise<OpenCheckpoint> {
  const paths = [...new Set(changes.flatMap((made) => (made.do === "move" ? [made.path, made.to] : [made.path])))];
  const tree = await readTree(root);
  const plain = paths.filter((name) => !tree[name]?.startsWith("->"));
  return undo.beginEdit(
    deed("edit", taskId),
    plain.map((name) => ({ path: name })),
  );
}

const files = (tree: Record<string, string>) =>
  Object.fromEntries(Object.entries(tree).filter(([name]) => !name.endsWith("/")));

test("R-30: after any history, going back reverts the task's changes alone, and going forward again loses nothing", async () => {
  const base = await realpath(await mkdtemp(join(tmpdir(), "hearth-histories-")));
  const counts = { histories: 0, restored: 0, both: 0 };
  await fc.assert(
    fc.asyncProperty(fc.array(move, { minLength: 1, maxLength: 7 }), async (moves) => {
      const root = join(base, `${counts.histories++}`, "app");
      await mkdir(join(root, "nested/.git"), { recursive: true });
      await writeFile(join(root, "a.txt"), "the user's own");
      await writeFile(join(root, "nested/.git/config"), "[core]");
      const undo = await UndoStore.open(join(root, "../storage"), root);
      /** For each path what was there before the task first touched it, what it left, and what others changed since. */
      const first = new Map<string, string | undefined>();
      const left = new Map<string, string | undefined>();
      const others = new Set<string>();
      const own = new Set<string>();
      for (const { by, changes } of moves) {
        const before = files(await readTree(root));
        const safe = by === "edit" ? changes.filter((made) => made.do !== "link" && !isGit(made)) : changes;
        const taskId = by === "other task" ? "other" : "task";
        const open =
          by === "user"
            ? undefined
            : by === "edit"
              ? await beginEdit(undo, root, safe, taskId)
              : await undo.beginCommand(deed(by, taskId));
        const editable = by === "edit" ? await plainOnly(root, safe) : safe;
        for (const made of editable) {
          await makeChange(root, made).catch(ignoreImpossible);
        }
        await open?.finish();
        const after = files(await readTree(root));
        for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
          if (before[name] !== after[name] && !name.includes(".git/")) {
            if (by === "edit" || by === "command") {
              if (left.has(name) && left.get(name) !== before[name]) {
                others.add(name);
              }
              own.add(name);
              first.set(name, first.has(name) ? first.get(name) : before[name]);
              left.set(name, after[name]);
            }
          }
        }
      }
      const now = files(await readTree(root));
      const plan = await undo.plan("task");
      for (const { path: name } of plan) {
        expect(own.has(name)).toBe(true);
      }
      for (const name of own) {
        const planned = plan.find((file) => file.path === name);
        if (now[name] !== first.get(name)) {
          expect(planned).toBeDefined();
        }
        if (planned !== undefined) {
          expect(planned.standing === "both").toBe(others.has(name) || left.get(name) !== now[name]);
        }
      }
      const clean = plan.filter(({ standing }) => standing !== "both");
      counts.both += plan.length - clean.length;
      await checkRestore(undo, root, clean, now, first);
      await checkRestore(undo, root, await undo.plan("task"), files(await readTree(root)), first);
      counts.restored += plan.length;
    }),
    { numRuns: injections(60, 2_000), seed: 20_261_120 },
  );
  await rm(base, { recursive: true, force: true });
  tellCount(
    "R-30",
    `${counts.histories} histories, ${counts.restored} files restored, ${counts.both} shown as changed by both, 0 bytes lost`,
  );
}, 1_200_000);

/** Restores, compares every path, goes forward again, compares with what was there, and goes back for the next round. */
async function checkRestore(
  undo: UndoStore,
  root: string,
  plan: readonly PlannedFile[],
  before: Record<string, string>,
  first: ReadonlyMap<string, string | undefined>,
): Promise<void> {
  const possible = plan.filter(({ impossible }) => impossible === undefined).map(({ path: name }) => name);
  const restored = await undo.restore(deed("undo"), plan);
  const after = files(await readTree(root));
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    expect(after[name]).toBe(possible.includes(name) ? first.get(name) : before[name]);
  }
  if (restored !== undefined) {
    const again = await undo.restore(deed("redo"), await undo.plan("task", restored.id));
    expect(files(await readTree(root))).toEqual(before);
    await undo.restore(deed("undo"), await undo.plan("task", again?.id));
    expect(files(await readTree(root))).toEqual(after);
  }
}

const isGit = (made: Change) => made.path.includes(".git/") || (made.do === "move" && made.to.includes(".git/"));

async function plainOnly(root: string, changes: readonly Change[]): Promise<Change[]> {
  const tree = await readTree(root);
  const isLink = (name: string) => tree[name]?.startsWith("->") === true;
  return changes.filter((made) => !isLink(made.path) && !(made.do === "move" && isLink(made.to)));
}

/** A history may ask for what cannot be: a file where a folder stands. */
function ignoreImpossible(error: NodeJS.ErrnoException): void {
  expect(["EISDIR", "ENOTDIR", "EEXIST", "ERR_FS_EISDIR", "EINVAL"]).toContain(error.code);
}

test("R-30: a nested repository's own files are never part of a way back", async () => {
  const base = await realpath(await mkdtemp(join(tmpdir(), "hearth-nested-")));
  const root = join(base, "app");
  await mkdir(join(root, "sub/.git"), { recursive: true });
  await writeFile(join(root, "sub/.git/HEAD"), "ref: refs/heads/main");
  const undo = await UndoStore.open(join(base, "storage"), root);
  const open = await undo.beginCommand(deed("command"));
  await writeFile(join(root, "sub/.git/HEAD"), "ref: refs/heads/other");
  await writeFile(join(root, "sub/file"), "new");
  const done = await open.finish();
  expect(done?.files.map(({ path: name }) => name)).toEqual(["sub/file"]);
  await undo.restore(deed("undo"), await undo.plan("task"));
  expect(await readFile(join(root, "sub/.git/HEAD"), "utf8")).toBe("ref: refs/heads/other");
  await rm(base, { recursive: true, force: true });
});
