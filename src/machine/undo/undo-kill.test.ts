import { once } from "node:events";
import { cp, mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundleHost, faultScale, printed, startHost } from "../../../test/fixtures/machine/host";
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

/** A workspace with `count` files, of which the host changes all, makes one and removes one. */
async function newPlace(count: number): Promise<Place> {
  const folder = join(base, `${places++}`);
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

/** Runs the host; true when it was not killed. */
async function runHost(
  place: Place,
  scenario: string,
  killAt: number,
  count: number,
  afterMs?: number,
): Promise<boolean> {
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

async function settleAll(place: Place, choice: "finish" | "undo") {
  const undo = await UndoStore.open(place.storage, place.root);
  const unfinished = await undo.unfinished();
  for (const action of unfinished) {
    expect(await undo.settle(action, choice)).toMatchObject({ left: [] });
  }
  expect(await undo.unfinished()).toEqual([]);
  return { undo, unfinished };
}

test(
  "R-4, R-5, R-3: killed at every step of a write of many files, the files are all old or all new after recovery",
  async () => {
    const count = faultScale > 1 ? 50 : 6;
    const whole = await newPlace(count);
    expect(await runHost(whole, "write", 0, count)).toBe(true);
    const after = await readTree(whole.root);
    let kills = 0;
    let completed = false;
    for (let step = 1; !completed; step++) {
      const place = await newPlace(count);
      completed = await runHost(place, "write", step, count);
      if (completed) {
        break;
      }
      kills += 1;
      const choice = step % 2 === 0 ? "finish" : "undo";
      const { undo, unfinished } = await settleAll(place, choice);
      const expected = unfinished.length === 1 && choice === "finish" ? after : place.before;
      expect(await readTree(place.root)).toEqual(expected);
      await undo.restore({ taskId: "task", actionId: "undo", label: "" }, await undo.plan("task"));
      expect(await readTree(place.root)).toEqual(place.before);
      await rm(join(place.root, ".."), { recursive: true });
    }
    expect(kills).toBeGreaterThan(count * 3);
    report(`R-5: ${kills} kills over ${count + 2} files, 0 mixed states`);
  },
  120_000 * faultScale,
);

test(
  "R-5: killed at random moments, the files are all old or all new after recovery",
  async () => {
    const whole = await newPlace(20);
    await runHost(whole, "write", 0, 20);
    const after = await readTree(whole.root);
    let unfinishedRuns = 0;
    const rounds = 15 * faultScale;
    for (let round = 0; round < rounds; round++) {
      const place = await newPlace(20);
      await runHost(place, "write", 0, 20, (round * 7) % 60);
      const { unfinished } = await settleAll(place, "undo");
      unfinishedRuns += unfinished.length;
      const tree = await readTree(place.root);
      expect([JSON.stringify(place.before), JSON.stringify(after)]).toContain(JSON.stringify(tree));
      await rm(join(place.root, ".."), { recursive: true });
    }
    report(`R-5: ${rounds} random kills, ${unfinishedRuns} in the middle, 0 mixed states`);
  },
  60_000 * faultScale,
);

test(
  "R-7: killed at every step of a restore, it can be finished or taken back",
  async () => {
    const count = faultScale > 1 ? 20 : 4;
    const origin = await newPlace(count);
    await runHost(origin, "write", 0, count);
    const written = await readTree(origin.root);
    let kills = 0;
    for (let step = 1; ; step++) {
      const place = {
        ...origin,
        root: join(base, `restore${step}/app`),
        storage: join(base, `restore${step}/storage`),
      };
      await cp(origin.root, place.root, { recursive: true });
      await cp(origin.storage, place.storage, { recursive: true });
      if (await runHost(place, "restore", step, count)) {
        break;
      }
      kills += 1;
      const choice = step % 2 === 0 ? "finish" : "undo";
      const { unfinished } = await settleAll(place, choice);
      expect(unfinished.every(({ canFinish }) => canFinish)).toBe(true);
      const expected = unfinished.length === 1 && choice === "finish" ? origin.before : written;
      expect(await readTree(place.root)).toEqual(expected);
      await rm(join(place.root, ".."), { recursive: true });
    }
    expect(kills).toBeGreaterThan(count * 3);
    report(`R-7: ${kills} kills during a restore, 0 lost files`);
  },
  120_000 * faultScale,
);

test("R-6: killed at every step of a command's checkpoint, earlier ones stay and the command can be undone", async () => {
  const origin = await newPlace(5);
  await runHost(origin, "write", 0, 5);
  const before = await readTree(origin.root);
  let kills = 0;
  for (let step = 1; ; step++) {
    const place = { ...origin, root: join(base, `cmd${step}/app`), storage: join(base, `cmd${step}/storage`) };
    await cp(origin.root, place.root, { recursive: true, preserveTimestamps: true });
    await cp(origin.storage, place.storage, { recursive: true });
    if (await runHost(place, "command", step, 5)) {
      break;
    }
    kills += 1;
    const { undo } = await settleAll(place, "finish");
    const checkpoints = await undo.list("task");
    expect(checkpoints[0]?.files.length).toBe(7);
    const last = checkpoints.at(-1);
    if (last?.kind === "command") {
      await undo.restore({ taskId: "task", actionId: "undo", label: "" }, await undo.plan("task", last.id));
    }
    expect(await readTree(place.root)).toEqual(before);
  }
  expect(kills).toBeGreaterThanOrEqual(4);
  report(`R-6: ${kills} kills during a checkpoint, 0 unreadable checkpoints`);
}, 60_000);

test("R-5: what the user changed after the crash is left alone and named", async () => {
  const place = await newPlace(6);
  const steps = 2 + 8 * 2 + 4;
  expect(await runHost(place, "write", steps, 6)).toBe(false);
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

function report(line: string): void {
  process.stdout.write(`${line}\n`);
}
