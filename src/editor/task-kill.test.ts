import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { DiskFiles } from "../../test/fakes/disk-files";
import { fakes, portsOf } from "../../test/fakes/ports";
import { ScriptedModel, says } from "../../test/fakes/scripted-model";
import { injections, seeded, tellCount } from "../../test/fixtures/machine/faults";
import { bundleHost, killHost, linesOf, startHost } from "../../test/fixtures/machine/host";
import { inLanes } from "../../test/fixtures/machine/lanes";
import { cart, edited, quietLog, viewer } from "../../test/fixtures/machine/task-parts";
import type { Action, AgentEvent } from "../core/events";
import { Task } from "../core/task";
import { TaskJournals } from "../machine/journal/task-journals";
import { UndoStore } from "../machine/undo/undo-store";
import { Approvals, type OpenApproval } from "./review/approvals";

let base: string;
let program: string;

beforeAll(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), "hearth-task-kill-")));
  program = await bundleHost("task-host", base);
});

afterAll(() => rm(base, { recursive: true, force: true }));

interface Place {
  root: string;
  storage: string;
}

let places = 0;

async function newPlace(): Promise<Place> {
  const folder = join(base, `${places++}`);
  const place = { root: join(folder, "app"), storage: join(folder, "storage") };
  await mkdir(place.root, { recursive: true });
  await mkdir(place.storage);
  await writeFile(join(place.root, "cart.js"), cart);
  return place;
}

const textOf = ({ root }: Place) => readFile(join(root, "cart.js"), "utf8");

/** The nonces that were shown before the host was killed. */
async function runHost({ storage, root }: Place, mode: "asked" | "answered", killAt: string): Promise<string[]> {
  const host = startHost(program, [storage, root, mode, killAt]);
  const nonces: string[] = [];
  for await (const line of linesOf(host)) {
    nonces.push(line);
  }
  await killHost(host); // what it printed can end before it has
  return nonces;
}

/** The task in the next window: what a person is asked there, and the way to answer. */
async function reopen({ storage, root }: Place) {
  const undo = await UndoStore.open(join(storage, "undo"), root);
  for (const action of await undo.unfinished()) {
    await undo.settle(action, "undo");
  }
  const journal = await new TaskJournals(join(storage, "tasks"), Buffer.alloc(32, 7)).open("t1");
  const history = [...journal.events];
  const approvals = new Approvals(viewer, quietLog);
  const asked: { action: Action; open: OpenApproval | undefined }[] = [];
  const ports = {
    ...portsOf(fakes({ model: new ScriptedModel([says("Done."), says("Done.")]) })),
    files: new DiskFiles(root, undo, "t1"),
    approver: {
      ask: (action: Action, ...rest: [never, never]) => {
        const answer = approvals.ask(action, ...rest);
        asked.push({ action, open: approvals.open()[0] });
        return answer;
      },
    },
    journal,
  };
  const task = new Task("t1", ports, history);
  return { task, journal, approvals, asked, history };
}

async function firstOf<Item>(items: readonly Item[]): Promise<Item> {
  await expect.poll(() => items.length, { timeout: 10_000 }).toBe(1);
  return items[0] as Item;
}

const proposedIn = (events: readonly AgentEvent[]) =>
  events.flatMap((event) => (event.type === "action_proposed" ? [event.action] : []));

test(
  "R-2, R-24: killed while an approval waits, the same is asked again, the old answer counts no more and nothing ran",
  async () => {
    const kills = injections(10, 200);
    const random = seeded(2);
    const moments = Array.from({ length: kills }, (_, index) => `${2 + (index % 4)}+${1 + random(1 + random(20_000))}`);
    let shown = 0;
    await inLanes(kills, async (index) => {
      const place = await newPlace();
      const nonces = await runHost(place, "asked", moments[index] as string);
      shown += nonces.length;
      expect(await textOf(place)).toBe(cart);
      const { task, journal, approvals, asked, history } = await reopen(place);
      const ended = task.resume();
      const again = await Promise.race([firstOf(asked), ended]);
      if (again !== undefined && "action" in again) {
        const { action, open } = again;
        const [proposed = action] = proposedIn(history);
        expect(action).toEqual(proposed);
        for (const nonce of nonces) {
          expect(approvals.answer(action.id, nonce, { allow: true })).toBe(false);
        }
        expect(await textOf(place)).toBe(cart);
        const allow = index % 2 === 0;
        expect(approvals.answer(action.id, open?.nonce ?? "", { allow })).toBe(true);
        await ended;
        expect(await textOf(place)).toBe(allow ? edited : cart);
      }
      await ended;
      await journal.close();
      await rm(join(place.root, ".."), { recursive: true });
    });
    expect(shown).toBeGreaterThan(0);
    tellCount("R-2", `${kills} kills between proposal and approval, ${shown} shown before, 0 effects`);
    tellCount("R-24", `${shown} prompts asked again after the window was gone, 0 answered by an old nonce`);
  },
  injections(30_000, 600_000),
);

test(
  "R-3: killed between a yes and the write, the file is old and the yes is void",
  async () => {
    const kills = injections(10, 200);
    const random = seeded(3);
    const moments = Array.from({ length: kills }, (_, index) => `${1 + (index % 6)}+${1 + random(1 + random(5_000))}`);
    const counts = { again: 0, interrupted: 0 };
    await inLanes(kills, async (index) => {
      const place = await newPlace();
      const [nonce = ""] = await runHost(place, "answered", moments[index] as string);
      expect(await textOf(place)).toBe(cart);
      const { task, journal, approvals, asked, history } = await reopen(place);
      expect(await textOf(place)).toBe(cart);
      const hadStarted = history.some((event) => event.type === "action_started");
      const ended = task.resume();
      if (hadStarted) {
        counts.interrupted += 1;
        expect(asked).toEqual([]);
      } else {
        counts.again += 1;
        const { action, open } = await firstOf(asked);
        expect(approvals.answer(action.id, nonce, { allow: true })).toBe(false);
        approvals.answer(action.id, open?.nonce ?? "", { allow: false });
      }
      await ended;
      expect(await textOf(place)).toBe(cart);
      await journal.close();
      await rm(join(place.root, ".."), { recursive: true });
    });
    expect(counts.again).toBeGreaterThan(0);
    tellCount(
      "R-3",
      `${kills} kills between approval and write, ${counts.again} asked again, ${counts.interrupted} told as interrupted, 0 effects`,
    );
  },
  injections(30_000, 600_000),
);
