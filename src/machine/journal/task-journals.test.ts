import {
  chmod,
  copyFile,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { someEvents, stamp, turnStarted } from "../../../test/fixtures/machine/events";
import { seeded, tellCount } from "../../../test/fixtures/machine/faults";
import type { AgentEvent } from "../../core/events";
import { fileHeader, header } from "./record";
import { TaskJournals } from "./task-journals";

vi.setConfig({ testTimeout: 60_000 });

let folder: string;
let journals: TaskJournals;
const key = Buffer.alloc(32, 7);

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), "hearth-journal-")), "tasks");
  journals = new TaskJournals(folder, key);
});

afterEach(() => rm(join(folder, ".."), { recursive: true, force: true }));

async function write(events: readonly AgentEvent[], taskId = "task"): Promise<void> {
  const journal = await journals.open(taskId);
  for (const event of events) {
    await journal.append(event);
  }
  await journal.close();
}

/** Opens, closes, and tells what was there. */
async function reopen(taskId = "task") {
  const journal = await journals.open(taskId);
  await journal.close();
  return journal;
}

const pathOf = (taskId = "task") => join(folder, `${taskId}.journal`);

test("what was appended is there again, in order", async () => {
  const events = someEvents(20);
  await write(events.slice(0, 10));
  const journal = await journals.open("task");
  expect(journal.events).toEqual(events.slice(0, 10));
  await Promise.all(events.slice(10).map((event) => journal.append(event)));
  await journal.close();
  const { events: read, notes } = await reopen();
  expect(read).toEqual(events);
  expect(notes).toEqual([]);
});

test("R-25: which tasks a window has open is known without opening them", async () => {
  await write(someEvents(2), "closed");
  const open = await journals.open("open");
  await writeFile(join(folder, "stale.journal.lock"), JSON.stringify({ bootId: "other", pid: 1, startedAt: "" }));
  expect(await new TaskJournals(folder, key).held()).toEqual(["open"]);
  await open.close();
  expect(await journals.held()).toEqual([]);
});

test("S-G3: only this user can read the folder and the files", async () => {
  await write(someEvents(2));
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  for (const name of await readdir(folder)) {
    expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
  }
});

test("R-8: a record whose writing was cut at any byte is there or not, and all before it are readable", async () => {
  const events = someEvents(12);
  await write(events);
  const whole = await readFile(pathOf());
  const lengths: number[] = [];
  for (let count = 0; count <= events.length; count++) {
    await rm(pathOf(), { force: true });
    await write(events.slice(0, count));
    lengths.push((await stat(pathOf())).size);
  }
  let cuts = 0;
  for (let cut = header.length; cut <= whole.length; cut++) {
    await writeFile(pathOf(), whole.subarray(0, cut));
    const journal = await journals.open("task");
    const readable = lengths.filter((length) => length <= cut).length - 1;
    expect(journal.events).toEqual(events.slice(0, readable));
    expect(journal.notes.length).toBe(lengths.includes(cut) ? 0 : 1);
    const next = stamp({ type: "resumed" }, readable);
    await journal.append(next);
    await journal.close();
    expect(await journals.read("task")).toEqual([...events.slice(0, readable), next]);
    cuts += 1;
  }
  expect(cuts).toBeGreaterThan(1_000);
  expect((await readdir(folder)).filter((name) => name.includes(".bad"))).toEqual([]);
  tellCount("R-8", `${cuts} cuts, one at each byte of ${events.length} records, 0 failures`);
}, 60_000);

test("R-27: a damaged middle is left out and told, the rest is shown, and the original is kept", async () => {
  const events = someEvents(10);
  await write(events);
  const damaged = await readFile(pathOf());
  damaged.fill(0, 900, 920);
  await writeFile(pathOf(), damaged);
  const journal = await journals.open("task");
  expect(journal.events.length).toBe(9);
  expect(journal.events.map(({ seq }) => seq)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  expect(journal.notes[0]).toContain("damaged and is not shown");
  expect(await readFile(`${pathOf()}.bad`)).toEqual(damaged);
  await journal.append(stamp({ type: "resumed" }, 9));
  await journal.close();
  const again = await reopen();
  expect(again.events.length).toBe(10);
  expect(again.notes).toEqual([`The damaged original is kept beside it: ${pathOf()}.bad`]);
});

test("R-27: after any of 1,000 mutations every task is listed, opens, shows intact records and can go on", async () => {
  const events = someEvents(30);
  await write(events);
  await write(someEvents(3, "other"), "other");
  const whole = await readFile(pathOf());
  const random = seeded(20_261_120);
  const known = new Set(events.map((event) => text(event)));
  let shown = 0;
  for (let round = 0; round < 1_000; round++) {
    const mutated = mutate(whole, random);
    await writeFile(pathOf(), mutated);
    expect((await journals.list()).map(({ id }) => id).sort()).toEqual(["other", "task"]);
    const journal = await journals.open("task");
    shown += journal.events.length;
    for (const event of journal.events) {
      expect(known.has(text(event))).toBe(true);
    }
    const wasWhole = mutated.equals(whole) || journal.events.length === events.length;
    expect(wasWhole || journal.notes.length > 0 || mutated.length < whole.length).toBe(true);
    if (journal.readOnly === undefined) {
      await journal.append(stamp({ type: "resumed" }, journal.events.length));
      await journal.close();
      expect((await reopen()).events.length).toBe(journal.events.length + 1);
    } else {
      expect(await readFile(pathOf())).toEqual(mutated);
    }
    for (const name of (await readdir(folder)).filter((entry) => entry.includes(".bad"))) {
      expect(await readFile(join(folder, name))).toEqual(mutated);
      await rm(join(folder, name));
    }
  }
  expect(shown).toBeGreaterThan(20_000);
  tellCount("R-27", "1,000 mutations, 0 crashes, 0 tasks missing from the list");
}, 120_000);

test("R-29: a journal of a newer version is never rewritten", async () => {
  await write(someEvents(3));
  const newer = Buffer.concat([fileHeader(2), Buffer.from("something else entirely")]);
  await writeFile(pathOf(), newer);
  const journal = await journals.open("task");
  expect(journal.readOnly).toContain("newer version");
  await expect(journal.append(stamp({ type: "resumed" }, 0))).rejects.toThrow("newer version");
  await journal.close();
  expect(await readFile(pathOf())).toEqual(newer);
  expect(await readdir(folder)).toEqual(["task.journal"]);
  expect((await journals.list())[0]).toMatchObject({ id: "task", title: "A task of a newer version of Hearth" });
});

test("an event of a kind this version does not know is passed over, and kept", async () => {
  const journal = await journals.open("task");
  await journal.append(someEvents(1)[0] as AgentEvent);
  await journal.append({ ...stamp({ type: "resumed" }, 1), type: "teleported" } as unknown as AgentEvent);
  await journal.append(stamp({ type: "resumed" }, 2));
  await journal.close();
  const before = await readFile(pathOf());
  const again = await reopen();
  expect(again.events.map(({ type }) => type)).toEqual(["task_started", "resumed"]);
  expect(again.notes).toEqual(["1 entries of this task's record are of a kind that this version does not know."]);
  expect(await readFile(pathOf())).toEqual(before);
});

test("S-I3: a record that another program wrote is seen, and nothing is added to it", async () => {
  await write(someEvents(3));
  const forged = new TaskJournals(folder, Buffer.alloc(32, 8));
  expect((await forged.open("task")).readOnly).toContain("another key");
  const whole = await readFile(pathOf());
  await rm(pathOf());
  const other = await forged.open("task");
  await other.append(stamp({ type: "action_answered", actionId: "a", allow: true, hash: "h" }, 3));
  await other.close();
  const record = (await readFile(pathOf())).subarray(header.length);
  await writeFile(pathOf(), Buffer.concat([whole, record]));
  const journal = await journals.open("task");
  expect(journal.readOnly).toContain("changed by another program");
  await expect(journal.append(stamp({ type: "resumed" }, 4))).rejects.toThrow("changed by another program");
});

test("S-I3: a record that was taken out is seen", async () => {
  await write(someEvents(2));
  const two = await readFile(pathOf());
  const journal = await journals.open("task");
  await journal.append(stamp({ type: "resumed" }, 2));
  await journal.append(stamp({ type: "resumed" }, 3));
  await journal.close();
  const four = await readFile(pathOf());
  const last = four.subarray(two.length + (four.length - two.length) / 2);
  await writeFile(pathOf(), Buffer.concat([two, last]));
  expect((await journals.open("task")).readOnly).toContain("changed by another program");
});

test("a task that is open cannot be opened again, and can when it was closed", async () => {
  const journal = await journals.open("task");
  await expect(journals.open("task")).rejects.toMatchObject({ code: "task_held" });
  await expect(journals.remove("task")).rejects.toMatchObject({ code: "task_held" });
  await journal.close();
  await reopen();
});

test("R-25: a lock of a process that no longer runs, or of another start of the machine, is taken over", async () => {
  await mkdir(folder, { recursive: true });
  const bootId = (await readFile("/proc/sys/kernel/random/boot_id", "utf8")).trim();
  const start = (await readFile(`/proc/${process.pid}/stat`, "latin1")).split(") ")[1]?.split(" ")[19] as string;
  const stale = [
    { bootId, pid: 4_194_304, startedAt: "1" },
    { bootId, pid: process.pid, startedAt: "1" },
    { bootId: "another", pid: process.pid, startedAt: start },
    "not a lock",
  ];
  for (const lock of stale) {
    await writeFile(`${pathOf()}.lock`, JSON.stringify(lock));
    await reopen();
  }
  await writeFile(`${pathOf()}.lock`, JSON.stringify({ bootId, pid: process.pid, startedAt: start }));
  await expect(journals.open("task")).rejects.toMatchObject({ code: "task_held" });
});

test("a writer whose lock was taken over writes no more", async () => {
  const journal = await journals.open("task");
  await rm(`${pathOf()}.lock`);
  const other = await journals.open("task");
  await expect(journal.append(someEvents(1)[0] as AgentEvent)).rejects.toMatchObject({ code: "task_held" });
  await other.append(someEvents(1)[0] as AgentEvent);
  await other.close();
  await journal.close();
  expect((await reopen()).events.length).toBe(1);
});

test("the list tells title, time and state, newest first", async () => {
  const asked = stamp({ type: "action_judged", actionId: "a", verdict: "ask", rule: "r", reason: "" }, 1, "waits");
  const ends = (reason: "answered" | "model_failed" | "stopped", taskId: string) =>
    stamp({ type: "finished", reason, text: "" }, 60_000, taskId);
  await write([...someEvents(1, "waits"), asked], "waits");
  await write([...someEvents(40, "ended"), ends("answered", "ended")], "ended");
  await write([...someEvents(1, "broken"), ends("model_failed", "broken")], "broken");
  await write([...someEvents(1, "halted"), ends("stopped", "halted")], "halted");
  await write(someEvents(5, "cut"), "cut");
  const turned = stamp({ type: "mode_changed", mode: "plan", by: "user" }, 70_000, "turned");
  await write([...someEvents(1, "turned"), ends("answered", "turned"), turned], "turned");
  const list = await journals.list();
  expect(list.map(({ id, state }) => `${id} ${state}`).sort()).toEqual([
    "broken failed",
    "cut interrupted",
    "ended done",
    "halted stopped",
    "turned done",
    "waits waiting",
  ]);
  expect(list[0]?.at).toBe(71_000);
  expect(list.every(({ title }) => title === "Add a discount")).toBe(true);
  expect(list.map(({ at }) => at)).toEqual(list.map(({ at }) => at).sort((a, b) => b - a));
});

test("the list finds the last event also behind a record larger than what it reads first", async () => {
  const large = stamp({ type: "user_said", text: "x".repeat(700_000), attachments: [], by: "user" }, 1);
  await write([...someEvents(1), large]);
  expect((await journals.list())[0]).toMatchObject({ at: 1_001, title: "Add a discount" });
});

test("a list where there is nothing is empty", async () => {
  expect(await journals.list()).toEqual([]);
  await journals.remove("task");
});

test("S-I5: removing leaves nothing of a task, and nothing of others is touched", async () => {
  await write(someEvents(3));
  await copyFile(pathOf(), `${pathOf()}.bad`);
  await write(someEvents(2, "task-2"), "task-2");
  await journals.remove("task");
  expect(await readdir(folder)).toEqual(["task-2.journal"]);
});

test("R-28: a folder that cannot be written gives a task in memory, and says so", async () => {
  await writeFile(join(folder, "..", "file"), "");
  const nowhere = new TaskJournals(join(folder, "..", "file", "tasks"), key);
  const journal = await nowhere.open("task");
  expect(journal.durable).toBe(false);
  expect(journal.notes[0]).toContain("kept in memory only");
  await journal.append(someEvents(1)[0] as AgentEvent);
  await journal.close();
  expect(await nowhere.list()).toEqual([]);
});

test.skipIf(process.platform === "win32")("R-28: a record that cannot be looked up is not made anew", async () => {
  await mkdir(folder, { recursive: true });
  await symlink("task.journal", pathOf()); // it leads to itself, so nobody can say what is there
  const journal = await journals.open("task");
  expect(journal.notes[0]).toContain("kept in memory only");
  await journal.close();
  expect((await lstat(pathOf())).isSymbolicLink()).toBe(true);
});

test("R-28: a storage folder that disappears is told at the next event", async () => {
  const journal = await journals.open("task");
  await rm(folder, { recursive: true });
  await expect(journal.append(someEvents(1)[0] as AgentEvent)).rejects.toThrow("storage folder was removed");
  await journal.close();
});

test.skipIf(process.getuid?.() === 0)("R-28: a read-only folder gives a task in memory", async () => {
  await mkdir(folder, { recursive: true });
  await chmod(join(folder, ".."), 0o500);
  expect((await journals.open("task")).durable).toBe(false);
  await chmod(join(folder, ".."), 0o700);
});

test("R-1: a reply that was being written when the process ended comes back with its text so far", async () => {
  const journal = await journals.open("task");
  const delta = (text: string, kind: "text" | "reasoning" | "call" = "text") =>
    stamp({ type: "reply_delta", turn: 1, kind, text }, 2);
  for (const event of [
    ...someEvents(1),
    turnStarted(1),
    delta("think", "reasoning"),
    delta("Hel"),
    delta("lo"),
    delta("{}", "call"),
  ]) {
    await journal.append(event);
  }
  await journal.close();
  const again = await reopen();
  expect(again.events.at(-1)).toMatchObject({
    type: "reply_finished",
    seq: 2,
    turn: 1,
    text: "Hello",
    reasoning: "think",
    calls: [],
    stop: "aborted",
  });
  expect((await reopen()).events).toEqual(again.events);
});

test("pieces of a finished reply are no part of the task", async () => {
  const finished = stamp(
    { type: "reply_finished", turn: 1, text: "Hello", reasoning: "", calls: [], timings: { totalMs: 1 }, stop: "stop" },
    2,
  );
  const delta = stamp({ type: "reply_delta", turn: 1, kind: "text", text: "Hello" }, 2);
  await write([...someEvents(1), turnStarted(1), delta, finished]);
  expect((await reopen()).events.map(({ type }) => type)).toEqual(["task_started", "turn_started", "reply_finished"]);
});

test("a cut in the file header is mended", async () => {
  await write(someEvents(3));
  const whole = await readFile(pathOf());
  for (const rest of [whole.subarray(header.length), whole.subarray(5)]) {
    await writeFile(pathOf(), rest);
    expect((await reopen()).events.length).toBe(3);
    expect((await reopen()).events.length).toBe(3);
    await rm(`${pathOf()}.bad`);
  }
  await truncate(pathOf(), 0);
  expect((await reopen()).events).toEqual([]);
});

function text(event: AgentEvent): string {
  return JSON.stringify({ ...event, seq: 0 });
}

function mutate(bytes: Buffer, random: (below: number) => number): Buffer {
  const copy = Buffer.from(bytes);
  const at = random(copy.length);
  switch (random(7)) {
    case 0:
      return copy.subarray(0, at);
    case 1:
      copy[at] = (copy[at] as number) ^ (1 << random(8));
      return copy;
    case 2:
      return copy.fill(0, at, Math.min(copy.length, at + random(400)));
    case 3:
      return Buffer.concat([copy.subarray(0, at), Buffer.alloc(random(200), 0xf5), copy.subarray(at)]);
    case 4:
      return Buffer.concat([copy, Buffer.alloc(random(5_000))]);
    case 5:
      return Buffer.concat([copy.subarray(0, at), copy.subarray(at + random(200))]);
    default:
      for (let flips = 0; flips < 20; flips++) {
        copy[random(copy.length)] = random(256);
      }
      return copy;
  }
}
