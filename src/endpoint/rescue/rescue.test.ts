import { describe, expect, test } from "vitest";
import type { Reply } from "../../core/ports";
import { ReplyReader } from "../stream/reply";
import { rescueCalls } from "./rescue";
import { announcements, explanations, mentions, payloads, renders, tools, type Wanted } from "./testing/corpus";

function reader(): ReplyReader {
  return new ReplyReader({ now: () => 0, usedIds: new Set(), maxTokens: 100_000, tools, messages: [] });
}

function event(delta: unknown, finish: string | null = null): string {
  return `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
}

function streamed(bytes: Uint8Array, cuts: readonly number[]): Omit<Reply, "trouble"> {
  const reading = reader();
  let from = 0;
  for (const cut of [...cuts, bytes.length]) {
    reading.push(bytes.subarray(from, cut));
    from = cut;
  }
  return reading.end().reply;
}

function made(reply: Omit<Reply, "trouble">): Wanted[] {
  return reply.calls.map((call) => ({ name: call.name, input: JSON.parse(call.arguments) }));
}

const around: [name: string, wrap: (text: string) => { content: string; reasoning?: string }][] = [
  ["alone", (text) => ({ content: text })],
  ["behind an announcement", (text) => ({ content: `I'll look at that first.\n\n${text}` })],
  ["behind reasoning in tags", (text) => ({ content: `<think>\nWhat now?\n</think>\n\n${text}` })],
  ["behind reasoning that only ends", (text) => ({ content: `I want to see what it returns.</think>${text}` })],
  ["inside reasoning that has no end", (text) => ({ content: `<think>I have to look.\n${text}` })],
  ["in the reasoning field", (text) => ({ content: "", reasoning: `Let me look.\n${text}` })],
  ["before the mark that ends a turn", (text) => ({ content: `${text}<|im_end|>` })],
];

interface Case {
  name: string;
  wanted: Wanted[];
  content: string;
  reasoning?: string;
}

const cases: Case[] = Object.entries(renders).flatMap(([format, render]) =>
  payloads.map((payload, index) => {
    const [place, wrap] = around[index % around.length] ?? around[0] ?? ["", (text: string) => ({ content: text })];
    return { name: `${format}, payload ${index + 1}, ${place}`, wanted: payload, ...wrap(render(payload)) };
  }),
);

test("the corpus is as large as promised", () => {
  expect(cases.length).toBeGreaterThanOrEqual(250);
  expect(mentions.length).toBeGreaterThanOrEqual(60);
});

describe.each(Object.keys(renders))("%s", (format) => {
  const own = cases.filter((one) => one.name.startsWith(`${format}, `));

  test.each(own.map((one) => [one.name, one] as const))(
    "%s, cut at every byte",
    (_, { wanted, content, reasoning }) => {
      const deltas = [
        ...(reasoning === undefined ? [] : [event({ reasoning_content: reasoning })]),
        event({ content }),
      ];
      const bytes = new TextEncoder().encode(`${deltas.join("")}${event({}, "stop")}data: [DONE]\n\n`);

      for (let cut = 0; cut <= bytes.length; cut++) {
        const calls = made(streamed(bytes, [cut]));
        if (cut === 0 || JSON.stringify(calls) !== JSON.stringify(wanted)) {
          expect(calls).toEqual(wanted);
        }
      }
    },
  );

  test.each(own.map((one) => [one.name, one] as const))(
    "%s, one character at a time",
    (_, { wanted, content, reasoning }) => {
      const characters = [...(reasoning ?? "")].map((text) => event({ reasoning_content: text }));
      characters.push(...[...content].map((text) => event({ content: text })));
      const bytes = new TextEncoder().encode(`${characters.join("")}${event({}, "stop")}data: [DONE]\n\n`);

      expect(made(streamed(bytes, []))).toEqual(wanted);
    },
  );
});

test.each(Object.entries(renders))("%s: a call that the output limit cut off is not run", (_, render) => {
  const whole = render([{ name: "write_file", input: { path: "a.js", content: "let a = 1;\n" } }]);
  for (let length = 1; length <= whole.length; length++) {
    const bytes = new TextEncoder().encode(
      `${event({ content: whole.slice(0, length) })}${event({}, "length")}data: [DONE]\n\n`,
    );
    expect(streamed(bytes, []).calls).toEqual([]);
  }
});

test.each(mentions.map((text, index) => [index + 1, text] as const))("text %d only mentions a call", (_, text) => {
  expect(rescueCalls(text, tools)).toBeUndefined();
  const bytes = new TextEncoder().encode(`${event({ content: text })}${event({}, "stop")}data: [DONE]\n\n`);
  const reply = streamed(bytes, []);
  expect(reply.calls).toEqual([]);
  expect(reply.text).toBe(text);
});

const marked = Object.entries(renders).filter(([name]) => !name.includes("json") || name.includes("dsml"));
const oneCall: Wanted[] = [{ name: "read_file", input: { path: "src/basket.js" } }];

test.each(announcements)("a call behind these words is meant, in every marked format: %s", (lead) => {
  for (const [format, render] of marked) {
    for (const gap of ["\n", "\n\n"]) {
      const found = rescueCalls(`${lead}${gap}${render(oneCall)}`, tools);

      expect([format, found?.calls.map(({ name }) => name), found?.text]).toEqual([format, ["read_file"], lead]);
    }
  }
});

test.each(explanations)("a call behind these words is only shown, in every marked format: %s", (lead) => {
  for (const [format, render] of marked) {
    for (const gap of ["\n", "\n\n"]) {
      expect([format, rescueCalls(`${lead}${gap}${render(oneCall)}`, tools)]).toEqual([format, undefined]);
    }
  }
});

function answered(text: string): Omit<Reply, "trouble"> {
  return streamed(new TextEncoder().encode(`${event({ content: text })}${event({}, "stop")}data: [DONE]\n\n`), []);
}

test.each(marked)("%s: a call at the end that is not taken as one is said to be there", (_, render) => {
  const shown = answered(`For example:\n${render(oneCall)}`);
  const unknown = answered(render([{ name: "delete_everything", input: { path: "/" } }]));
  const unfit = answered(render([{ name: "read_file", input: { file: "a.js" } }]));

  for (const reply of [shown, unknown, unfit]) {
    expect(reply).toMatchObject({ calls: [], hasUnreadCall: true });
  }
});

test.each([
  ["<tool_call>\nnot json at all\n</tool_call>", true],
  ['I look.\n[TOOL_CALLS]read_file[ARGS]{"path": oops', true],
  ["<tool_call> is the tag that begins a call.", undefined],
  ['```\n<tool_call>{"name": "read_file", "arguments": {"path": "a"}}</tool_call>\n```', undefined],
  ['The call is `<tool_call>{"name": "read_file", "arguments": {}}</tool_call>`', undefined],
  ["Done.", undefined],
])("whether a reply ends in a call that cannot be read: %s", (text, expected) => {
  expect(answered(text).hasUnreadCall).toBe(expected);
});

const readme = "```bash\nnpm i\n";
const unevenly: Wanted[][] = [
  [{ name: "write_file", input: { path: "README.md", content: readme } }, ...oneCall],
  [{ name: "write_file", input: { path: "README.md", content: `# A\n\n\`\`\`\`md\n${readme}\`\`\`\n` } }, ...oneCall],
  [
    { name: "run_command", input: { command: "echo `date" } },
    { name: "run_command", input: { command: "echo `pwd`" } },
  ],
];

test.each(marked)("%s: fences and backticks inside of a call do not hide the next", (_, render) => {
  for (const wanted of unevenly) {
    for (const text of [render(wanted), wanted.map((call) => render([call])).join("")]) {
      expect(made(answered(text))).toEqual(wanted);
    }
  }
});

test.each(marked)("%s: nothing runs, and it is said, when another call of the reply cannot be read", (_, render) => {
  for (const broken of ["<tool_call>read_file<arg_key>path", '[TOOL_CALLS]read_file[ARGS]"a.js".']) {
    for (const text of [`${render(oneCall)}\n${broken}`, `${render(oneCall)}\n${broken}\n${render(oneCall)}`]) {
      expect(answered(text)).toMatchObject({ text, calls: [], hasUnreadCall: true });
    }
  }
});

test("a text without tools to call is left alone", () => {
  expect(rescueCalls('<tool_call>{"name": "read_file", "arguments": {"path": "a"}}</tool_call>', [])).toBeUndefined();
});

test.each([
  ["Read_File", "read_file"],
  ["readFile", "read_file"],
  ["read-file", "read_file"],
  ["read_files", "read_file"],
  ["functions.read_file", "read_file"],
  ["functions.read_file:3", "read_file"],
  ["serch_text", "search_text"],
  ["run_comand", "run_command"],
  ["read_file<|channel|>commentary", "read_file"],
])("a name that misses by a little (%s) is the tool %s", (name, tool) => {
  const input = { path: "a", pattern: "b", command: "c" };

  expect(rescueCalls(JSON.stringify({ name, arguments: input }), tools)?.calls[0]?.name).toBe(tool);
});

test.each(["read", "file", "execute", "delete_file", "reed_fyle_x"])(
  "a name that could be anything (%s) is none",
  (name) => {
    expect(rescueCalls(JSON.stringify({ name, arguments: { path: "a" } }), tools)).toBeUndefined();
  },
);

test("what was said before the call stays", () => {
  const found = rescueCalls(
    'I look first.\n<tool_call>{"name": "read_file", "arguments": {"path": "a"}}</tool_call>',
    tools,
  );

  expect(found).toMatchObject({ format: "hermes", text: "I look first." });
});

test("a call in a harmony message of its own is found behind what was thought and said, and is not shown", () => {
  const reading = reader();
  const pieces = [
    "<|channel|>analysis<|message|>Hm.<|end|>",
    "<|start|>assistant<|channel|>commentary<|message|>I look.<|end|>",
    '<|start|>assistant<|channel|>commentary to=functions.read_file <|constrain|>json<|message|>{"path":"a"}<|call|>',
  ].flatMap((content) => reading.push(new TextEncoder().encode(event({ content }))));
  reading.push(new TextEncoder().encode(event({}, "stop")));

  const { reply } = reading.end();

  expect(made(reply)).toEqual([{ name: "read_file", input: { path: "a" } }]);
  expect(reply).toMatchObject({ reasoning: "Hm.", text: "I look." });
  expect(pieces.map(({ text }) => text).join("")).not.toContain("<|");
});

test("a result that the model made up behind its call is dropped", () => {
  const found = rescueCalls(
    'I look.\n<tool_call>{"name": "read_file", "arguments": {"path": "a"}}</tool_call>\n<tool_response>\nnothing here\n</tool_response>',
    tools,
  );

  expect(found).toMatchObject({ calls: [{ name: "read_file" }], text: "I look." });
});

test("the server's own calls count, and text that looks like one beside them does not", () => {
  const call = { index: 0, id: "abc123456", function: { name: "read_file", arguments: '{"path":"a"}' } };
  const text = '<tool_call>{"name": "read_file", "arguments": {"path": "b"}}</tool_call>';
  const bytes = new TextEncoder().encode(
    `${event({ content: text })}${event({ tool_calls: [call] })}${event({}, "tool_calls")}`,
  );

  expect(made(streamed(bytes, []))).toEqual([{ name: "read_file", input: { path: "a" } }]);
});
