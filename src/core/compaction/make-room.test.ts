import fc from "fast-check";
import { expect, test } from "vitest";
import { begunTask, fakes, MemoryFiles, user } from "../../../test/fakes/ports";
import { calls, fails, fakeEndpoint, ScriptedModel, says } from "../../../test/fakes/scripted-model";
import { AgentEvent, type EventOf, type NewEvent } from "../events";
import { messagesOf, requestOf } from "../messages";
import type { Message, Model, ModelRequest, Reply } from "../ports";
import { charactersOf } from "../tokens";
import { promptLimit } from "./budget";
import { makeRoom } from "./make-room";

type Turn = ConstructorParameters<typeof ScriptedModel>[0][number];

function modelWith(contextWindow: number | undefined, turns: Turn[]): ScriptedModel {
  const { contextWindow: _, ...rest } = fakeEndpoint;
  const endpoint = contextWindow === undefined ? rest : { ...rest, contextWindow };
  return Object.assign(new ScriptedModel(turns), { endpoint });
}

const file = (lines: number) => Array.from({ length: lines }, (_, at) => `const value${at} = ${at};`).join("\n");
const compactions = (events: readonly AgentEvent[]) => events.filter((event) => event.type === "context_compacted");
const size = (request: ModelRequest | undefined) => (request ? charactersOf(request) / 3.6 : 0);

test("rule 1: a request never grows beyond what the window leaves for it; old results become one line each", async () => {
  const files = Object.fromEntries(Array.from({ length: 12 }, (_, at) => [`f${at}.js`, file(250)]));
  const reads = Object.keys(files).map((path) => calls(["read_file", { path }]));
  const model = modelWith(16_384, [...reads, says("Read them all.")]);
  const task = await begunTask(fakes({ model, files: new MemoryFiles(files) }));

  expect(await task.say(user("Read everything"))).toMatchObject({ reason: "answered" });

  for (const request of model.requests) {
    expect(size(request)).toBeLessThanOrEqual(promptLimit(16_384));
  }
  const [first] = compactions(task.events) as EventOf<"context_compacted">[];
  expect(first).toMatchObject({ why: "window", limit: promptLimit(16_384) });
  expect(first?.replaced).toBeUndefined();
  expect(first?.shortened[0]?.text).toBe(
    "[read_file f0.js: 250 lines. Left out to make room; call it again if you need it.]",
  );
  expect(first?.tokensAfter).toBeLessThan((first?.tokensBefore ?? 0) * 0.75);
});

test("rule 16: system text and tools stay the same bytes, and between compactions each request continues the one before", async () => {
  const files = { "a.js": file(150) };
  const reads = Array.from({ length: 14 }, (_, at) => calls(["read_file", { path: "a.js", from: at + 1 }]));
  const model = modelWith(16_384, [...reads, says("Done.")]);
  const task = await begunTask(fakes({ model, files: new MemoryFiles(files) }));

  await task.say(user("Read"));

  const breaks = model.requests.filter((request, index) => {
    const before = model.requests[index - 1];
    const { messages = [] } = before ?? {};
    expect([request.system, request.tools]).toEqual([model.requests[0]?.system, model.requests[0]?.tools]);
    return JSON.stringify(request.messages.slice(0, messages.length)) !== JSON.stringify(messages);
  });
  expect(breaks.length).toBe(compactions(task.events).length);
  expect(breaks.length).toBeGreaterThan(0);
  expect(breaks.length).toBeLessThan(5);
});

const talk = (at: number) => `Thought number ${at}: ${"the amount is wrong here ".repeat(60)}`;

test("rule 3: when notes are not enough the model sums up, within a request that fits and the same prefix", async () => {
  const answer = (request: ModelRequest): Reply =>
    request.messages.at(-1)?.text.startsWith("[There is no room")
      ? says("The user wants the amount fixed. basket.js line 3 subtracts the voucher. Next: use Math.max.")
      : { ...calls(["list_files", { depth: request.messages.length }]), text: talk(request.messages.length) };
  const model = modelWith(8_192, [...Array.from({ length: 14 }, () => answer), says("Done.")]);
  const task = await begunTask(fakes({ model }));

  await task.say(user("Fix the basket"));

  const summaries = model.requests.filter((request) => request.replyTokens !== undefined);
  const [event] = compactions(task.events) as EventOf<"context_compacted">[];
  expect(summaries.length).toBe(compactions(task.events).length);
  for (const request of summaries) {
    expect(size(request) + (request.replyTokens ?? 0)).toBeLessThan(8_192);
    expect([request.system, request.tools]).toEqual([model.requests[0]?.system, model.requests[0]?.tools]);
  }
  expect(event?.replaced).toMatchObject({ by: "model", text: expect.stringContaining("line 3 subtracts the voucher") });
  const next = model.requests[model.requests.indexOf(summaries[0] as ModelRequest) + 1];
  expect(next?.messages[0]).toMatchObject({ role: "user", text: expect.stringContaining("1. Fix the basket") });
  expect(next?.messages[0]?.text).toContain("[mode: act]");
  expect(next?.messages[1]).toMatchObject({ role: "assistant" });
});

test("rule 3: a model that cannot sum up is no reason to fail: a list of the steps stands for them", async () => {
  const model = modelWith(8_192, [
    ...Array.from(
      { length: 14 },
      () =>
        (request: ModelRequest): Reply =>
          request.messages.at(-1)?.text.startsWith("[There is no room")
            ? fails("no")
            : { ...calls(["list_files", { depth: request.messages.length }]), text: talk(request.messages.length) },
    ),
    says("Done."),
  ]);
  const task = await begunTask(fakes({ model }));

  expect(await task.say(user("Fix the basket"))).toMatchObject({ reason: "answered" });

  const [event] = compactions(task.events) as EventOf<"context_compacted">[];
  expect(event?.replaced).toMatchObject({
    by: "hearth",
    text: expect.stringContaining("- You said: Thought number 1: the amount is wrong"),
  });
  expect(event?.replaced?.text).toContain("- list_files");
});

test("rule 3: a summary is not asked for when the question would not fit itself", async () => {
  const model = modelWith(8_192, [
    ...Array.from({ length: 6 }, (_, at) => calls(["list_files", { depth: at + 1 }])),
    says("Done."),
    says("I read it."),
  ]);
  const task = await begunTask(fakes({ model }));
  await task.say(user("Look"));

  await task.say(user("word ".repeat(5_000)));

  expect(model.requests.filter(({ replyTokens }) => replyTokens !== undefined)).toEqual([]);
});

test("no summary is asked for a moment after another one; the one before stands until then", async () => {
  const summary = "The user wants the basket fixed; basket.js subtracts the voucher; next: use Math.max.";
  const long = "the amount is wrong here ".repeat(180);
  const model = modelWith(8_192, [
    ...Array.from(
      { length: 24 },
      () =>
        (request: ModelRequest): Reply =>
          request.messages.at(-1)?.text.startsWith("[There is no room")
            ? says(summary)
            : {
                ...calls(["list_files", { depth: request.messages.length }]),
                text: `${request.messages.length} ${long}`,
              },
    ),
  ]);
  const task = await begunTask(fakes({ model }));

  await task.say(user("Fix the basket"));

  const asked = model.requests.flatMap(({ replyTokens }, index) => (replyTokens === undefined ? [] : [index]));
  expect(asked.length).toBeGreaterThan(1);
  for (const [at, index] of asked.slice(1).entries()) {
    expect(index - (asked[at] ?? 0)).toBeGreaterThan(4);
  }
  const listed = compactions(task.events).find((event) => "replaced" in event && event.replaced?.by === "hearth");
  expect(listed).toMatchObject({ replaced: { text: expect.stringContaining(summary) } });
  expect(listed).toMatchObject({ replaced: { text: expect.stringMatching(/What you did after that:\n- You said/) } });
});

test("the plan, every word of the user and the files that changed outlive a compaction", async () => {
  const steps = [{ title: "Clamp the amount", files: ["basket.js"], check: "npm test" }];
  const events: NewEvent[] = [
    said("Fix the basket"),
    ...turn(1, "t ".repeat(9_000)),
    { type: "plan_proposed", actionId: "p", plan: { steps: [{ id: "1", done: false, ...steps[0] } as never] } },
    { type: "plan_approved", actionId: "p", plan: { steps: [{ id: "1", done: false, ...steps[0] } as never] } },
    { ...finished("c1"), changed: ["basket.js"] },
    said("And keep the API"),
    ...turn(2, "ok"),
    said("Use Math.max"),
  ];

  const text = await compacted(events, 4_000);

  expect(text).toContain("1. Fix the basket\n2. And keep the API\n3. Use Math.max");
  expect(text).toContain("The plan, approved:\n1. [open] Clamp the amount (basket.js) Check: npm test");
  expect(text).toContain("Files changed so far: basket.js");
});

test("results that the model has not read yet keep their ends when they alone are too long", async () => {
  const long = Array.from({ length: 3_000 }, (_, at) => `line ${at}`).join("\n");
  const model = modelWith(8_192, [calls(["run_command", { command: "make" }]), says("I see.")]);
  const given = fakes({ model });
  given.shell.result = { exitCode: 1, output: long, durationMs: 1, ended: "exited" };
  given.approver.answers.push({ allow: true });
  const task = await begunTask(given);

  expect(await task.say(user("Build"))).toMatchObject({ reason: "answered" });

  const seen = model.lastSeen.at(-1)?.text ?? "";
  expect(seen).toMatch(/^line 0\n/);
  expect(seen).toMatch(/exit code 1\]$/);
  expect(seen).toMatch(/\[… \d+ characters left out …\]/);
  expect(size(model.requests.at(-1))).toBeLessThan(promptLimit(8_192));
});

const overflow = (): Reply => ({
  ...says(""),
  stop: "error",
  trouble: { code: "overflow", message: "Too long.", remedy: "Start anew." },
});

test("rule 6: an overflow that the server reports leads to a shorter request and one more try, and is no trouble then", async () => {
  const files = { "a.js": file(150) };
  const reads = Array.from({ length: 6 }, (_, at) => calls(["read_file", { path: "a.js", from: at + 1 }]));
  const model = modelWith(undefined, [...reads, overflow(), says("Done.")]);
  const task = await begunTask(fakes({ model, files: new MemoryFiles(files) }));

  expect(await task.say(user("Read"))).toMatchObject({ reason: "answered", text: "Done." });

  expect(compactions(task.events)).toHaveLength(1);
  expect(compactions(task.events)[0]).toMatchObject({ why: "overflow" });
  expect(size(model.requests.at(-1))).toBeLessThan(size(model.requests.at(-2)) * 0.7);
});

test("rule 7: what the server refused is never sent the same once more", async () => {
  const model = modelWith(16_384, [overflow()]);
  const task = await begunTask(fakes({ model }));

  expect(await task.say(user("Hi"))).toMatchObject({ reason: "model_failed", trouble: { code: "overflow" } });
  expect(model.requests).toHaveLength(1);
});

test("a message that can never fit is said to be the cause, with what to do", async () => {
  const model = modelWith(8_192, [overflow()]);
  const task = await begunTask(fakes({ model }));

  const ending = await task.say(user("word ".repeat(20_000)));

  expect(ending?.trouble).toMatchObject({
    code: "message_too_long",
    message: expect.stringMatching(/about 2\d,\d{3} tokens.*8,192 in all, instructions and reply included/),
    remedy: expect.stringContaining("larger context"),
  });
});

test("rule 2: an empty answer to a long prompt is taken as an overflow, to a short one as what it is", async () => {
  const empty = (): Reply => ({
    ...overflow(),
    trouble: { code: "empty_answer", message: "Nothing.", remedy: "Again." },
  });
  const files = { "a.js": file(150) };
  const reads = Array.from({ length: 6 }, (_, at) => calls(["read_file", { path: "a.js", from: at + 1 }]));
  const long = modelWith(undefined, [...reads, empty(), says("Done.")]);
  const task = await begunTask(fakes({ model: long, files: new MemoryFiles(files) }));
  expect(await task.say(user("Read"))).toMatchObject({ reason: "answered" });

  const short = await begunTask(fakes({ model: modelWith(undefined, [empty()]) }));
  expect(await short.say(user("Hi"))).toMatchObject({ reason: "model_failed", trouble: { code: "empty_answer" } });
});

test("an empty reply is an overflow when it is counted, or without a count estimated, to fill the window", async () => {
  const files = { "a.js": file(150) };
  const reads = Array.from({ length: 6 }, (_, at) => calls(["read_file", { path: "a.js", from: at + 1 }]));
  const overflowsAt = async (promptTokens: number | undefined, window: number | "unknown" = 12_288) => {
    const usage = promptTokens === undefined ? {} : { usage: { promptTokens, completionTokens: 0 } };
    const model = modelWith(window === "unknown" ? undefined : window, [
      ...reads,
      { ...says(""), ...usage },
      says("Done."),
      says("Done."),
    ]);
    const task = await begunTask(fakes({ model, files: new MemoryFiles(files) }));
    expect(await task.say(user("Read"))).toMatchObject({ reason: "answered" });
    return compactions(task.events).some((event) => event.type === "context_compacted" && event.why === "overflow");
  };

  expect([await overflowsAt(13_000), await overflowsAt(undefined), await overflowsAt(7_000)]).toEqual([
    true,
    true,
    false,
  ]);
  expect(await overflowsAt(9_000, "unknown"), "a count where no window is known says nothing of one").toBe(false);
});

test("rule 2: after a prompt that the server cut, the next request stays within what it read", async () => {
  const files = { "a.js": file(150) };
  const reads = Array.from({ length: 6 }, (_, at) => calls(["read_file", { path: "a.js", from: at + 1 }]));
  const cut = {
    ...calls(["list_files", {}]),
    usage: { promptTokens: 4_000, completionTokens: 5 },
    trouble: { code: "prompt_cut", message: "It dropped a part.", remedy: "Load it with more." },
  };
  const model = modelWith(undefined, [...reads, cut, says("Done.")]);
  const task = await begunTask(fakes({ model, files: new MemoryFiles(files) }));

  expect(await task.say(user("Read"))).toMatchObject({ reason: "answered" });
  expect(size(model.requests.at(-1))).toBeLessThanOrEqual(4_000);
});

test("a count below what system text and tools have is no limit for the next request", async () => {
  const cut = {
    ...calls(["list_files", {}]),
    usage: { promptTokens: 27, completionTokens: 5 },
    trouble: { code: "prompt_cut", message: "It dropped a part.", remedy: "Load it with more." },
  };
  const files = { "a.js": file(150) };
  const reads = Array.from({ length: 3 }, (_, at) => calls(["read_file", { path: "a.js", from: at + 1 }]));
  const model = modelWith(undefined, [...reads, cut, says("Done.")]);
  const task = await begunTask(fakes({ model, files: new MemoryFiles(files) }));

  await task.say(user("Read"));

  expect(compactions(task.events)).toEqual([]);
});

test("what the user was shown before it was sent is not rewritten", async () => {
  const files = { "a.js": file(150) };
  const reads = Array.from({ length: 12 }, (_, at) => calls(["read_file", { path: "a.js", from: at + 1 }]));
  const model = Object.assign(modelWith(8_192, [...reads, says("Done.")]), { historyIsFixed: true });
  const task = await begunTask(fakes({ model, files: new MemoryFiles(files) }));

  await task.say(user("Read"));

  expect(compactions(task.events)).toEqual([]);
});

test("the estimate follows what the server counted", async () => {
  const counted = (characters: number) => ({ promptTokens: Math.round(characters / 2), completionTokens: 1 });
  const reply = (request: ModelRequest): Reply => ({
    ...calls(["list_files", { depth: request.messages.length }]),
    usage: counted(charactersOf(request)),
  });
  const model = modelWith(65_536, [reply, says("Done.")]);
  const task = await begunTask(fakes({ model }));

  await task.say(user("Look"));

  const [first, second] = task.events.filter((event) => event.type === "turn_started") as EventOf<"turn_started">[];
  expect(first?.estimatedTokens).toBe(Math.ceil((first?.characters ?? 0) / 3.6));
  expect(second?.estimatedTokens).toBeCloseTo((second?.characters ?? 0) / 2, -1);
});

test("stopping while the summary is written leaves the conversation as it was", async () => {
  const stopping = (async () => {
    task.stop();
    return { ...says("half a summary that is long enough to be taken for one"), stop: "aborted" as const };
  }) satisfies Turn;
  const model = modelWith(8_192, [
    ...Array.from(
      { length: 14 },
      () => (request: ModelRequest) =>
        request.messages.at(-1)?.text.startsWith("[There is no room")
          ? stopping()
          : { ...calls(["list_files", { depth: request.messages.length }]), text: talk(request.messages.length) },
    ),
    { ...says(""), stop: "aborted" },
  ]);
  const task = await begunTask(fakes({ model }));

  expect(await task.say(user("Fix the basket"))).toMatchObject({ reason: "stopped" });
  expect(compactions(task.events)).toEqual([]);
});

let numbered = 0;
const said = (text: string): NewEvent => ({ type: "user_said", text, attachments: [], by: "user" });
const finished = (callId: string, text = "Changed it."): Extract<NewEvent, { type: "action_finished" }> => ({
  type: "action_finished",
  actionId: callId,
  callId,
  outcome: "done",
  text,
});

function turn(turn: number, text: string, ids: string[] = [`c${turn}`], result = "Changed it."): NewEvent[] {
  return [
    { type: "turn_started", turn, estimatedTokens: 1, endpoint: fakeEndpoint },
    {
      type: "reply_finished",
      turn,
      text,
      reasoning: "",
      calls: ids.map((id) => ({ id, name: "read_file", arguments: `{"path":"f${numbered++}"}` })),
      timings: { totalMs: 1 },
      stop: "stop",
    },
    ...ids.map((id) => finished(id, result)),
  ];
}

function stamped(events: readonly NewEvent[]): AgentEvent[] {
  const start: NewEvent = {
    type: "task_started",
    title: "T",
    mode: "act",
    endpoint: fakeEndpoint,
    prompt: { system: "Be kind.", tools: [{ name: "read_file", description: "Reads.", parameters: {} }] },
  };
  return [start, ...events].map((event, seq) => ({ v: 1, seq, at: 0, taskId: "t", ...event }) as AgentEvent);
}

/** The events after room was made once; the same when there was nothing to leave out. */
async function afterRoom(events: readonly NewEvent[], limit: number, summary = ""): Promise<AgentEvent[]> {
  const log = stamped(events);
  const model = modelWith(
    undefined,
    Array.from({ length: 3 }, () => says(summary)),
  );
  for await (const event of makeRoom(
    log,
    model as Model,
    { limit, ceiling: limit * 1.3, ratio: 0.25 },
    "window",
    never,
  )) {
    log.push({ v: 1, seq: log.length, at: 0, taskId: "t", ...event } as AgentEvent);
  }
  return log;
}

const never = new AbortController().signal;

async function compacted(events: readonly NewEvent[], limit: number): Promise<string> {
  return messagesOf(await afterRoom(events, limit))[0]?.text ?? "";
}

/** Whether every server would take these messages: user and assistant in turn, a result for every call. */
function isInOrder(messages: readonly Message[]): boolean {
  const open = new Set<string>();
  return messages.every((message, index) => {
    const before = messages[index - 1];
    if (message.role === "tool") {
      return open.delete(message.callId);
    }
    if (open.size > 0) {
      return false;
    }
    if (message.role === "assistant") {
      for (const call of message.calls) {
        open.add(call.id);
      }
      return before !== undefined && before.role !== "assistant";
    }
    return before === undefined || before.role === "assistant";
  });
}

const anyTurn = fc.record({
  text: fc.integer({ min: 0, max: 3_000 }).map((length) => "w ".repeat(length / 2)),
  results: fc.array(fc.integer({ min: 0, max: 8_000 }), { maxLength: 4 }),
  saysBefore: fc.option(fc.integer({ min: 1, max: 4_000 }), { freq: 4 }),
});

test("rule 14: whatever is left out, user and assistant take turns, every call has its result, and the record alone decides", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyTurn, { minLength: 1, maxLength: 14 }),
      fc.integer({ min: 200, max: 12_000 }),
      fc.constantFrom("", "A summary of everything that was found so far, in short points."),
      async (turns, limit, summary) => {
        const events: NewEvent[] = [said("Begin")];
        for (const [at, one] of turns.entries()) {
          if (one.saysBefore !== null && at > 0) {
            events.push(said("u".repeat(one.saysBefore)));
          }
          const ids = one.results.map((_, index) => `c${at}-${index}`);
          const text = ids.length === 0 && one.text === "" ? "ok" : one.text;
          const [started, reply] = turn(at + 1, text, ids);
          events.push(started as NewEvent, reply as NewEvent);
          events.push(...one.results.map((length, index) => finished(`c${at}-${index}`, "r".repeat(length))));
        }
        const before = stamped(events);
        fc.pre(isInOrder(messagesOf(before)));
        const after = await afterRoom(events, limit, summary);

        const request = requestOf(after);
        expect(isInOrder(request.messages)).toBe(true);
        expect(request.system).toBe("Be kind.");
        expect(charactersOf(request)).toBeLessThanOrEqual(charactersOf(requestOf(before)));
        const reread = after.map((event) => AgentEvent.parse(JSON.parse(JSON.stringify(event))));
        expect(messagesOf(reread)).toEqual(request.messages);
        const more = [...after, { ...(after.at(-1) as AgentEvent), ...said("More"), seq: after.length } as AgentEvent];
        expect(messagesOf(more).slice(0, request.messages.length)).toEqual(request.messages);
      },
    ),
    { numRuns: 150 },
  );
});
