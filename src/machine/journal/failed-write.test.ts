import { type FileHandle, mkdtemp, open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { AgentEvent } from "../../core/events";
import type { ProcessLock } from "./process-lock";
import { readJournal } from "./read-journal";
import { firstLink, header } from "./record";
import { TaskJournal } from "./task-journal";

const key = new Uint8Array(32).fill(7);

/** A real file whose writes fail while `full` is set. */
async function journalOnDisk() {
  const path = join(await mkdtemp(join(tmpdir(), "hearth-full-")), "t1.journal");
  const real = await open(path, "w+");
  await real.write(header, 0, header.length, 0);
  const disk = { full: false };
  const file = new Proxy(real, {
    get(target, name) {
      if (name === "write" && disk.full) {
        return async () => {
          throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
        };
      }
      const value = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  }) as FileHandle;
  const lock = { isHeld: async () => true, release: async () => undefined } as unknown as ProcessLock;
  const target = { file, lock, key, link: firstLink(key, "t1"), sequence: 0, position: header.length };
  return { journal: new TaskJournal([], [], undefined, target), disk, path };
}

function said(seq: number): AgentEvent {
  return { v: 1, seq, at: 0, taskId: "t1", type: "user_said", text: `message ${seq}`, attachments: [], by: "user" };
}

test("R-11: what could not be written on a full disk is written with the next record, and nothing is missing between", async () => {
  const { journal, disk, path } = await journalOnDisk();
  await journal.append(said(0));
  disk.full = true;
  await expect(journal.append(said(1))).rejects.toMatchObject({ code: "journal_not_written" });
  await expect(journal.append(said(2))).rejects.toMatchObject({ code: "journal_not_written" });
  disk.full = false;

  await journal.append(said(3));
  await journal.close();

  const { events, damagedBytes } = await readJournal(path, "t1", key);
  expect(events.map((event) => event.seq)).toEqual([0, 1, 2, 3]);
  expect(damagedBytes).toBe(0);
});
