import { expect, test } from "vitest";
import { calls, ScriptedModel, says } from "../../../test/fakes/scripted-model";
import type { Message, ModelRequest } from "../ports";
import { tools } from "../tools/index";
import { EscalatedModel } from "./escalated-model";
import { type Part, partsOf } from "./parts";
import { Redactor } from "./redactor";
import { leftOutText, prepareRequest } from "./selection";
import { syntheticSecrets } from "./testing/synthetic-secrets";

const call = (id: string, name: string, input: unknown) => ({ id, name, arguments: JSON.stringify(input) });
const reply = (text: string, ...made: ReturnType<typeof call>[]): Message => ({
  role: "assistant",
  text,
  reasoning: "hm, the key is Corr3ctHorse",
  calls: made,
});

const messages: Message[] = [
  { role: "user", text: "Fix it\n\nsrc/a.ts, lines 1 to 2:\nconst a = 1;\n\n[mode: act]" },
  reply("", call("1", "read_file", { path: "src/a.ts" }), call("2", "read_file", { path: ".env" })),
  { role: "tool", callId: "1", name: "read_file", text: "1\tconst password = 'Corr3ctHorse';" },
  { role: "tool", callId: "2", name: "read_file", text: "1\tDB=x" },
  reply("", call("3", "search_text", { pattern: "a" })),
  { role: "tool", callId: "3", name: "search_text", text: "src/a.ts:1: a\nsrc/b.ts:2: aa\nsrc/a.ts:3: a" },
  reply("", call("4", "write_file", { path: "c.ts", content: "password = 'Corr3ctHorse'" })),
  { role: "tool", callId: "4", name: "write_file", text: "Written." },
  reply("Done. It was Corr3ctHorse."),
];
const request: ModelRequest = { system: "You are Hearth.", tools: tools.map(({ spec }) => spec), messages };

function prepare(leftOut: number[] = [], redactor = new Redactor()) {
  return prepareRequest(request, redactor, { shown: messages.length, leftOut: new Set(leftOut) });
}

const byIndex = (parts: readonly Part[], index: number) => parts.find((part) => part.index === index);

test("every message is a part that says who speaks, about what, and which files are in it", () => {
  const parts = partsOf(request, prepare().redacted, tools);

  expect(parts.map(({ from, title }) => `${from}: ${title}`)).toEqual([
    "hearth: How Hearth works, said to every model",
    `hearth: ${tools.length} tools it may call`,
    "user: Fix it",
    "model: Read src/a.ts; Read .env",
    "tool: Result of: Read src/a.ts",
    "tool: Result of: Read .env",
    "model: Search for “a”",
    "tool: Result of: Search for “a”",
    "model: Write c.ts",
    "tool: Result of: Write c.ts",
    "model: Done. It was [[secret 1: password]].",
  ]);
  expect(parts.map(({ files }) => files.map(({ path }) => path))).toEqual([
    [],
    [],
    ["src/a.ts"],
    [],
    ["src/a.ts"],
    [".env"],
    [],
    ["src/a.ts", "src/b.ts"],
    ["c.ts"],
    [],
    [],
  ]);
  expect(byIndex(parts, 2)?.redactions).toBe(1);
  expect(byIndex(parts, 5)?.files).toEqual([
    { path: "src/a.ts", bytes: 26 },
    { path: "src/b.ts", bytes: 14 },
  ]);
});

test("a file for secrets is held back unless the user wants it in", () => {
  const parts = partsOf(request, prepare().redacted, tools);

  expect(parts.filter(({ heldBack }) => heldBack !== undefined).map(({ index }) => index)).toEqual([3]);
});

test("the texts of all parts are all that is sent: nothing else of the conversation is in the request", () => {
  const { request: sent, redacted } = prepare();
  const shown = partsOf(request, redacted, tools).flatMap(({ texts }) => texts.map(({ text }) => text));
  const own = sent.messages.flatMap((message) =>
    message.role === "assistant"
      ? [message.text, message.reasoning, ...message.calls.flatMap((each) => Object.values(JSON.parse(each.arguments)))]
      : [message.text],
  );

  for (const text of [sent.system, ...own].filter((each) => each !== "")) {
    expect(shown).toContain(text);
  }
});

test("S-I1 secrets are out of every message, calls and their thoughts included", () => {
  expect(JSON.stringify(prepare().request)).not.toContain("Corr3ct");
});

test("what is left out is replaced in its place, and calls keep their results", () => {
  const { request: sent } = prepare([2, 6]);

  expect(sent.messages[2]).toEqual({ role: "tool", callId: "1", name: "read_file", text: leftOutText });
  expect(sent.messages[6]).toMatchObject({
    text: leftOutText,
    calls: [{ id: "4", name: "write_file", arguments: "{}" }],
  });
  expect(sent.messages).toHaveLength(messages.length);
});

test("invariant 10: a longer conversation begins with exactly what was shown", () => {
  const redactor = new Redactor();
  const before = prepare([2], redactor).request;
  const longer = [...messages, { role: "user" as const, text: "password: Corr3ctHorse, and more" }];
  const after = prepareRequest({ ...request, messages: longer }, redactor, {
    shown: messages.length,
    leftOut: new Set([2]),
  }).request;

  expect(after.messages.slice(0, messages.length)).toEqual(before.messages);
  expect(JSON.stringify(after)).not.toContain("Corr3ct");
});

test("S-I1 of sixty secrets in files, calls, output and thoughts none is in what is sent", () => {
  const texts = syntheticSecrets().map(({ value, within }) => (within ? within(value) : value));
  const long: Message[] = texts.flatMap((text, index): Message[] => [
    reply(`I see ${text}`, call(`${index}`, "edit_file", { path: "a", edits: [{ old_text: text, new_text: "x" }] })),
    { role: "tool", callId: `${index}`, name: "edit_file", text: `+ ${text}` },
  ]);
  const sent = prepareRequest({ ...request, messages: long }, new Redactor(), { shown: 0, leftOut: new Set() });

  const body = JSON.stringify(sent.request);
  const left = syntheticSecrets().filter(({ value, core = value }) => body.includes(JSON.stringify(core).slice(1, -1)));
  expect(left.map(({ kind }) => kind)).toEqual([]);
});

test("what a request may cost and why it is made outlive its redaction", () => {
  const summary = { ...request, replyTokens: 200, purpose: "sum up the conversation" };
  const sent = prepareRequest(summary, new Redactor(), { shown: 0, leftOut: new Set() }).request;

  expect(sent).toMatchObject({ replyTokens: 200, purpose: "sum up the conversation" });
});

test("an edit that copies a placeholder from a file is carried out with what the file holds", async () => {
  const model = new ScriptedModel([
    calls(
      ["edit_file", { path: "a", edits: [{ old_text: "[[secret 1: password]]", new_text: "x" }] }],
      ["run_command", { command: "echo [[secret 1: password]]" }],
    ),
    says("done"),
  ]);
  const escalated = new EscalatedModel(model, new Redactor(), { shown: 3, leftOut: new Set() });
  const stream = escalated.reply({ ...request, messages: messages.slice(0, 3) }, new AbortController().signal);
  let next = await stream.next();
  while (!next.done) {
    next = await stream.next();
  }

  expect(next.value.calls.map((each) => each.arguments)).toEqual([
    '{"path":"a","edits":[{"old_text":"Corr3ctHorse","new_text":"x"}]}',
    '{"command":"echo [[secret 1: password]]"}',
  ]);
  expect(JSON.stringify(model.requests)).not.toContain("Corr3ct");
});
