import { expect, test } from "vitest";
import type { LedgerEntry } from "../../net/ledger";
import { usualHere } from "../status/name-here";
import { viewLedger, weeklyLine } from "./view-ledger";

let count = 0;
function entry(more: Partial<LedgerEntry> = {}): LedgerEntry {
  count += 1;
  return {
    id: `e${count}`,
    at: count,
    purpose: "chat",
    host: "127.0.0.1",
    address: "127.0.0.1",
    where: "machine",
    method: "POST",
    path: "/v1/chat/completions",
    status: 200,
    bytesOut: 1_000,
    bytesIn: 10,
    durationMs: 1,
    ...more,
  };
}

const none = { requests: 0, bytesOut: 0, bytesIn: 0 };
const quiet = { machine: none, network: none, internet: none, hosts: [] };
const facts = {
  sentence: "s",
  traffic: { today: quiet, week: quiet },
  titles: new Map([["t1", "Fix it"]]),
  days: 7,
  here: usualHere,
};

test("the weekly line counts tasks that stayed, tasks that went out, and the bytes that left", () => {
  expect(weeklyLine([])).toBe(
    "In the last seven days no task worked on this machine alone, no task went out, and nothing left this machine.",
  );
  expect(
    weeklyLine([
      entry({ taskId: "t1" }),
      entry({ taskId: "t1" }),
      entry({ taskId: "t2" }),
      entry({ taskId: "t3" }),
      entry({ taskId: "t3", where: "internet", grant: "g", bytesOut: 12_000 }),
      entry({ taskId: "t4", where: "internet", bytesOut: 0, refused: "not local" }),
      entry({ purpose: "look for models", where: "network", bytesOut: 500 }),
      entry({ taskId: "t5", forwardedTo: "ollama.com", bytesOut: 500 }),
    ]),
  ).toBe(
    "In the last seven days 2 tasks worked on this machine alone, 2 tasks went out, and 13.0 kB left this machine.",
  );
});

test("the newest request stands first, under the title of its task where that is known", () => {
  const view = viewLedger({
    ...facts,
    entries: [entry({ id: "old", taskId: "t1" }), entry({ id: "new", taskId: "elsewhere" })],
    week: [],
    trouble: undefined,
  });
  expect(view.lines.map(({ id, task }) => [id, task])).toEqual([
    ["new", "elsewhere"],
    ["old", "Fix it"],
  ]);
  expect(view.more).toBe(0);
});

test("a long record is cut at its newest thousand, and says how much more there is", () => {
  const entries = Array.from({ length: 1_234 }, () => entry());
  const view = viewLedger({ ...facts, entries, week: [], trouble: undefined });
  expect(view.lines).toHaveLength(1_000);
  expect(view.lines[0]?.id).toBe(entries.at(-1)?.id);
  expect(view.more).toBe(234);
});

test("a record that cannot be written says so on its page", () => {
  const trouble = { code: "ledger_unwritable", message: "It cannot be written.", remedy: "Make room." };
  expect(viewLedger({ ...facts, entries: [], week: [], trouble }).trouble).toBe("It cannot be written. Make room.");
});

test("S-N6 where Hearth runs elsewhere, the record says what “this machine” is", () => {
  const shown = (here: string) => viewLedger({ ...facts, here, entries: [], week: [], trouble: undefined }).here;
  expect(shown("in the container 3f2a")).toBe("in the container 3f2a");
  expect(shown(usualHere)).toBeUndefined();
});
