import { once } from "node:events";
import { cp, mkdir, mkdtemp, readdir, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { injections, seeded, tellCount } from "../../../test/fixtures/machine/faults";
import { bundleHost, printed, startHost } from "../../../test/fixtures/machine/host";
import { inLanes } from "../../../test/fixtures/machine/lanes";
import { readTree } from "../../../test/fixtures/machine/tree";
import { UndoStore } from "./undo-store";

let base: string;
let program: string;

beforeAll(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), "hearth-undo-kill-")));
  program = await bundleHost("undo-host", base);
});

afterAll(() => rm(base, { recursive: true, force: true }));

type Tree = Record<string, string>;

interface Place {
  root: string;
  storage: string;
  before: Tree;
}

let places = 0;
const newFolder = () => join(base, `${places++}`);

/** A workspace with `count` files, of which the host changes all, makes one and removes one. */
async function newPlace(count: number): Promise<Place> {
  const folder = newFolder();
  const root = join(folder, "app");
  for (const name of ["d0", "d1", "d2"]) {
    await mkdir(join(root, name), { recursive: true });
  }
  for (let index = 0; index < count; index++) {
    await writeFile(join(root, `d${index % 3}/f${index}.txt`), `old ${index}`, { mode: 0o640 + (index % 8) });
  }
  await writeFile(join(root, "goes.txt"), "goes");
  await writeFile(join(root, "mine.txt"), "the user's own");
  return { root, storage: join(folder, "storage"), before: await readTree(root) };
}

/** The same files and the same storage in another folder. */
async function copyOf(origin: Place): Promise<Place> {
  const folder = newFolder();
  const place = { root: join(folder, "app"), storage: join(folder, "storage"), before: origin.before };
  await cp(origin.root, place.root, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
  await cp(origin.storage, place.storage, { recursive: true });
  return place;
}

const discard = (place: Place) => rm(join(place.root, ".."), { recursive: true });

type KillAt = number | `${number}+${number}`;

interface Run {
  scenario: "one" | "write" | "restore" | "command";
  killAt: KillAt;
  count: number;
}

/** Runs the host; true when it was not killed. */
async function runHost(place: Place, { scenario, killAt, count }: Run, afterMs?: number): Promise<boolean> {
  const host = startHost(program, [place.storage, place.root, scenario, `${killAt}`, `${count}`]);
  const exited = once(host, "exit");
  if (afterMs !== undefined) {
    await printed(host, "begins");
    await delay(afterMs);
    host.kill("SIGKILL");
  }
  const [code, signal] = await exited;
  expect([0, "SIGKILL"]).toContain(signal ?? code);
  return code === 0;
}

/** How many steps the whole of it has. */
async function countSteps(place: Place, run: Omit<Run, "killAt">): Promise<number> {
  const host = startHost(program, [place.storage, place.root, run.scenario, "0", `${run.count}`]);
  let said = "";
  host.stdout?.on("data", (chunk) => {
    said += chunk;
  });
  await once(host, "close");
  return Number(/done (\d+)/.exec(said)?.[1]);
}

async function settleAll(place: Place, choice: "finish" | "undo") {
  const undo = await UndoStore.open(place.storage, place.root);
  const unfinished = await undo.unfinished();
  for (const action of unfinished) {
    expect(await undo.settle(action, choice)).toMatchObject({ left: [] });
  }
  expect(await undo.unfinished()).toEqual([]);
  return { undo, unfinished };
}

const choiceOf = (index: number) => (index % 2 === 0 ? "finish" : "undo");

/** Every step once, then any step and a moment more, from the same seed each time. */
function killPoints(steps: number, seed: number): (index: number) => KillAt {
  const random = seeded(seed);
  const moments = Array.from({ length: 2_000 }, (): KillAt => `${1 + random(steps)}+${1 + random(1 + random(2_000))}`);
  return (index) => (index < steps ? index + 1 : (moments[index % moments.length] as KillAt));
}

const minutes = (count: number) => count * 60_000;

test(
  "R-4: killed at any moment of writing one file, it is old or new, with its mode, its link and nothing beside it",
  async () => {
    const bytes = 300_000;
    const folder = newFolder();
    const origin: Place = { root: join(folder, "app"), storage: join(folder, "storage"), before: {} };
    await mkdir(join(origin.root, "src"), { recursive: true });
    await mkdir(origin.storage);
    await writeFile(join(origin.root, "src/file.txt"), Buffer.alloc(bytes, "old "), { mode: 0o751 });
    await symlink("src/file.txt", join(origin.root, "link.txt"));
    origin.before = await readTree(origin.root);
    const whole = await copyOf(origin);
    const steps = await countSteps(whole, { scenario: "one", count: bytes });
    const after = await readTree(whole.root);
    expect(after["src/file.txt"]).toBe(`751 ${Buffer.alloc(bytes, "new ").toString("base64")}`);
    expect(after["link.txt"]).toBe("-> src/file.txt");
    const killAt = killPoints(steps, 4);
    let kills = 0;
    await inLanes(injections(40, 1_000), async (index) => {
      const place = await copyOf(origin);
      const isDone = await runHost(place, { scenario: "one", killAt: killAt(index), count: bytes });
      kills += isDone ? 0 : 1;
      const torn = await readTree(place.root);
      expect([origin.before["src/file.txt"], after["src/file.txt"]]).toContain(torn["src/file.txt"]);
      const choice = choiceOf(index);
      const { unfinished, undo } = await settleAll(place, choice);
      const isNew = unfinished.length === 0 ? (await undo.list("task")).length > 0 : choice === "finish";
      expect(await readTree(place.root)).toEqual(isNew ? after : origin.before);
      await undo.collect({ undoable: new Set(["task"]), maxAgeMs: Number.MAX_SAFE_INTEGER, maxBytes: 1e9 });
      await discard(place);
    });
    tellCount("R-4", `${kills} kills while one file was written, 0 torn, 0 files left beside it`);
  },
  minutes(20),
);

test(
  "R-5, R-3: killed at every step of a write of many files, the files are all old or all new after recovery",
  async () => {
    const count = injections(6, 50);
    const run = { scenario: "write", count } as const;
    const whole = await newPlace(count);
    const steps = await countSteps(whole, run);
    expect(steps).toBeGreaterThan(count * 3);
    const after = await readTree(whole.root);
    await inLanes(steps, async (index) => {
      const place = await newPlace(count);
      expect(await runHost(place, { ...run, killAt: index + 1 })).toBe(false);
      const choice = choiceOf(index);
      const { undo, unfinished } = await settleAll(place, choice);
      const isNew = unfinished.length === 1 && choice === "finish";
      expect(await readTree(place.root)).toEqual(isNew ? after : place.before);
      await undo.restore({ taskId: "task", actionId: "undo", label: "" }, await undo.plan("task"));
      expect(await readTree(place.root)).toEqual(place.before);
      await discard(place);
    });
    tellCount("R-5", `${steps} kills, one at each step of a write of ${count + 2} files, 0 mixed states`);
  },
  minutes(10),
);

test(
  "R-5: killed at any file of a write of one to fifty files, they are all old or all new after recovery",
  async () => {
    const random = seeded(5);
    const positions = injections(4, 50);
    const rounds = injections(3, 20);
    const afters = new Map<number, Tree>();
    const wanted = Array.from({ length: positions * rounds }, (_, index) => {
      const position = 1 + (index % positions);
      const count = Math.min(50, position + random(51 - position));
      const step = 2 + 2 * (count + 2) - 1 + position + (index % 3 === 0 ? -(count + 2) : 0);
      return { count, killAt: `${step}+${1 + random(1_500)}` as const };
    });
    for (const count of new Set(wanted.map((each) => each.count))) {
      const whole = await newPlace(count);
      await runHost(whole, { scenario: "write", killAt: 0, count });
      afters.set(count, await readTree(whole.root));
      await discard(whole);
    }
    let kills = 0;
    let between = 0;
    await inLanes(wanted.length, async (index) => {
      const { count, killAt } = wanted[index] as (typeof wanted)[number];
      const after = afters.get(count) as Tree;
      const place = await newPlace(count);
      const isDone = await runHost(place, { scenario: "write", killAt, count });
      kills += isDone ? 0 : 1;
      const choice = choiceOf(index);
      const { undo, unfinished } = await settleAll(place, choice);
      between += unfinished.length;
      const isNew = unfinished.length === 0 ? (await undo.list("task")).length > 0 : choice === "finish";
      expect(await readTree(place.root)).toEqual(isNew ? after : place.before);
      await discard(place);
    });
    expect(between).toBeGreaterThan(0);
    tellCount(
      "R-5",
      `${kills} kills at ${positions} positions x ${rounds} in writes of 1 to 50 files, ${between} half done, 0 mixed states`,
    );
  },
  minutes(20),
);

test(
  "R-7: killed at any moment of a restore, it can be finished or taken back",
  async () => {
    const count = injections(4, 20);
    const run = { scenario: "restore", count } as const;
    const origin = await newPlace(count);
    await runHost(origin, { scenario: "write", killAt: 0, count });
    const written = await readTree(origin.root);
    const steps = await countSteps(await copyOf(origin), run);
    const killAt = killPoints(steps, 7);
    let kills = 0;
    await inLanes(injections(steps, 200), async (index) => {
      const place = await copyOf(origin);
      const isDone = await runHost(place, { ...run, killAt: killAt(index) });
      kills += isDone ? 0 : 1;
      const choice = choiceOf(index);
      const { undo, unfinished } = await settleAll(place, choice);
      expect(unfinished.every(({ canFinish }) => canFinish)).toBe(true);
      const isBack = unfinished.length === 0 ? (await undo.list("task")).length > 1 : choice === "finish";
      expect(await readTree(place.root)).toEqual(isBack ? origin.before : written);
      await discard(place);
    });
    tellCount("R-7", `${kills} kills during a restore of ${count + 2} files, 0 lost files`);
  },
  minutes(10),
);

test(
  "R-6: killed at any moment of a command's checkpoint, earlier ones stay and the command can be undone",
  async () => {
    const run = { scenario: "command", count: 5 } as const;
    const origin = await newPlace(5);
    await runHost(origin, { scenario: "write", killAt: 0, count: 5 });
    const before = await readTree(origin.root);
    const steps = await countSteps(await copyOf(origin), run);
    expect(steps).toBeGreaterThanOrEqual(4);
    const killAt = killPoints(steps, 6);
    let kills = 0;
    await inLanes(injections(16, 200), async (index) => {
      const place = await copyOf(origin);
      const isDone = await runHost(place, { ...run, killAt: killAt(index) });
      kills += isDone ? 0 : 1;
      const { undo } = await settleAll(place, "finish");
      const [edit, command] = await undo.list("task");
      expect(edit?.actionId).toBe("write");
      if (command !== undefined) {
        expect(command.actionId).toBe("command");
        await undo.restore({ taskId: "task", actionId: "u", label: "" }, await undo.plan("task", command.id));
      }
      expect(await readTree(place.root)).toEqual(before);
      for (const { before: was, after } of edit?.files ?? []) {
        await undo.contentOf(was);
        await (after && undo.contentOf(after));
      }
      await undo.collect({ undoable: new Set(["task"]), maxAgeMs: Number.MAX_SAFE_INTEGER, maxBytes: 1e9 });
      await discard(place);
    });
    tellCount("R-6", `${kills} kills during a checkpoint, 0 unreadable checkpoints`);
  },
  minutes(10),
);

test("R-6: what a kill left of a checkpoint that was never recorded is collected", async () => {
  const place = await newPlace(5);
  expect(await runHost(place, { scenario: "command", killAt: 2, count: 5 })).toBe(false);
  const contents = join(place.storage, "contents");
  expect((await readdir(contents)).length).toBeGreaterThan(0);
  const later = Date.now() + 24 * 60 * 60 * 1_000;
  const undo = await UndoStore.open(place.storage, place.root, { now: () => later });
  await undo.collect({ undoable: new Set(["task"]), maxAgeMs: Number.MAX_SAFE_INTEGER, maxBytes: 1e9 });
  expect(await readdir(contents)).toEqual([]);
});

test("R-5: what the user changed after the crash is left alone and named", async () => {
  const place = await newPlace(6);
  const steps = 2 + 8 * 2 + 4;
  expect(await runHost(place, { scenario: "write", killAt: steps, count: 6 })).toBe(false);
  const undo = await UndoStore.open(place.storage, place.root);
  await writeFile(join(place.root, "d0/f0.txt"), "typed after the crash");
  await writeFile(join(place.root, "d2/f5.txt"), "typed as well");
  const [action] = await undo.unfinished("task");
  const standing = (action && (await undo.standing(action))) ?? [];
  expect(standing.filter(({ is }) => is === "other").map(({ path }) => path)).toEqual(["d0/f0.txt", "d2/f5.txt"]);
  expect(standing.filter(({ is }) => is === "after").length).toBeGreaterThan(0);
  expect(action && (await undo.settle(action, "undo"))).toMatchObject({ left: ["d0/f0.txt", "d2/f5.txt"] });
  expect(action && (await undo.settle(action, "finish")), "it is settled already").toMatchObject({ left: [] });
  const tree = await readTree(place.root);
  expect(Buffer.from(tree["d0/f0.txt"]?.split(" ")[1] ?? "", "base64").toString()).toBe("typed after the crash");
  expect(Object.keys(tree)).toEqual(Object.keys(place.before));
});
