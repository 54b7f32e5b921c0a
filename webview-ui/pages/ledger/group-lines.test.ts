import { expect, test } from "vitest";
import type { LedgerLine } from "../../../src/protocol/pages";
import { groupLines } from "./group-lines";

let count = 0;
function line(more: Partial<LedgerLine> = {}): LedgerLine {
  count += 1;
  return {
    id: `${count}`,
    at: 1_000_000 - count,
    purpose: "look for models",
    host: "127.0.0.1",
    address: "127.0.0.1",
    where: "machine",
    method: "GET",
    path: "/",
    status: 200,
    bytesOut: 10,
    bytesIn: 10,
    durationMs: 1,
    ...more,
  };
}

test("a search for models is one line, however much it asked", () => {
  expect(groupLines([line(), line(), line()]).map(({ lines }) => lines.length)).toEqual([3]);
});

test("what a task asked, what left and what was refused always has a line of its own", () => {
  const rows = groupLines([
    line({ purpose: "chat", task: "Fix" }),
    line({ purpose: "chat", task: "Fix" }),
    line({ grant: "g" }),
    line({ where: "internet" }),
    line({ where: "internet" }),
    line({ forwardedTo: "ollama.com" }),
    line({ forwardedTo: "ollama.com" }),
    line({ refused: "not local" }),
    line({ refused: "not local" }),
  ]);
  expect(rows.map(({ lines }) => lines.length)).toEqual(Array.from({ length: 9 }, () => 1));
});

test("the requests of a check-up are one line, and those of a task are not among them", () => {
  const checkUp = () => line({ purpose: "check-up", model: "m" });
  const rows = groupLines([line({ purpose: "chat" }), checkUp(), checkUp(), checkUp(), line({ purpose: "chat" })]);
  expect(rows.map(({ lines }) => lines.length)).toEqual([1, 3, 1]);
});

test("searches at other places or other times stay apart", () => {
  const rows = groupLines([line(), line({ address: "::1" }), line({ at: 0, address: "::1" })]);
  expect(rows.map(({ lines }) => lines.length)).toEqual([1, 1, 1]);
});
