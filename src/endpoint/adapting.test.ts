import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  calls,
  fails,
  type ModelServer,
  type RecordedRequest,
  says,
  startModelServer,
} from "../../test/support/model-server";
import { FixedWindow, LlamaCpp, Ollama } from "../../test/support/personalities";
import type { Message, Reply } from "../core/ports";
import { Gateway } from "../net/gateway";
import { Ledger } from "../net/ledger";
import { MemoryLearned } from "./learned";
import { OpenAiModel, type OpenAiModelOptions } from "./model";
import type { ModelStatus } from "./watch";

let folder: string;
let gateway: Gateway;
let learned: MemoryLearned;
let statuses: ModelStatus[];
const servers: ModelServer[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "hearth-adapt-"));
  gateway = new Gateway({ ledger: new Ledger(folder) });
  learned = new MemoryLearned();
  statuses = [];
});

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
  await rm(folder, { recursive: true });
});

async function serve(options: Parameters<typeof startModelServer>[0]): Promise<ModelServer> {
  const server = await startModelServer(options);
  servers.push(server);
  return server;
}

function modelAt(server: ModelServer, model = "test-model", more: Partial<OpenAiModelOptions> = {}): OpenAiModel {
  return new OpenAiModel({
    endpoint: { name: "Test", model, baseUrl: server.baseUrl, locality: "machine", practice: false },
    kind: "generic",
    gateway,
    keys: { get: async () => undefined },
    learned,
    onStatus: (status) => statuses.push(status),
    timing: { tickMs: 10, silentMs: 30, retryMs: 20, idleMs: 500 },
    ...more,
  });
}

const parameters = {
  type: "object",
  properties: { path: { type: "string", pattern: "^/", description: "A path." } },
  required: ["path"],
};
const tools = [{ name: "read_file", description: "Reads a file.", parameters }];

async function ask(
  model: OpenAiModel,
  messages: Message[] = [{ role: "user", text: "Hello" }],
  signal = new AbortController().signal,
  more: { replyTokens?: number } = {},
): Promise<Reply> {
  const stream = model.reply({ system: "Be kind.", tools, messages, ...more }, signal);
  let next = await stream.next();
  while (!next.done) {
    next = await stream.next();
  }
  return next.value;
}

function sent(request: RecordedRequest | undefined) {
  return request?.body as {
    messages: { role: string; content: string }[];
    tools?: { function: { parameters: unknown } }[];
    max_tokens: number;
    return_progress?: boolean;
  };
}

test("S-N1 a model that a local server passes on gets no byte of a conversation", async () => {
  const server = await serve({
    personality: new Ollama({
      models: [{ name: "glm-5.2:cloud" }, { name: "mine:latest", remoteHost: "https://far.example" }],
    }),
  });

  for (const [name, host] of [
    ["glm-5.2:cloud", "ollama.com"],
    ["mine:latest", "far.example"],
  ] as const) {
    const model = modelAt(server, name);
    const reply = await ask(model);

    expect(reply.trouble).toMatchObject({ code: "not_local", message: expect.stringContaining(host) });
    expect(model.endpoint.locality).toBe("internet");
  }
  expect(server.chats).toEqual([]);
});

test("table 1.9, no tools: a server that refuses tools gets them in words, and the calls are read from the text", async () => {
  const personality = new Ollama({ models: [{ name: "old:latest", capabilities: ["completion"] }] });
  const server = await serve({
    personality,
    script: [
      says('I look.\n<tool_call>\n{"name": "read_file", "arguments": {"path": "/a"}}\n</tool_call>'),
      says("Done."),
    ],
  });
  const model = modelAt(server, "old:latest");
  const messages: Message[] = [{ role: "user", text: "Hello" }];

  const first = await ask(model, messages);
  expect(first).toMatchObject({ text: "I look.", calls: [{ name: "read_file", arguments: '{"path":"/a"}' }] });
  expect(sent(server.chats[1]).tools).toBeUndefined();
  expect(sent(server.chats[1]).messages[0]?.content).toContain("read_file");

  messages.push({ role: "assistant", text: first.text, reasoning: "", calls: first.calls });
  messages.push({ role: "tool", callId: first.calls[0]?.id ?? "", name: "read_file", text: "1\tlet a" });
  await ask(model, messages);
  expect(sent(server.chats[2]).messages.slice(2)).toEqual([
    {
      role: "assistant",
      content: 'I look.\n<tool_call>\n{"name":"read_file","arguments":{"path":"/a"}}\n</tool_call>',
    },
    { role: "user", content: '<tool_response name="read_file">\n1\tlet a\n</tool_response>' },
  ]);
});

test("table 1.9, grammar: a schema that the server cannot read is sent once more with nothing but names and types", async () => {
  const server = await serve({
    script: [
      fails({
        kind: "status",
        status: 400,
        body: '{"error":{"message":"Failed to initialize samplers: failed to parse grammar"}}',
      }),
      says("Hi."),
    ],
  });

  expect(await ask(modelAt(server))).toMatchObject({ text: "Hi.", stop: "stop" });

  expect(server.chats).toHaveLength(2);
  expect(sent(server.chats[0]).tools?.[0]?.function.parameters).toEqual({
    type: "object",
    properties: { path: { type: "string", description: "A path." } },
    required: ["path"],
  });
  expect(sent(server.chats[1]).tools?.[0]?.function.parameters).toEqual({
    type: "object",
    properties: { path: { type: "string" } },
    required: ["path"],
  });
});

test("table 1.9, loading: a server that loads its model is waited for, and said to load", async () => {
  const personality = new LlamaCpp({ loading: true });
  const server = await serve({ personality, script: [says("Hi.")] });
  const asked = ask(modelAt(server));
  await expect.poll(() => statuses.some((status) => status.phase === "loading")).toBe(true);

  personality.ready();

  expect((await asked).text).toBe("Hi.");
});

test("waiting for a model to load can be stopped", async () => {
  const server = await serve({ personality: new LlamaCpp({ loading: true }) });
  const stop = new AbortController();
  const asked = ask(modelAt(server), undefined, stop.signal);
  await expect.poll(() => statuses.some((status) => status.phase === "loading")).toBe(true);

  stop.abort();

  expect((await asked).stop).toMatch(/aborted|error/);
});

const long: Message[] = [{ role: "user", text: "word ".repeat(4_000) }];

test.each(["vllm", "sglang"] as const)(
  "rule 4, %s: a reply limit that does not fit is lowered to what is left",
  async (kind) => {
    const fixed = new FixedWindow({ kind, model: "test-model", window: 5_500 });
    const silent = {
      answer: (request: RecordedRequest) =>
        request.path === "/v1/models" ? { body: { data: [{ id: "test-model" }] } } : fixed.answer(request),
    };
    const server = await serve({ personality: silent, script: [says("Hi.")] });
    const model = modelAt(server);

    const reply = await ask(model, long);

    expect(reply.text).toBe("Hi.");
    expect(model.endpoint.contextWindow).toBe(5_500);
    expect(sent(server.chats[1]).max_tokens).toBeLessThan(sent(server.chats[0]).max_tokens);
  },
);

test.each([
  [
    "that says how long the prompt is",
    (most: number, asked: number) =>
      `You passed 9000 input tokens and requested ${asked} output tokens. However, the model's context length is only 16384 tokens, resulting in a maximum input length of ${most} tokens.`,
  ],
  [
    "that does not count to the prompt's end",
    (most: number, asked: number) =>
      `This model's maximum context length is 16384 tokens. However, you requested ${asked} output tokens and your prompt contains at least ${most + 1} input tokens, for a total of at least 16385 tokens. (parameter=input_tokens, value=${most + 1})`,
  ],
])("rule 4: a vLLM %s gets a shorter reply's limit also when its window was known", async (_, message) => {
  const vllm = new FixedWindow({ kind: "vllm", model: "test-model", window: 16_384 });
  const server = await serve({
    personality: { answer: (request) => (request.path === "/v1/models" ? vllm.answer(request) : undefined) },
    respond: (request) => {
      const asked = sent(request).max_tokens;
      return 9_000 + asked > 16_384 ? refuses(message(16_384 - asked, asked)) : says("Hi.");
    },
  });

  expect((await ask(modelAt(server), long)).text).toBe("Hi.");

  const [first, second] = server.chats.map((chat) => sent(chat).max_tokens);
  expect(second).toBeGreaterThan(2_000);
  expect(second).toBeLessThan(first ?? 0);
  expect(server.chats).toHaveLength(2);
});

test("rule 7: a reply's limit is lowered a few times and not for ever", async () => {
  const server = await serve({
    respond: (request) => {
      const asked = sent(request).max_tokens;
      return refuses(
        `This model's maximum context length is 16384 tokens. However, you requested ${asked} output tokens and your prompt contains at least ${16_385 - asked} input tokens`,
      );
    },
  });

  expect((await ask(modelAt(server), long)).trouble?.code).toBe("overflow");

  const limits = server.chats.map((chat) => sent(chat).max_tokens);
  expect(limits.length).toBeLessThan(5);
  expect(limits).toEqual([...new Set(limits)].toSorted((a, b) => b - a));
});

test("table 1.9, overflow: an overflow tells the window and what to do, and the same is not asked again", async () => {
  const server = await serve({ personality: new LlamaCpp({ context: 4_096 }) });
  const model = modelAt(server, "Qwen3-Coder-30B-A3B-Instruct-Q4_K_M.gguf", { described: true, kind: "llamacpp" });

  const reply = await ask(model, long);

  expect(reply.trouble).toMatchObject({ code: "overflow", message: expect.stringContaining("too long") });
  expect(model.endpoint.contextWindow).toBe(4_096);
  expect(server.chats).toHaveLength(1);
});

test("rule 2: what cannot fit is not sent to a server that would cut it silently", async () => {
  const server = await serve({
    personality: new Ollama({ models: [{ name: "small:latest" }], loaded: ["small:latest"], defaultContext: 2_048 }),
  });

  const reply = await ask(modelAt(server, "small:latest"), [{ role: "user", text: "word ".repeat(10_000) }]);

  expect(reply.trouble).toMatchObject({
    code: "overflow",
    message: expect.stringContaining("2,048 tokens. Nothing was sent."),
  });
  expect(server.chats).toEqual([]);
});

test("Ollama's window is read once the model is loaded", async () => {
  const server = await serve({
    personality: new Ollama({ models: [{ name: "lazy:latest" }], defaultContext: 8_192 }),
    script: [says("Hi."), says("Hi.")],
  });
  const model = modelAt(server, "lazy:latest");
  expect(model.endpoint.contextWindow).toBeUndefined();

  await ask(model);
  await ask(model);

  expect(model.endpoint.contextWindow).toBe(8_192);
});

test("rule 2: a prompt that the server cut without a word is told", async () => {
  const server = await serve({
    personality: new Ollama({ models: [{ name: "small:latest" }], loaded: ["small:latest"], defaultContext: 4_096 }),
    script: [says("Hi."), says("I forgot.")],
  });
  const model = modelAt(server, "small:latest", { described: true });
  await ask(model, [{ role: "user", text: "word ".repeat(1_000) }]);

  const reply = await ask(model, [{ role: "user", text: "word ".repeat(4_000) }]);

  expect(reply).toMatchObject({
    text: "I forgot.",
    stop: "stop",
    trouble: { code: "prompt_cut", message: expect.stringMatching(/read 2,048 of about [45],\d{3} tokens/) },
  });
});

test("rule 20: one request at a time is sent to a server under all its names, and the one that waits says so", async () => {
  let atWork = 0;
  let most = 0;
  const server = await serve({
    respond: async () => {
      atWork += 1;
      most = Math.max(most, atWork);
      await new Promise((done) => setTimeout(done, 50));
      atWork -= 1;
      return says("Hi.");
    },
  });

  const byName = { ...modelAt(server).endpoint, baseUrl: server.baseUrl.replace("127.0.0.1", "localhost") };
  expect(byName.baseUrl).not.toBe(server.baseUrl);
  const models = [modelAt(server), modelAt(server), modelAt(server, "test-model", { endpoint: byName })];

  const replies = await Promise.all(models.map((model) => ask(model)));

  expect(replies.map((reply) => reply.text)).toEqual(["Hi.", "Hi.", "Hi."]);
  expect(most).toBe(1);
  expect(statuses).toContainEqual({ phase: "queued" });
});

test("a request that waits for its turn can be stopped, and the next one still comes through", async () => {
  const server = await serve({ respond: (_, index) => says("Hi.", index === 0 ? { delayMs: 100 } : {}) });
  const first = ask(modelAt(server));
  await expect.poll(() => server.chats.length).toBe(1);
  const stop = new AbortController();
  const second = ask(modelAt(server), undefined, stop.signal);
  const third = ask(modelAt(server));

  stop.abort();

  expect((await second).stop).toBe("aborted");
  expect((await first).text).toBe("Hi.");
  expect((await third).text).toBe("Hi.");
  expect(server.chats).toHaveLength(2);
});

test("rule 19: after a stop the next request waits until the server is idle", async () => {
  const personality = new LlamaCpp();
  const server = await serve({ personality, script: [says(["a ", "b "], { betweenMs: 5_000 }), says("Hi.")] });
  const stop = new AbortController();
  const first = ask(modelAt(server), undefined, stop.signal);
  await expect.poll(() => server.chats.length).toBe(1);
  personality.busy = true;
  stop.abort();
  await first;
  const second = ask(modelAt(server));
  await expect.poll(() => server.requests.filter((request) => request.path === "/slots").length).toBeGreaterThan(1);
  expect(server.chats).toHaveLength(1);

  personality.busy = false;

  expect((await second).text).toBe("Hi.");
});

test("llama.cpp's own progress through the prompt is shown", async () => {
  const progress = (processed: number) =>
    `data: ${JSON.stringify({ choices: [{ index: 0, delta: {} }], prompt_progress: { total: 100, cache: 0, processed } })}\n\n`;
  const end = `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: "Hi." }, finish_reason: "stop" }] })}\n\ndata: [DONE]\n\n`;
  const server = await serve({
    personality: new LlamaCpp(),
    script: [says("", { raw: [progress(25), progress(75), end], betweenMs: 30 })],
  });

  await ask(modelAt(server));

  expect(sent(server.chats[0]).return_progress).toBe(true);
  const read = statuses.flatMap((status) =>
    status.phase === "reading" && status.progress !== undefined ? [status.progress] : [],
  );
  expect(read).toContain(0.25);
  expect(read).toContain(0.75);
  expect(statuses.at(-1)).toEqual({ phase: "done" });
});

test("reading the prompt and saying nothing any more are told apart", async () => {
  const server = await serve({ script: [says(["One ", "two."], { delayMs: 80, betweenMs: 150 })] });

  await ask(modelAt(server));

  const phases = statuses.map((status) => status.phase).filter((phase, index, all) => phase !== all[index - 1]);
  expect(phases).toEqual(["reading", "writing", "silent", "done"]);
  expect(statuses.some((status) => status.phase === "silent" && status.alive === true)).toBe(true);
});

test("how long the prompt takes is guessed from how fast this model read before", async () => {
  const server = await serve({
    respond: () => says("Hi.", { delayMs: 100, usage: { prompt_tokens: 4_000, completion_tokens: 2 } }),
  });
  const model = modelAt(server);
  await ask(model, [{ role: "user", text: "word ".repeat(3_200) }]);
  expect(statuses.some((status) => status.phase === "reading" && status.expectedMs !== undefined)).toBe(false);

  await ask(modelAt(server), [{ role: "user", text: "word ".repeat(6_400) }]);

  expect(statuses.some((status) => status.phase === "reading" && (status.expectedMs ?? 0) > 100)).toBe(true);
});

test("that calls had to be read from the text is said once, with the flag that mends it", async () => {
  const text = '<tool_call>{"name": "read_file", "arguments": {"path": "/a"}}</tool_call>';
  const server = await serve({
    personality: new FixedWindow({ kind: "vllm", model: "test-model", window: 40_000 }),
    script: [says(text), says(text), says(text), says(text)],
  });
  const model = modelAt(server, "test-model", { taskId: "t1" });

  const first = await ask(model);
  const second = await ask(model);
  const inAnotherTask = await ask(modelAt(server, "test-model", { taskId: "t2" }));
  const atACheckUp = await ask(modelAt(server));

  expect(first).toMatchObject({
    stop: "stop",
    calls: [{ name: "read_file" }],
    trouble: { code: "calls_in_text", remedy: expect.stringContaining("--tool-call-parser hermes") },
  });
  expect([second.trouble, inAnotherTask.trouble]).toEqual([undefined, undefined]);
  expect(atACheckUp.trouble?.code).toBe("calls_in_text");
  expect(learned.get(`${server.baseUrl} test-model`)?.rescued).toEqual({ format: "hermes", times: 4 });
});

test("ids of calls are made where none came, and never twice in a task", async () => {
  const server = await serve({
    respond: () =>
      calls(
        "read_file",
        { path: "/a" },
        {
          raw: `data: ${JSON.stringify({ choices: [{ index: 0, delta: { tool_calls: [{ function: { name: "read_file", arguments: { path: "/a" } } }] }, finish_reason: "stop" }] })}\n\n`,
        },
      ),
  });
  const model = modelAt(server);
  const first = await ask(model);
  const messages: Message[] = [
    { role: "user", text: "Hello" },
    { role: "assistant", text: "", reasoning: "", calls: first.calls },
    { role: "tool", callId: first.calls[0]?.id ?? "", name: "read_file", text: "x" },
  ];

  const second = await ask(model, messages);

  expect(first.calls).toEqual([
    { id: expect.stringMatching(/^[a-z0-9]{9}$/i), name: "read_file", arguments: '{"path":"/a"}' },
  ]);
  expect(second.calls[0]?.id).toMatch(/^[a-z0-9]{9}$/i);
  expect(second.calls[0]?.id).not.toBe(first.calls[0]?.id);
});

const withCall: Message[] = [
  { role: "user", text: "Hello" },
  { role: "assistant", text: "", reasoning: "", calls: [{ id: "c1", name: "read_file", arguments: '{"path":"/a"}' }] },
  { role: "tool", callId: "c1", name: "read_file", text: "1\tlet a" },
];

const refuses = (message: string) =>
  fails({ kind: "status", status: 400, body: JSON.stringify({ error: { message } }) });

test("table 1.9, bad template order: a template that knows user and assistant alone gets nothing else, from then on", async () => {
  const server = await serve({
    respond: (request) =>
      sent(request).messages.every(({ role }, index) => role === (index % 2 === 0 ? "user" : "assistant"))
        ? says("Hi.")
        : refuses("Conversation roles must alternate user/assistant/user/assistant/..."),
  });
  const model = modelAt(server);

  expect(await ask(model, withCall)).toMatchObject({ text: "Hi.", stop: "stop" });
  expect(await ask(model, withCall)).toMatchObject({ text: "Hi.", stop: "stop" });

  expect(server.chats).toHaveLength(3);
  const { messages, tools: offered } = sent(server.chats[1]);
  expect(offered).toBeUndefined();
  expect(messages[0]?.content).toMatch(/^Be kind\.[\s\S]*read_file[\s\S]*Hello$/);
  expect(messages[2]?.content).toContain("1\tlet a");
});

test("table 1.9, bad template order: what does not help is tried once and not kept", async () => {
  const server = await serve({ respond: () => refuses("Jinja Exception: only text is allowed") });
  const model = modelAt(server);

  expect(await ask(model, withCall)).toMatchObject({ stop: "error", trouble: { code: "bad_order" } });

  expect(server.chats).toHaveLength(2);
  expect(learned.get(`${server.baseUrl} test-model`)?.plainRoles).toBeUndefined();
});

test("table 1.9, poisoned history: a server that wants the reasoning of replies with calls back gets it", async () => {
  const server = await serve({
    respond: (request) =>
      request.raw.includes('"reasoning_content"')
        ? says("Hi.")
        : refuses("The `reasoning_content` is missing in the assistant message: reasoning_content is missing"),
  });
  const model = modelAt(server);

  expect(await ask(model, withCall)).toMatchObject({ text: "Hi.", stop: "stop" });

  expect(server.chats).toHaveLength(2);
  expect(learned.get(`${server.baseUrl} test-model`)?.demandsReasoning).toBe(true);
});

test("table 1.9, busy: a server with too many requests is asked again, and not for ever", async () => {
  const server = await serve({
    respond: (_, index) =>
      index < 2
        ? fails({
            kind: "status",
            status: 503,
            body: '{"error":"server busy, please try again.  maximum pending requests exceeded"}',
          })
        : says("Hi."),
  });
  expect((await ask(modelAt(server))).text).toBe("Hi.");

  const full = await serve({ respond: () => fails({ kind: "status", status: 429, body: "{}" }) });
  expect((await ask(modelAt(full))).trouble?.code).toBe("busy");
  expect(full.chats).toHaveLength(4);
});

const unread = (message: string) => JSON.stringify({ error: { code: 500, message, type: "server_error" } });

test.each([
  ["refused", fails({ kind: "status", status: 500, body: unread("error parsing tool call: raw='{', err=EOF") })],
  [
    "ended by an error in its stream",
    says("", { raw: `data: ${unread("Failed to parse input at pos 12: <tool_call>")}\n\n` }),
  ],
])("a call that the server could not read, %s, is asked for once more", async (_, unreadable) => {
  const server = await serve({ script: [unreadable, says("Hi.")] });
  expect((await ask(modelAt(server))).text).toBe("Hi.");

  const stubborn = await serve({ respond: () => unreadable });
  expect((await ask(modelAt(stubborn))).trouble).toMatchObject({
    code: "bad_call",
    message: expect.stringContaining("could not read a tool call that test-model wrote"),
  });
  expect(stubborn.chats).toHaveLength(2);
});

test("table 1.9: what another try would not help is asked once: no memory, thinking, pictures, unknown models", async () => {
  const bodies = {
    out_of_memory: "model requires more system memory (20 GiB) than is available (8 GiB)",
    no_thinking: '"qwen" does not support thinking',
    no_vision: "Model does not support images. Please use a model that does.",
    unknown_model: 'model "qwen" not found, try pulling it first',
  };
  for (const [code, message] of Object.entries(bodies)) {
    const server = await serve({ respond: () => refuses(message) });

    expect((await ask(modelAt(server))).trouble).toMatchObject({ code, remedy: expect.stringMatching(/\w{4}/) });

    expect(server.chats).toHaveLength(1);
  }
});

test("table 1.9, thinking and pictures: nothing is ever sent that a plain model could refuse", async () => {
  const server = await serve({ script: [says("Hi.")] });

  await ask(modelAt(server), withCall);

  expect(server.chats[0]?.raw.toString()).not.toMatch(/reasoning_effort|chat_template_kwargs|image_url|"think"/);
});

test("a reply that must be short is asked for as such", async () => {
  const server = await serve({ script: [says("Hi.")] });

  await ask(modelAt(server), undefined, undefined, { replyTokens: 300 });

  expect(sent(server.chats[0]).max_tokens).toBe(300);
});

test("what a server counted when it refused makes the next estimate better", async () => {
  const server = await serve({
    respond: () => refuses("request (9000 tokens) exceeds the available context size (8192 tokens), try increasing it"),
  });
  const model = modelAt(server);
  expect(model.habits.tokensPerCharacter).toBeUndefined();

  await ask(model, long);

  expect(model.habits.tokensPerCharacter).toBeGreaterThan(0.4);
});

test("rule 19: the next request says that it waits for the server's last step", async () => {
  const personality = new LlamaCpp();
  const server = await serve({ personality, script: [says(["a ", "b "], { betweenMs: 5_000 }), says("Hi.")] });
  const stop = new AbortController();
  const first = ask(modelAt(server), undefined, stop.signal);
  await expect.poll(() => server.chats.length).toBe(1);
  personality.busy = true;
  stop.abort();
  await first;

  const second = ask(modelAt(server));
  await expect.poll(() => statuses.at(-1)).toEqual({ phase: "finishing" });

  personality.busy = false;
  expect((await second).text).toBe("Hi.");
});
