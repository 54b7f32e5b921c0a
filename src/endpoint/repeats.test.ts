import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fakes, MemoryFiles, portsOf, user } from "../../test/fakes/ports";
import { calls, type ModelServer, type ScriptedReply, says, startModelServer } from "../../test/support/model-server";
import { Task } from "../core/task";
import { Gateway } from "../net/gateway";
import { Ledger } from "../net/ledger";
import { OpenAiModel } from "./model";

let folder: string;
let server: ModelServer;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "hearth-repeats-"));
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

const sentence = "I will now look at the file once more to be sure. ";
/** Far more than any reply: whoever reads to its end waits for minutes. */
const endless = (before: string, more: ScriptedReply = {}) =>
  says([before, ...Array.from({ length: 60_000 }, () => sentence)], { betweenMs: 1, ...more });

async function work(script: ScriptedReply[]) {
  server = await startModelServer({ script });
  const model = new OpenAiModel({
    endpoint: { name: "T", model: "test-model", baseUrl: server.baseUrl, locality: "machine", practice: false },
    kind: "generic",
    gateway: new Gateway({ ledger: new Ledger(folder) }),
    keys: { get: async () => undefined },
  });
  const given = fakes({ files: new MemoryFiles({ "a.js": "const a = 1;\n" }) });
  const task = new Task("t1", { ...portsOf(given), model: () => model });
  await task.begin({ mode: "act", title: "A task", endpoint: model.endpoint });
  const ending = await task.say(user("Look at a.js"));
  expect(given.bugs).toEqual([]);
  return { ending, replies: task.events.filter((event) => event.type === "reply_finished") };
}

const messagesOf = (index: number) =>
  (server.chats.map(({ body }) => body) as { messages: { role: string; content: string }[] }[])[index]?.messages ?? [];

test("failure 27: a reply that repeats itself without end is stopped, the user is told, and the task goes on by another way", async () => {
  const { ending, replies } = await work([
    endless("Let me see.\n"),
    calls("read_file", { path: "a.js" }),
    says("It holds one constant."),
  ]);

  expect(ending).toEqual({ reason: "answered", text: "It holds one constant." });
  expect(replies[0]).toMatchObject({
    stop: "length",
    calls: [],
    text: `Let me see.\n${sentence.repeat(2)}\n[the same again and again]`,
    trouble: {
      code: "repeats",
      message: expect.stringMatching(
        /^test-model wrote the same text over and over \(“.*”\), so its reply was stopped there\.$/,
      ),
    },
  });
  expect(server.chats[0]?.abandonedAt).toBeDefined();
  expect(server.bytes.out).toBeLessThan(2_000_000);
  expect(messagesOf(1).at(-1)).toMatchObject({ role: "user", content: expect.stringMatching(/take another way/) });
  expect(JSON.stringify(messagesOf(1)).length).toBeLessThan(JSON.stringify(messagesOf(0)).length + 1_000);
  expect(messagesOf(2).slice(0, messagesOf(1).length)).toEqual(messagesOf(1));
});

test("thoughts that repeat themselves are stopped as well, and the second time the user decides", async () => {
  const thoughts = Array.from({ length: 60_000 }, () => sentence);
  const { ending, replies } = await work([
    { reasoning: thoughts, betweenMs: 1 },
    { reasoning: thoughts, betweenMs: 1 },
  ]);

  expect(ending).toMatchObject({ reason: "stuck", trouble: { code: "repeats" } });
  expect(replies.map(({ reasoning }) => reasoning)).toEqual(
    [0, 1].map(() => `${sentence.repeat(2)}\n[the same again and again]`),
  );
  expect(server.chats).toHaveLength(2);
});

test("a call whose arguments never end is not run, and one that was whole before it is", async () => {
  const { ending, replies } = await work([
    {
      calls: [
        { name: "read_file", arguments: { path: "a.js" } },
        { name: "write_file", arguments: `{"path":"a.js","content":"${"const again = 1;\\n".repeat(20_000)}` },
      ],
      callPieces: 200,
      betweenMs: 1,
    },
    says("It holds one constant."),
  ]);

  expect(ending).toMatchObject({ reason: "answered" });
  expect(replies[0]?.calls.map(({ name }) => name)).toEqual(["read_file"]);
  expect(replies[0]?.trouble?.code).toBe("repeats");
});

test("a model that repeats a line a hundred times and comes to an end is not stopped", async () => {
  const lines = "I will not push to main on a Friday.\n".repeat(100);
  const { ending } = await work([says(lines)]);

  expect(ending).toEqual({ reason: "answered", text: lines });
});
