import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fakes, MemoryFiles, portsOf, user } from "../../test/fakes/ports";
import {
  calls,
  fails,
  type ModelServer,
  type RecordedRequest,
  type ScriptedReply,
  says,
  startModelServer,
} from "../../test/support/model-server";
import { FixedWindow, LlamaCpp, LmStudio, Ollama, type Personality } from "../../test/support/personalities";
import type { AgentEvent } from "../core/events";
import { Task } from "../core/task";
import { Gateway } from "../net/gateway";
import { Ledger } from "../net/ledger";
import { factsKey, MemoryLearned } from "./learned";
import { OpenAiModel } from "./model";

let folder: string;
let gateway: Gateway;
let server: ModelServer;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "hearth-long-"));
  gateway = new Gateway({ ledger: new Ledger(folder) });
});

afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

const file = Array.from({ length: 220 }, (_, at) => `export const value${at} = compute(${at});`).join("\n");

/** A task that reads more than any small window holds: what a person's real task does after ten minutes. */
async function longTask(model: string, fileCount = 16, learned = new MemoryLearned()): Promise<Task> {
  const options = {
    endpoint: { name: "Test", model, baseUrl: server.baseUrl, locality: "machine" as const, practice: false },
    kind: "generic" as const,
    gateway,
    keys: { get: async () => undefined },
    learned,
    timing: { tickMs: 50, retryMs: 10, idleMs: 50 },
  };
  const behind = new OpenAiModel(options);
  const files = new MemoryFiles(Object.fromEntries(Array.from({ length: fileCount }, (_, at) => [`f${at}.ts`, file])));
  const task = new Task("t1", { ...portsOf(fakes({ files })), maxSteps: 60, model: () => behind });
  await task.begin({ mode: "act", title: "A task", endpoint: behind.endpoint });
  return task;
}

/** Reads file after file, also again what was left out, and then says that it is done. */
function reader(turns: number) {
  return (request: RecordedRequest, index: number) => {
    const { messages } = request.body as { messages: { role: string; content: string }[] };
    if (messages.at(-1)?.content.startsWith("[There is no room")) {
      return says("The user wants everything read. So far all files hold computed values. Next: read on.");
    }
    return index < turns ? calls("read_file", { path: `f${index}.ts` }) : says("I have read everything.");
  };
}

const compactions = (events: readonly AgentEvent[]) => events.filter((event) => event.type === "context_compacted");

const servers: [name: string, model: string, personality: () => Personality][] = [
  ["llama-server", "qwen.gguf", () => new LlamaCpp({ model: "qwen.gguf", context: 12_288 })],
  ["vLLM", "qwen", () => new FixedWindow({ kind: "vllm", model: "qwen", window: 12_288 })],
  ["SGLang", "qwen", () => new FixedWindow({ kind: "sglang", model: "qwen", window: 12_288 })],
  ["LM Studio", "qwen", () => new LmStudio({ models: [{ key: "qwen", loadedContext: 12_288 }] })],
  ["Ollama", "qwen:latest", () => new Ollama({ models: [{ name: "qwen:latest" }], defaultContext: 12_288 })],
];

test.each(servers)(
  "rule 1: %s: a task longer than the window goes on to its end without one refusal",
  async (_, model, personality) => {
    server = await startModelServer({ personality: personality(), respond: reader(14) });
    const task = await longTask(model);

    const ending = await task.say(user("Read everything"));

    expect(ending).toMatchObject({ reason: "answered", text: "I have read everything." });
    expect(compactions(task.events).length).toBeGreaterThan(0);
    for (const event of task.events) {
      expect(event.type === "reply_finished" && event.trouble).toBeFalsy();
    }
    expect(server.chats.every(({ raw }) => raw.length / 4 <= 12_288)).toBe(true);
  },
);

test.each([
  ["without ids", ""],
  ["with ids that begin anew in every reply", "functions.read_file:0"],
])("a server whose calls come %s: each is carried out, also after a digest", async (_, id) => {
  const respond = reader(40);
  server = await startModelServer({
    personality: new LlamaCpp({ model: "qwen.gguf", context: 8_192 }),
    respond: (request, index) => {
      const reply = respond(request, index);
      return { ...reply, ...(reply.calls ? { calls: reply.calls.map((call) => ({ ...call, id })) } : {}) };
    },
  });
  const task = await longTask("qwen.gguf", 40);

  expect(await task.say(user("Read everything"))).toMatchObject({ reason: "answered" });

  expect(compactions(task.events).some((event) => event.replaced !== undefined)).toBe(true);
  const results = task.events.filter((event) => event.type === "action_finished");
  expect(results.map(({ outcome }) => outcome)).toEqual(results.map(() => "done"));
  expect(new Set(results.map(({ callId }) => callId)).size).toBe(results.length);
});

/** Hides every word about the window but the refusals. */
function silentAbout(personality: Personality): Personality {
  return {
    ...(personality.shape ? { shape: personality.shape.bind(personality) } : {}),
    answer(request, earlier) {
      return request.path === "/v1/models"
        ? { body: { data: [{ id: "qwen" }] } }
        : request.path === "/v1/chat/completions"
          ? personality.answer(request, earlier)
          : { status: 404, body: "" };
    },
  };
}

interface Wire {
  role: string;
  content: unknown;
  tool_calls?: { id: string; function: { arguments: unknown } }[];
  tool_call_id?: string;
}

/** What every chat template demands of a conversation; empty when there is nothing to object to. */
function objections(messages: readonly Wire[]): string[] {
  const found: string[] = [];
  const open = new Set<string>();
  for (const [index, { role, content, tool_calls = [], tool_call_id = "" }] of messages.entries()) {
    const before = messages[index - 1]?.role;
    const follows = { system: [undefined], user: ["system", "assistant"], assistant: ["user", "tool"] }[role];
    const isResult = role === "tool" && open.delete(tool_call_id);
    if (!isResult && (open.size > 0 || !follows?.includes(before as never))) {
      found.push(`${index}: ${role} after ${before}`);
    }
    if (typeof content !== "string" || tool_calls.some((call) => typeof call.function.arguments !== "string")) {
      found.push(`${index}: ${role} is not plain text`);
    }
    for (const { id } of tool_calls) {
      open.add(id);
    }
  }
  return found;
}

test("rules 13 to 16: over a whole task, with another mode, a stop, a nudge and less room, every request is in order", async () => {
  const answers = [
    calls("list_files", {}),
    says(""),
    says("Let me read it:"),
    { ...calls("read_file", '{"path":'), text: "Now." },
    ...Array.from({ length: 8 }, (_, at) => ({ ...calls("read_file", { path: `f${at}.ts` }), reasoning: "Hm. " })),
    says("Done."),
    calls("write_file", { path: "x", content: "y" }),
    says("I may not."),
  ];
  server = await startModelServer({
    personality: new LlamaCpp({ model: "qwen.gguf", context: 12_288 }),
    respond: (request, index) => {
      const { messages } = request.body as { messages: { content: string }[] };
      return messages.at(-1)?.content.startsWith("[There is no room") ? says("no") : (answers[index] ?? says("Done."));
    },
  });
  const task = await longTask("qwen.gguf");
  await task.say(user("Look around"));
  await task.say(user("Go on"));
  await task.setMode("plan");
  await task.say(user("And now?"));
  await task.say(user("Write it"));

  const bodies = server.chats.map(({ body }) => body as { messages: Wire[]; tools: unknown });
  expect(bodies.length).toBeGreaterThan(15);
  expect(compactions(task.events).length).toBeGreaterThan(0);
  for (const { messages, tools } of bodies) {
    expect(objections(messages)).toEqual([]);
    expect([messages[0], tools]).toEqual([bodies[0]?.messages[0], bodies[0]?.tools]);
  }
});

test.each<[name: string, personality: () => Personality]>([
  ["llama-server", () => new LlamaCpp({ model: "qwen", context: 12_288 })],
  ["vLLM", () => new FixedWindow({ kind: "vllm", model: "qwen", window: 12_288 })],
  [
    "SGLang, inside a stream that began with 200",
    () => new FixedWindow({ kind: "sglang", model: "qwen", window: 12_288 }),
  ],
  ["LM Studio", () => new LmStudio({ models: [{ key: "qwen", loadedContext: 12_288 }] })],
])("an overflow of %s, whose window nobody knew, is no dead end", async (_, personality) => {
  server = await startModelServer({ personality: silentAbout(personality()), respond: reader(14) });
  const task = await longTask("qwen");

  const ending = await task.say(user("Read everything"));

  expect(ending).toMatchObject({ reason: "answered", text: "I have read everything." });
  expect(compactions(task.events).length).toBeGreaterThan(0);
});

const wordings = [
  "request (9000 tokens) exceeds the available context size (8192 tokens), try increasing it",
  "the request exceeds the available context size. try increasing the context size or enable context shift",
  "Context size has been exceeded.",
  "This model's maximum context length is 8192 tokens. However, you requested 1024 output tokens and your prompt contains at least 9000 input tokens",
  "You passed 9000 input tokens and requested 100 output tokens. However, the model's context length is only 8192 tokens",
  "max_tokens must be at least 1, got -186",
  "The decoder prompt (length 9000) is longer than the maximum model length of 8192.",
  "The input (9000 tokens) is longer than the model's context length (8192 tokens).",
  "The number of tokens to keep from the initial prompt is greater than the context length (n_keep: 9000>= n_ctx: 8192).",
  "Trying to keep the first 9000 tokens when context the overflows. However, the model is loaded with context length of only 8192 tokens",
  "the prompt is longer than the context length currently available to the model; shorten it",
  "input length exceeds the context length",
  "litellm.ContextWindowExceededError: too long",
  "Prompt exceeds max prompt token limit",
  '{"error":{"code":400,"message":"request (9000 tokens) exceeds","type":"exceed_context_size_error","n_prompt_tokens":9000,"n_ctx":8192}}',
];

test.each(wordings)(
  "table 1.9, overflow: after “%s” the conversation is shortened and asked once more",
  async (message) => {
    let refused = 0;
    server = await startModelServer({
      respond: (request, index) => {
        if (index < 4) {
          return calls("read_file", { path: `f${index}.ts` });
        }
        refused += 1;
        return refused === 1
          ? fails({ kind: "status", status: 400, body: JSON.stringify({ error: { message } }) })
          : reader(0)(request, index);
      },
    });
    const task = await longTask("test-model");

    expect(await task.say(user("Read everything"))).toMatchObject({ reason: "answered" });

    const [before, after] = server.chats.slice(-2).map(({ raw }) => raw.length);
    expect(after).toBeLessThan((before ?? 0) * 0.8);
    expect(compactions(task.events)).toHaveLength(1);
  },
);

test.each<[name: string, ScriptedReply]>([
  ["stream without a chunk", fails({ kind: "empty" })],
  ["reply that ends well", says("", { usage: { prompt_tokens: 15_000, completion_tokens: 0 } })],
])("rule 2: LM Studio's empty %s for a prompt that is too long leads to a shorter one", async (_, empty) => {
  const loaded = new LmStudio({ models: [{ key: "qwen", loadedContext: 14_000 }] });
  server = await startModelServer({
    personality: loaded,
    respond: (request, index) =>
      index < 3 ? calls("read_file", { path: `f${index}.ts` }) : index === 3 ? empty : reader(0)(request, index),
  });
  const task = await longTask("qwen");

  expect(await task.say(user("Read everything"))).toMatchObject({ reason: "answered" });
  expect(compactions(task.events)[0]).toMatchObject({ why: "overflow" });
  expect(JSON.stringify(server.chats.map(({ body }) => body))).not.toContain("Your reply was empty");
});

test("rule 2: what Ollama cuts without a word is said once, and the next request fits what it has", async () => {
  const ollama = new Ollama({ models: [{ name: "qwen:latest", numCtx: 65_536 }], loaded: ["qwen:latest"] });
  const loadedAnew = { model: "qwen:latest", options: { num_ctx: 8_192 } };
  server = await startModelServer({
    personality: ollama,
    respond: (request, index) => {
      if (index === 6) {
        ollama.answer({ ...request, path: "/api/generate", body: loadedAnew });
      }
      return reader(7)(request, index);
    },
  });
  const task = await longTask("qwen:latest");

  await task.say(user("Read everything"));

  const troubles = task.events.flatMap((event) =>
    event.type === "reply_finished" && event.trouble ? [event.trouble.code] : [],
  );
  expect(troubles).toEqual(["prompt_cut"]);
  expect(server.chats.at(-1)?.raw.length).toBeLessThan(8_192 * 4);
});

test("failure 5: a task of words after one of digits is not held to be cut, and the estimate follows at once", async () => {
  const learned = new MemoryLearned();
  server = await startModelServer({
    personality: new LlamaCpp({ model: "qwen.gguf", context: 65_536 }),
    respond: reader(3),
  });
  const key = factsKey(server.baseUrl, "qwen.gguf");
  learned.set(key, { tokensPerCharacter: 0.8 });
  const task = await longTask("qwen.gguf", 3, learned);

  await task.say(user("Read everything"));

  expect(task.events.filter((event) => event.type === "reply_finished" && event.trouble)).toEqual([]);
  expect(compactions(task.events)).toEqual([]);
  expect(learned.get(key)?.tokensPerCharacter).toBeLessThan(0.3);
});

test("failure 5: an Ollama that counts only what it had not read before is not held to have cut anything", async () => {
  let read = 0;
  server = await startModelServer({
    personality: new Ollama({ models: [{ name: "qwen:latest" }], defaultContext: 32_768 }),
    respond: (request, index) => {
      const tokens = Math.ceil(request.raw.length / 4);
      const fresh = tokens - read;
      read = tokens;
      return { ...reader(7)(request, index), usage: { prompt_tokens: fresh, completion_tokens: 9 } };
    },
  });
  const task = await longTask("qwen:latest");

  await task.say(user("Read everything"));

  expect(task.events.filter((event) => event.type === "reply_finished" && event.trouble)).toEqual([]);
  expect(compactions(task.events)).toEqual([]);
});

test("rule 7: thoughts in the text are never sent back as text", async () => {
  server = await startModelServer({
    personality: new Ollama({ models: [{ name: "qwen:latest" }] }),
    respond: (_, index) =>
      index === 0
        ? { ...calls("list_files", {}), text: "<think>Secret plan: look around.</think>I look around." }
        : index === 1
          ? says("<think>unfinished thought")
          : says("Done."),
  });
  const task = await longTask("qwen:latest");

  await task.say(user("Look"));

  for (const { body } of server.chats) {
    const { messages } = body as { messages: { role: string; content: string; reasoning?: string }[] };
    for (const { content } of messages) {
      expect(content).not.toMatch(/think>|Secret plan|unfinished thought/);
    }
  }
  expect(server.chats[1]?.raw.toString()).toContain('"reasoning":"Secret plan');
});
