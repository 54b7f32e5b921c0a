import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { someEvents } from "../../../test/fixtures/machine/events";
import { bundleHost, faultScale, killHost, linesOf, printed, startHost } from "../../../test/fixtures/machine/host";
import { TaskJournals } from "./task-journals";

let folder: string;
let program: string;
const key = Buffer.alloc(32, 7);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "hearth-kill-"));
  program = await bundleHost("journal-host", folder);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test(
  "R-8: killed while appending, every acknowledged record is there and the next process goes on",
  async () => {
    const storage = join(folder, "appending");
    const journals = new TaskJournals(storage, key);
    let acknowledged = -1;
    for (let round = 0; round < 8 * faultScale; round++) {
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
  },
  60_000 * faultScale,
);

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

test("R-1: killed in the middle of a reply, at most the last second of its text is lost", async () => {
  const storage = join(folder, "reply");
  const host = startHost(program, [storage, "deltas"]);
  let said = 0;
  const started = performance.now();
  for await (const line of linesOf(host)) {
    said = Number(line);
    if (performance.now() - started > 2_000) {
      host.kill("SIGKILL");
    }
  }
  const journal = await new TaskJournals(storage, key).open("task");
  const reply = journal.events.at(-1);
  await journal.close();
  expect(reply).toMatchObject({ type: "reply_finished", stop: "aborted", calls: [] });
  const kept = reply?.type === "reply_finished" ? reply.text.trim().split(" ").length : 0;
  expect(kept).toBeGreaterThan(0);
  expect(said - kept).toBeLessThan(250);
}, 30_000);
