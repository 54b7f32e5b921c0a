import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { someEvents } from "../../../test/fixtures/machine/events";
import { injections, seeded, tellCount } from "../../../test/fixtures/machine/faults";
import { bundleHost, killHost, linesOf, printed, startHost } from "../../../test/fixtures/machine/host";
import { inLanes } from "../../../test/fixtures/machine/lanes";
import { TaskJournals } from "./task-journals";

let folder: string;
let program: string;
const key = Buffer.alloc(32, 7);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "hearth-kill-"));
  program = await bundleHost("journal-host", folder);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test("R-8: killed while appending, every acknowledged record is there and the next process goes on", async () => {
  const storage = join(folder, "appending");
  const journals = new TaskJournals(storage, key);
  let acknowledged = -1;
  const rounds = injections(8, 200);
  for (let round = 0; round < rounds; round++) {
    const host = startHost(program, [storage, "events"]);
    let read = 0;
    for await (const line of linesOf(host)) {
      if (!line.startsWith("opened")) {
        acknowledged = Number(line);
      }
      if (++read > 3 + ((round * 7) % 40)) {
        host.kill("SIGKILL");
      }
    }
    const events = await journals.read("task");
    expect(events.length).toBeGreaterThanOrEqual(acknowledged + 1);
    expect(events).toEqual(someEvents(events.length));
  }
  const journal = await journals.open("task");
  await journal.close();
  expect(await readdir(storage)).toEqual(["task.journal"]);
  tellCount("R-8", `${rounds} kills while appending, ${acknowledged + 1} acknowledged records, 0 lost`);
}, 600_000);

test("R-25: a task that another process has open is told so, and its work is not touched", async () => {
  const storage = join(folder, "held");
  const host = startHost(program, [storage, "events"]);
  await printed(host, "5");
  const journals = new TaskJournals(storage, key);
  await expect(journals.open("task")).rejects.toMatchObject({ code: "task_held" });
  await expect(journals.remove("task")).rejects.toMatchObject({ code: "task_held" });
  expect((await journals.list())[0]?.state).toBe("working");
  await killHost(host);
  const journal = await journals.open("task");
  expect(journal.events.length).toBeGreaterThan(5);
  await journal.close();
}, 30_000);

test("R-1: killed in the middle of a reply, at most the last second of its text is lost and no half call is there", async () => {
  const random = seeded(1);
  const kills = injections(4, 200);
  const moments = Array.from({ length: kills }, (_, index) => 550 + 100 * (index % 10) + random(100));
  const worst = { lostMs: 0, openMs: 0 };
  await inLanes(kills, async (index) => {
    const storage = join(folder, `reply${index}`);
    const said = await streamUntilKilled(storage, moments[index] as number);
    const openedAt = performance.now();
    const journal = await new TaskJournals(storage, key).open("task");
    worst.openMs = Math.max(worst.openMs, performance.now() - openedAt);
    const reply = journal.events.at(-1);
    await journal.close();
    expect(reply).toMatchObject({ type: "reply_finished", stop: "aborted", calls: [] });
    const kept = reply?.type === "reply_finished" ? reply.text.trim().split(" ").map(Number) : [];
    expect(kept).toEqual(Array.from({ length: kept.length }, (_, count) => count));
    expect(kept.length).toBeGreaterThan(0);
    const lastKept = said[Math.min(kept.length, said.length) - 1] as number;
    worst.lostMs = Math.max(worst.lostMs, (said.at(-1) as number) - lastKept);
    await rm(storage, { recursive: true });
  });
  expect(worst.lostMs).toBeLessThan(1_000);
  expect(worst.openMs).toBeLessThan(2_000);
  tellCount(
    "R-1",
    `${kills} kills in the middle of a reply, at most ${Math.round(worst.lostMs)} ms of text lost, opened again in at most ${Math.round(worst.openMs)} ms, 0 half calls`,
  );
}, 600_000);

/** When each piece came that the host told of before it was killed, `afterMs` after the first. */
async function streamUntilKilled(storage: string, afterMs: number): Promise<number[]> {
  const host = startHost(program, [storage, "deltas"]);
  const said: number[] = [];
  for await (const line of linesOf(host)) {
    const at = Number(line.split(" ")[1]);
    if (!line.startsWith("opened")) {
      said.push(at);
    }
    if (said.length > 0 && at - (said[0] as number) > afterMs) {
      host.kill("SIGKILL");
    }
  }
  await killHost(host); // what it printed can end before it has
  return said;
}
