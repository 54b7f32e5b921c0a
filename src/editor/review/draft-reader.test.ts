import { expect, test, vi } from "vitest";
import { MemoryFiles } from "../../../test/fakes/ports";
import type { AgentEvent, NewEvent } from "../../core/events";
import { DraftReader } from "./draft-reader";
import type { Drafting } from "./drafting";

const base = "one\ntwo\nthree\n";
const args = JSON.stringify({ path: "a.txt", edits: [{ old_text: "two\n", new_text: "2\n2.5\n" }] });

function start({ asks = true, pauseMs = 500 } = {}) {
  const seen: string[] = [];
  const drafting = {
    begin: ({ path, target }: { path: string; target: string }) => {
      seen.push(`begin ${path}: ${target}`);
      return "d1";
    },
    grow: (_: string, target: string) => seen.push(`grow: ${target}`),
    drop: async () => void seen.push("drop"),
  } as unknown as Drafting;
  const log = { info: () => undefined, warn: () => undefined, error: (error: Error) => seen.push(error.message) };
  const files = new MemoryFiles({ "a.txt": base });
  const reader = new DraftReader(drafting, { files, asks: () => asks, log });
  const happen = async (event: NewEvent) => {
    reader.take({ v: 1, seq: 0, at: 0, taskId: "t1", ...event } as AgentEvent);
    await vi.advanceTimersByTimeAsync(pauseMs);
  };
  const write = (text: string, name = "edit_file") =>
    happen({ type: "reply_delta", turn: 1, kind: "call", text, name });
  const finish = (...names: string[]) =>
    happen({
      type: "reply_finished",
      turn: 1,
      text: "",
      reasoning: "",
      calls: names.map((name, index) => ({ id: `c${index}`, name, arguments: "{}" })),
      timings: { totalMs: 1 },
      stop: "stop",
    });
  const done = (callId: string) =>
    happen({ type: "action_finished", actionId: `a-${callId}`, callId, outcome: "done", text: "" });
  return { seen, happen, write, finish, done };
}

async function withFakeTime(body: () => Promise<void>): Promise<void> {
  vi.useFakeTimers();
  try {
    await body();
  } finally {
    vi.useRealTimers();
  }
}

test("an edit is shown from the moment its place is known, and grows", () =>
  withFakeTime(async () => {
    const { seen, write } = start();
    const place = args.indexOf("2.5");
    await write(args.slice(0, 20));
    expect(seen).toEqual([]);
    await write(args.slice(20, place));
    await write(args.slice(place));
    expect(seen).toEqual(["begin a.txt: one\n2\nthree\n", "grow: one\n2\n2.5\nthree\n"]);
  }));

test("the draft stays while earlier calls of its reply run, and goes with its own", () =>
  withFakeTime(async () => {
    const { seen, write, finish, done } = start();
    await write(args);
    await finish("read_file", "edit_file");
    await done("c0");
    expect(seen).toHaveLength(1);
    await done("c1");
    expect(seen.at(-1)).toBe("drop");
  }));

test("a reply that is whole before its draft could be shown goes straight to its proposal", () =>
  withFakeTime(async () => {
    const { seen, write, finish, done } = start({ pauseMs: 0 });
    await write(args);
    await finish("edit_file");
    await vi.advanceTimersByTimeAsync(1_000);
    await done("c0");
    expect(seen).toEqual([]);
  }));

test("a draft whose call never came is dropped", () =>
  withFakeTime(async () => {
    const { seen, write, finish } = start();
    await write(args);
    await finish();
    expect(seen.at(-1)).toBe("drop");
  }));

test("nothing is shown of other tools, of edits that do not ask, and of what lies outside", () =>
  withFakeTime(async () => {
    const plain = start();
    await plain.write('{"command":"make"}', "run_command");
    const trusted = start({ asks: false });
    await trusted.write(args);
    const outside = start();
    await outside.write(JSON.stringify({ path: "/etc/passwd", content: "x\ny\n" }), "write_file");
    expect([...plain.seen, ...trusted.seen, ...outside.seen]).toEqual([]);
  }));
