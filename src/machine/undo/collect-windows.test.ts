import { mkdir, mkdtemp, readdir, readFile, realpath, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { UndoStore } from "./undo-store";

let base: string;
let root: string;
/** This window, and another one that collects. */
let undo: UndoStore;
let other: UndoStore;
/** What happens before a step of this window. */
let before: Record<string, () => Promise<unknown>>;

beforeEach(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), "hearth-collect-")));
  root = join(base, "app");
  await mkdir(root);
  before = {};
  const step = async (name: string) => {
    const todo = before[name];
    delete before[name];
    await todo?.();
  };
  undo = await UndoStore.open(storage(), root, { step });
  other = await UndoStore.open(storage(), root);
});

afterEach(() => rm(base, { recursive: true }));

const storage = () => join(base, "storage");
const at = (path: string) => join(root, path);
const read = (path: string) => readFile(at(path), "utf8");

function write(taskId: string, files: Record<string, string>, store = undo) {
  const written = Object.entries(files).map(([path, content]) => ({ path, content: Buffer.from(content) }));
  return store.write({ taskId, actionId: "write", label: "Write" }, written);
}

async function undoAll(taskId: string): Promise<void> {
  await undo.restore({ taskId, actionId: "undo", label: "Undo" }, await undo.plan(taskId));
}

/** Makes everything that is kept as old as it must be to be collected. */
async function age(): Promise<void> {
  const old = new Date(Date.now() - 24 * 60 * 60 * 1_000);
  for (const name of await readdir(join(storage(), "contents"))) {
    await utimes(join(storage(), "contents", name), old, old);
  }
}

const collect = () => other.collect({ undoable: new Set(), maxAgeMs: Number.MAX_SAFE_INTEGER, maxBytes: 1e12 });

async function forget(taskId: string): Promise<void> {
  await other.removeTask(taskId);
  expect(await collect()).toBeGreaterThan(0);
}

test("R-25: what another window has put into a new pack is found there", async () => {
  await writeFile(at("a"), "a1");
  await write("first", { a: "a2", large: "x".repeat(100_000) });
  await write("second", { a: "a3" });
  await age();
  await forget("first");
  await undoAll("second");
  expect(await read("a")).toBe("a2");
});

test("R-25: what another window has collected is kept again when it is needed", async () => {
  await write("first", { a: "same" });
  await age();
  await forget("first");
  await write("second", { a: "new" });
  await undoAll("second");
  expect(await read("a")).toBe("same");

  const checkpoint = await undo.beginCommand({ taskId: "third", actionId: "run", label: "Run" });
  await writeFile(at("a"), "by the command");
  await checkpoint.finish();
  await undoAll("third");
  expect(await read("a")).toBe("same");
});

test.each(["contents", "record"])(
  "R-25: another window collects before the step %s of an edit, and its earlier content is there",
  async (step) => {
    await write("first", { a: "same" });
    await age();
    await other.removeTask("first");
    before[step] = collect;
    await write("second", { a: "new" });
    expect(before).toEqual({});
    await collect();
    await undoAll("second");
    expect(await read("a")).toBe("same");
  },
);

test("R-25: what is kept for a command of another window stays while it runs", async () => {
  await write("first", { a: "same", large: "x".repeat(100_000) });
  const checkpoint = await undo.beginCommand({ taskId: "second", actionId: "run", label: "Run" });
  await age();
  await other.removeTask("first");
  await collect();
  await writeFile(at("a"), "by the command");
  await checkpoint.finish();
  await undoAll("second");
  expect(await read("a")).toBe("same");
});

test("R-25: the checkpoints of a task can be listed while another window adds to them", async () => {
  let writing = true;
  const written = (async () => {
    for (let round = 0; round < 40; round++) {
      await write("task", { a: `${round}` });
    }
    writing = false;
  })();
  while (writing) {
    await other.list("task");
  }
  await written;
  expect(await other.list("task")).toHaveLength(40);
});
