import { once } from "node:events";
import { cp, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CrashedDisk } from "../../test/fixtures/machine/crashed-disk";
import { someEvents, stamp } from "../../test/fixtures/machine/events";
import { injections, seeded, tellCount } from "../../test/fixtures/machine/faults";
import { bundleHost, startHost } from "../../test/fixtures/machine/host";
import { readTree } from "../../test/fixtures/machine/tree";
import type { DiskOp } from "../../test/fixtures/machine/watched-disk";
import { TaskJournals } from "./journal/task-journals";
import { UndoStore } from "./undo/undo-store";

let base: string;
let program: string;
let undoProgram: string;
const key = Buffer.alloc(32, 7);

beforeAll(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), "hearth-power-")));
  program = await bundleHost("disk-host", base);
  undoProgram = await bundleHost("undo-host", base);
});

afterAll(() => rm(base, { recursive: true, force: true }));

interface Recording {
  folder: string;
  /** A copy of what was on the disk when it began. */
  before: string;
  log: DiskOp[];
}

let folders = 0;

/** A workspace; `Hearth's` storage is not there yet. */
async function newFolder(): Promise<string> {
  const folder = join(base, `${folders++}`, "home");
  for (const name of ["d0", "d1", "d2"]) {
    await mkdir(join(folder, "app", name), { recursive: true });
  }
  for (let index = 0; index < 5; index++) {
    await writeFile(join(folder, `app/d${index % 2}/f${index}.txt`), `old ${index}\n`.repeat(3), { mode: 0o755 });
  }
  await writeFile(join(folder, "app/goes.txt"), "goes");
  return folder;
}

async function record(scenario: string, folder: string): Promise<Recording> {
  const before = join(folder, "../before");
  await cp(folder, before, { recursive: true, preserveTimestamps: true });
  const logPath = join(base, `${scenario}.log`);
  const host = startHost(program, [folder, scenario, logPath]);
  const [code] = await once(host, "exit");
  expect(code).toBe(0);
  return { folder, before, log: JSON.parse(await readFile(logPath, "utf8")) as DiskOp[] };
}

/** Losses of power at random points of a recording: what was promised by then, and the disk as a new start finds it. */
async function replay(
  { log, folder, before }: Recording,
  times: number,
  seed: number,
  check: (home: string, promised: string[]) => Promise<void>,
): Promise<void> {
  const random = seeded(seed);
  for (let round = 0; round < times; round++) {
    const cut = round < log.length ? log.length - round : random(log.length + 1);
    const disk = new CrashedDisk(folder, before);
    const played = log.slice(0, cut);
    disk.play(played);
    await rm(folder, { recursive: true });
    disk.restart(random);
    try {
      await check(
        folder,
        played.flatMap((op) => (op.do === "promise" ? [op.what] : [])),
      );
    } catch (error) {
      throw new Error(
        `round ${round}, after ${cut} of ${log.length}: ${JSON.stringify(played.slice(-4)).slice(0, 500)}`,
        {
          cause: error,
        },
      );
    }
  }
}

const times = injections(30, 125);
const told = { replays: 0 };
afterAll(() =>
  tellCount("R-10", `${told.replays} losses of power with unsynced writes lost, cut or out of order, 0 failures`),
);

const undoAll = async (undo: UndoStore) =>
  undo.restore({ taskId: "task", actionId: "undo", label: "" }, await undo.plan("task"));

test(
  "R-10: after a loss of power a task's record has every entry that was told to be kept, and goes on",
  async () => {
    const recorded = await record("journal", await newFolder());
    await replay(recorded, times, 10, async (home, promised) => {
      const kept = Number(promised.at(-1) ?? 0);
      const expected = someEvents(20);
      const journals = new TaskJournals(join(home, "storage"), key);
      const journal = await journals.open("task");
      const events = journal.events.filter(({ type }) => type !== "turn_started" && type !== "reply_finished");
      expect(events.length).toBeGreaterThanOrEqual(kept);
      expect(events).toEqual(expected.slice(0, events.length));
      const next = stamp({ type: "resumed" }, journal.events.length);
      await journal.append(next);
      await journal.close();
      expect((await journals.read("task")).at(-1)).toEqual(next);
      told.replays += 1;
    });
  },
  injections(60_000, 600_000),
);

test(
  "R-10: after a loss of power in an edit or a restore of many files, they are all old or all new, and the way back is there",
  async () => {
    const folder = await newFolder();
    const before = await readTree(join(folder, "app"));
    const recorded = await record("edit", folder);
    const half = await newFolder();
    const after = await written(half);
    let round = 0;
    await replay(recorded, times * 2, 11, async (home, promised) => {
      const choice = round++ % 2 === 0 ? "finish" : "undo";
      const undo = await UndoStore.open(join(home, "storage"), join(home, "app"));
      const unfinished = await undo.unfinished();
      for (const action of unfinished) {
        expect(await undo.settle(action, choice)).toMatchObject({ left: [] });
      }
      const tree = await readTree(join(home, "app"));
      expect([JSON.stringify(before), JSON.stringify(after)]).toContain(JSON.stringify(tree));
      if (promised.at(-1) === "written" && unfinished.length === 0) {
        const { length } = await undo.list("task");
        expect(length).toBeGreaterThanOrEqual(1);
        expect(JSON.stringify(tree)).toBe(JSON.stringify(length === 1 ? after : before));
      }
      if (promised.at(-1) === "restored") {
        expect(tree).toEqual(before);
      }
      await undoAll(undo);
      expect(await readTree(join(home, "app"))).toEqual(before);
      told.replays += 1;
    });
  },
  injections(60_000, 600_000),
);

/** The tree that the edit leaves. */
async function written(folder: string): Promise<Record<string, string>> {
  const undo = await UndoStore.open(join(folder, "storage"), join(folder, "app"));
  await undo.write({ taskId: "task", actionId: "write", label: "" }, [
    ...[0, 1, 2, 3, 4].map((index) => ({
      path: `d${index % 2}/f${index}.txt`,
      content: Buffer.alloc(30, `new ${index} `),
    })),
    { path: "made/by/it.txt", content: Buffer.from("new") },
    { path: "goes.txt", content: null },
  ]);
  return readTree(join(folder, "app"));
}

test(
  "R-10: after a loss of power while half an edit was put back, it is put back at the next start",
  async () => {
    const folder = await newFolder();
    await mkdir(join(folder, "storage"));
    const before = await readTree(join(folder, "app"));
    const host = startHost(undoProgram, [join(folder, "storage"), join(folder, "app"), "write", "17", "5"]);
    await once(host, "exit");
    const recorded = await record("settle", folder);
    await replay(recorded, times, 12, async (home) => {
      const undo = await UndoStore.open(join(home, "storage"), join(home, "app"));
      for (const action of await undo.unfinished()) {
        expect(await undo.settle(action, "undo")).toMatchObject({ left: [] });
      }
      expect(await readTree(join(home, "app"))).toEqual(before);
      told.replays += 1;
    });
  },
  injections(60_000, 600_000),
);

test(
  "R-10: after a loss of power while a command ran, what it changed can be put back",
  async () => {
    const folder = await newFolder();
    const before = await readTree(join(folder, "app"));
    const recorded = await record("command", folder);
    await replay(recorded, times, 13, async (home) => {
      const undo = await UndoStore.open(join(home, "storage"), join(home, "app"));
      for (const action of await undo.unfinished()) {
        await undo.settle(action, "finish");
      }
      await undoAll(undo);
      expect(await readTree(join(home, "app"))).toEqual(before);
      told.replays += 1;
    });
  },
  injections(60_000, 600_000),
);
