import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { someEvents } from "../../test/fixtures/machine/events";
import { tellCount } from "../../test/fixtures/machine/faults";
import { bundleHost, linesOf, startHost } from "../../test/fixtures/machine/host";
import { readTree } from "../../test/fixtures/machine/tree";
import { AgentError } from "../core/errors";
import { TaskJournals } from "./journal/task-journals";
import { UndoStore } from "./undo/undo-store";

const mount = "/usr/bin/mount";
const umount = "/usr/bin/umount";
let base: string;
let small: string;
const canMount = process.platform === "linux" && process.getuid?.() === 0 && mountWorks();
const diskBytes = 256 * 1024;

function mountWorks(): boolean {
  try {
    const probe = execFileSync("mktemp", ["-d"], { encoding: "utf8" }).trim();
    execFileSync(mount, ["-t", "tmpfs", "-o", "size=64k", "tmpfs", probe], { stdio: "ignore" });
    execFileSync(umount, [probe]);
    return true;
  } catch (error) {
    return error === undefined;
  }
}

beforeAll(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), "hearth-full-")));
  small = join(base, "small");
  await mkdir(small);
  if (canMount) {
    execFileSync(mount, ["-t", "tmpfs", "-o", `size=${diskBytes}`, "tmpfs", small]);
  }
});

afterAll(async () => {
  if (canMount) {
    execFileSync(umount, ["-l", small]);
  }
  await rm(base, { recursive: true, force: true });
});

/** Leaves about this many bytes free on the small disk. */
async function leaveFree(bytes: number): Promise<void> {
  await rm(join(small, "filler"), { force: true });
  const free = Number(
    execFileSync("stat", ["-f", "-c", "%a %S", small], { encoding: "utf8" })
      .split(" ")
      .reduce((a, b) => `${+a * +b}`),
  );
  await writeFile(join(small, "filler"), Buffer.alloc(Math.max(0, free - bytes)));
}

test.skipIf(!canMount)(
  "R-11: with a full workspace disk, an edit of many files is refused whole at every point",
  async () => {
    let refused = 0;
    let done = 0;
    for (let pages = 0; pages < 24; pages++) {
      const root = join(small, "app");
      await mkdir(join(root, "d"), { recursive: true });
      for (let index = 0; index < 5; index++) {
        await writeFile(join(root, `d/${index}`), Buffer.alloc(6_000, `${index}`));
      }
      const before = await readTree(root);
      await leaveFree(pages * 4_096);
      const undo = await UndoStore.open(join(base, `storage${pages}`), root);
      const files = Array.from({ length: 5 }, (_, index) => ({
        path: `d/${index}`,
        content: Buffer.alloc(9_000, "n"),
      }));
      const write = () =>
        undo.write({ taskId: "t", actionId: "a", label: "" }, [
          ...files,
          { path: "new/x", content: Buffer.alloc(5_000) },
        ]);
      const outcome = await write().then(
        () => undefined,
        (error: unknown) => error,
      );
      if (outcome === undefined) {
        done += 1;
      } else {
        refused += 1;
        expect(outcome).toMatchObject({
          code: "file_not_written",
          message: expect.stringContaining("the disk is full"),
        });
        expect(await readTree(root)).toEqual(before);
        await rm(join(small, "filler"));
        await write();
      }
      expect(Object.keys(await readTree(root)).length).toBe(Object.keys(before).length + 2);
      await rm(root, { recursive: true });
    }
    expect(refused).toBeGreaterThan(5);
    expect(done).toBeGreaterThan(1);
    tellCount("R-11", `${refused} writes refused whole on a small full disk, ${done} done, 0 originals changed`);
  },
  60_000,
);

test.skipIf(!canMount)(
  "R-11: with a full storage disk, nothing is changed, and it works again with space",
  async () => {
    for (let pages = 0; pages < 12; pages++) {
      const root = join(base, "app");
      await mkdir(root, { recursive: true });
      await writeFile(join(root, "a"), Buffer.alloc(20_000, "a"));
      const undo = await UndoStore.open(join(small, "storage"), root);
      await leaveFree(pages * 4_096);
      const write = () =>
        undo.write({ taskId: "t", actionId: "a", label: "" }, [{ path: "a", content: Buffer.from(`new ${pages}`) }]);
      const outcome = await write().then(
        () => undefined,
        (error: unknown) => error,
      );
      if (outcome !== undefined) {
        expect(outcome).toBeInstanceOf(AgentError);
        expect(Object.values(await readTree(root))).toEqual([`644 ${Buffer.alloc(20_000, "a").toString("base64")}`]);
        await rm(join(small, "filler"));
        await write();
      }
      await rm(root, { recursive: true });
      await rm(join(small, "storage"), { recursive: true });
    }
  },
  60_000,
);

test.skipIf(!canMount)(
  "R-11: a journal on a full disk refuses, keeps what it has, and goes on with space",
  async () => {
    const folder = join(small, "tasks");
    await rm(join(small, "filler"), { force: true });
    const journals = new TaskJournals(folder, Buffer.alloc(32, 1));
    const journal = await journals.open("task");
    const events = someEvents(600);
    await leaveFree(16_384);
    let refusals = 0;
    for (const event of events) {
      const outcome = await journal.append(event).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (outcome !== undefined) {
        expect(outcome).toMatchObject({ code: "journal_not_written" });
        expect(await journals.read("task")).toEqual(events.slice(0, event.seq));
        refusals += 1;
        await leaveFree(16_384);
      }
    }
    await journal.close();
    expect(refusals).toBeGreaterThan(0);
    expect(await journals.read("task")).toEqual(events);
  },
  60_000,
);

interface Refusal {
  /** The number of the request for space that the disk refused. */
  refused: number;
  wasReached: boolean;
  /** The code of the error that was told. */
  failure?: string;
  now: string;
  withSpace: string;
}

/** What the work came to with the disk refusing at each request for space. */
async function refuseEach(scenario: "write" | "restore" | "journal", how: "once" | "on"): Promise<Refusal[]> {
  const program = await bundleHost("full-disk-host", base);
  const host = startHost(program, [join(base, `${scenario}-${how}`), scenario, how]);
  const refusals: Refusal[] = [];
  for await (const line of linesOf(host)) {
    refusals.push(JSON.parse(line) as Refusal);
  }
  expect(refusals.at(-1), "the last one had all the space it asked for").toMatchObject({ wasReached: false });
  expect(refusals.at(-1)?.failure).toBeUndefined();
  return refusals;
}

test.each(["once", "on"] as const)(
  "R-11: with the disk full at any request for space (%s), an edit or a restore is refused whole, told, and works with space",
  async (how) => {
    for (const scenario of ["write", "restore"] as const) {
      const refusals = await refuseEach(scenario, how);
      const { now: after } = refusals.at(-1) as Refusal;
      const before = refusals[0]?.now;
      for (const { failure, now, withSpace, refused } of refusals) {
        const isDone = failure === undefined || failure === "undo_not_recorded";
        expect({ refused, failure, now }).toEqual({ refused, failure, now: isDone ? after : before });
        expect({ refused, withSpace }).toEqual({ refused, withSpace: after });
      }
      const told = refusals.filter(({ failure }) => failure !== undefined).map(({ failure }) => failure);
      const codes = ["undo_not_kept", "file_not_written", "storage_not_writable", "undo_not_recorded"];
      expect(codes).toEqual(expect.arrayContaining([...new Set(told)]));
      tellCount(
        "R-11",
        `a ${scenario} with space refused (${how}) at each of ${refusals.length - 1} requests, 0 originals changed`,
      );
    }
  },
  120_000,
);

test.each(["once", "on"] as const)(
  "R-11: with the disk full at any request for space (%s), a task's record keeps what it has and goes on with space",
  async (how) => {
    const refusals = await refuseEach("journal", how);
    for (const { failure, now, withSpace, refused, wasReached } of refusals) {
      expect({ refused, failure }).toEqual({ refused, failure: wasReached ? "journal_not_written" : undefined });
      expect({ refused, now, withSpace }).toEqual({ refused, now: "true", withSpace: "[true,true]" });
    }
    tellCount(
      "R-11",
      `a record with space refused (${how}) at each of ${refusals.length - 1} requests, 0 entries lost`,
    );
  },
  120_000,
);
