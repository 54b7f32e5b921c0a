import { chmod, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readTree } from "../../../test/fixtures/machine/tree";
import { UndoStore } from "./undo-store";
import type { ScanLimits } from "./workspace-scan";

let base: string;
let root: string;

beforeEach(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), "hearth-commands-")));
  root = join(base, "app");
  await mkdir(root);
});

afterEach(() => rm(base, { recursive: true, force: true }));

const open = (scan: Partial<ScanLimits> = {}) => UndoStore.open(join(base, "storage"), root, { scan });
const at = (path: string) => join(root, path);
const deed = { taskId: "task", actionId: "command", label: "Run it" };

async function put(files: Record<string, string>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(at(path)), { recursive: true });
    await writeFile(at(path), content);
  }
}

/** Runs it as a command, and says what of the files counts as its doing. */
async function changedBy(undo: UndoStore, run: () => Promise<unknown>): Promise<string[]> {
  const checkpoint = await undo.beginCommand(deed);
  await run();
  const done = await checkpoint.finish();
  return (done?.files ?? []).map(({ path, before, after }) => `${path}: ${before.kind} -> ${after?.kind}`);
}

async function undoAll(undo: UndoStore): Promise<void> {
  await undo.restore({ ...deed, actionId: "undo" }, await undo.plan("task"));
}

test("R-30: a file that only the look after a command reached is not taken for made by it, and an undo leaves it", async () => {
  await put({ "a/1": "1", "a-b": "b", b: "b", "c/1": "theirs", "c/2": "theirs", d: "theirs" });
  const before = await readTree(root);
  const undo = await open({ files: 3 });
  const changed = await changedBy(undo, async () => {
    await rm(at("a/1"));
    await rm(at("b"));
    await writeFile(at("a/2"), "made");
  });
  expect(changed).toEqual(["a/1: file -> missing", "a/2: missing -> file", "b: file -> missing"]);
  await undoAll(undo);
  expect(await readTree(root)).toEqual(before);
});

test("R-30: a file that the look after a command did not reach is not taken for removed by it", async () => {
  await put({ b: "b", "c/1": "1", d: "d" });
  const undo = await open({ files: 3 });
  expect(await changedBy(undo, () => put({ a: "made", "b-2": "made" }))).toEqual([
    "a: missing -> file",
    "b-2: missing -> file",
  ]);
  expect((await undo.list("task"))[0]?.incomplete).toContain("more than 3 files");
});

test.runIf(process.getuid?.() !== 0)(
  "R-30: what stands in a folder that a command opened is not taken for made by it",
  async () => {
    await put({ "shut/theirs": "theirs" });
    await chmod(at("shut"), 0);
    const undo = await open();
    expect(await changedBy(undo, () => chmod(at("shut"), 0o755))).toEqual([]);
    expect(await changedBy(undo, () => chmod(at("shut"), 0))).toEqual([]);
    await chmod(at("shut"), 0o755);
  },
);

test("R-30: what was too much to keep before a command and not after it is no change of the command's", async () => {
  const texts = Object.fromEntries(["a", "b", "c", "d"].map((name) => [name, name.repeat(1_000)]));
  await put(texts);
  await delay(150); // a file that changed a moment ago would be read at both looks
  const undo = await open({ newBytes: 1_500 });
  const changed = await changedBy(undo, () => writeFile(at("d"), "D".repeat(1_001)));
  expect(changed).toEqual(["d: unkept -> file"]);
  expect(await undo.plan("task")).toMatchObject([{ path: "d", impossible: expect.stringContaining("was not kept") }]);
});

test("R-30: a command that was cut off is judged by what both looks reached, too", async () => {
  await put({ a: "a", b: "b", c: "theirs" });
  const undo = await open({ files: 2 });
  await undo.beginCommand(deed);
  await rm(at("a"));
  const next = await open({ files: 2 }); // another store takes what this one left open for left behind
  const [cutOff] = await next.unfinished();
  expect(cutOff && (await next.standing(cutOff))).toEqual([{ path: "a", is: "after" }]);
  expect(cutOff && (await next.settle(cutOff, "undo")).left).toEqual([]);
  expect(await Promise.all(["a", "b", "c"].map((name) => readFile(at(name), "utf8")))).toEqual(["a", "b", "theirs"]);
});

test("R-30: what the user saves while a command runs is not the command's, and an undo leaves it", async () => {
  await put({ "mine.txt": "mine", "src/own.txt": "own", "made/theirs.txt": "theirs", "its.txt": "its" });
  const undo = await open();
  const checkpoint = await undo.beginCommand(deed);
  await put({ "mine.txt": "mine, saved", "its.txt": "changed" });
  await rm(at("made"), { recursive: true });
  const done = await checkpoint.finish({ writtenByOthers: async () => ["mine.txt", "src/own.txt", "made"] });
  expect(done?.files.map(({ path }) => path)).toEqual(["its.txt"]);
  expect(done?.leftOut).toEqual(["made/theirs.txt", "mine.txt"]);
  await undoAll(undo);
  expect(Object.keys(await readTree(root))).toEqual(["its.txt", "mine.txt", "src/", "src/own.txt"]);
  expect(await Promise.all(["its.txt", "mine.txt"].map((name) => readFile(at(name), "utf8")))).toEqual([
    "its",
    "mine, saved",
  ]);
});

test("R-30: what another task writes while a command runs is booked once, whichever began first", async () => {
  await put({ a: "a", b: "b", c: "c" });
  const undo = await open();
  const other = { taskId: "other", actionId: "edit", label: "Edit" };
  const early = await undo.beginEdit(other, [{ path: "a" }]);
  const checkpoint = await undo.beginCommand(deed);
  await put({ a: "edited" });
  await early.finish();
  await undo.write(other, [{ path: "b", content: Buffer.from("edited") }]);
  await put({ c: "changed" });
  const done = await checkpoint.finish();
  expect(done?.files.map(({ path }) => path)).toEqual(["c"]);
  expect(done?.leftOut).toEqual(["a", "b"]);
  expect((await undo.list("other")).flatMap(({ files }) => files.map(({ path }) => path))).toEqual(["a", "b"]);
  expect(await changedBy(undo, () => put({ a: "again" })), "the next command is judged anew").toEqual([
    "a: file -> file",
  ]);
});
