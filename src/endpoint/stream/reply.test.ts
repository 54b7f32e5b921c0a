import { describe, expect, test } from "vitest";
import type { Reply } from "../../core/ports";
import { ReplyReader } from "./reply";

const tools = [
  {
    name: "read_file",
    description: "",
    parameters: { type: "object", properties: { path: { type: "string" } }, required: ["path"] },
  },
  {
    name: "edit_file",
    description: "",
    parameters: {
      type: "object",
      properties: { path: { type: "string" }, edits: { type: "array" } },
      required: ["path", "edits"],
    },
  },
];

interface Read {
  reply: Omit<Reply, "trouble">;
  flaw: string | undefined;
  field: string | undefined;
}

function readBytes(bytes: Uint8Array, size = bytes.length || 1, maxTokens = 1_000): Read {
  const reader = new ReplyReader({ now: () => 0, usedIds: new Set(["used"]), maxTokens, tools, messages: [] });
  for (let at = 0; at < bytes.length; at += size) {
    reader.push(bytes.subarray(at, at + size));
  }
  const { reply, flaw } = reader.end();
  return { reply, flaw: flaw?.kind, field: reader.reasoningField };
}

function read(body: string, size?: number, maxTokens?: number): Read {
  return readBytes(new TextEncoder().encode(body), size, maxTokens);
}

function delta(value: unknown, finish: string | null = null): string {
  return `data: ${JSON.stringify({ choices: [{ index: 0, delta: value, finish_reason: finish }] })}\n\n`;
}

const call = (part: object) => delta({ tool_calls: [part] });
const end = `${delta({}, "tool_calls")}data: [DONE]\n\n`;

describe("table 1.10, rules 6, 11 and 12: the stream", () => {
  test.each<[name: string, body: string]>([
    [
      "comments and keep-alives",
      `: ping\n\n: keepalive 3/10\n\n${delta({ content: "Hi" })}: ping\n${delta({}, "stop")}`,
    ],
    ["event lines", `event: message\nid: 1\nretry: 5\n${delta({ content: "Hi" })}event: done\n${delta({}, "stop")}`],
    ["CRLF", `${delta({ content: "Hi" })}${delta({}, "stop")}`.replaceAll("\n", "\r\n")],
    ["lone carriage returns", `${delta({ content: "Hi" })}${delta({}, "stop")}`.replaceAll("\n", "\r")],
    ["no last blank line", `${delta({ content: "Hi" })}${delta({}, "stop")}`.trimEnd()],
    ["no space after the colon", `${delta({ content: "Hi" })}${delta({}, "stop")}`.replaceAll("data: ", "data:")],
    ["several values in one line", `data: ${delta({ content: "Hi" }).slice(6).trim()}${delta({}, "stop").slice(6)}`],
    [
      "several data lines in one block",
      `${delta({ content: "H" }).trim()}\n${delta({ content: "i" }).trim()}\n${delta({}, "stop")}`,
    ],
    [
      "one value over several data lines",
      'data: {"choices":\ndata: [{"delta":{"content":"Hi"},\ndata: "finish_reason":"stop"}]}\n\n',
    ],
    [
      "bare JSON lines",
      `${delta({ content: "Hi" })}${delta({}, "stop")}`.replaceAll("data: ", "").replaceAll("\n\n", "\n"),
    ],
    [
      "one JSON document in place of a stream",
      JSON.stringify({ choices: [{ message: { role: "assistant", content: "Hi" }, finish_reason: "stop" }] }, null, 2),
    ],
    [
      "empty and missing choices",
      `data: {"choices":[]}\n\ndata: {"id":"x"}\n\ndata: {"choices":[{"index":0}]}\n\ndata: {"choices":[{"delta":null}]}\n\n${delta({ content: "Hi" })}${delta({}, "stop")}`,
    ],
    [
      "null contents and empty lists",
      `${delta({ role: "assistant", content: null, tool_calls: [] })}${delta({ content: "Hi", tool_calls: null, reasoning: "" })}${delta({ content: "" }, "stop")}`,
    ],
    ["contents in parts", `${delta({ content: [{ type: "text", text: "Hi" }] })}${delta({}, "stop")}`],
    [
      "a second choice",
      `data: {"choices":[{"index":1,"delta":{"content":"no"}}]}\n\n${delta({ content: "Hi" })}${delta({}, "stop")}`,
    ],
    ["no finish reason but its end mark", `${delta({ content: "Hi" })}data: [DONE]\n\n`],
    ["an end mark twice", `${delta({ content: "Hi" }, "stop")}data: [DONE]\n\ndata: [DONE]\n\n`],
    [
      "a null error field",
      `data: ${JSON.stringify({ error: null, choices: [{ delta: { content: "Hi" }, finish_reason: "stop" }] })}\n\n`,
    ],
  ])("%s, cut anywhere", (_, body) => {
    const bytes = new TextEncoder().encode(body);
    for (const size of [1, 2, 3, 7, bytes.length]) {
      expect(readBytes(bytes, size)).toMatchObject({ reply: { text: "Hi", stop: "stop" }, flaw: undefined });
    }
  });

  test("a character that is cut in the middle of its bytes is whole again", () => {
    const body = delta({ content: "Grüße 文件 😀" }) + delta({}, "stop");
    for (const size of [1, 2, 3, 5]) {
      expect(read(body, size).reply.text).toBe("Grüße 文件 😀");
    }
  });

  test.each([
    ["nothing at all", "", "empty_body"],
    ["only comments", ": ping\n\n: ping\n\n", "empty_body"],
    ["a web page", "<!doctype html><html>\n<body>Hello</body></html>", "not_a_stream"],
    ["plain words", "Internal Server Error", "not_a_stream"],
    ["no end", delta({ content: "Hi" }), "cut"],
    ["an error among the pieces", `${delta({ content: "Hi" })}data: {"error":{"message":"boom"}}\n\n`, "error"],
    ["an error as text", `data: {"error":"boom"}\n\ndata: [DONE]\n\n`, "error"],
    ["a flat error", `data: {"object":"error","message":"boom","code":400}\n\ndata: [DONE]\n\n`, "error"],
    ["an error in place of a stream", '{"error":{"message":"boom"}}', "error"],
  ])("%s is no good reply, and nothing of it is run", (_, body, flaw) => {
    const withCall = body.startsWith("data")
      ? call({ index: 0, id: "a", function: { name: "read_file", arguments: '{"path":"a"}' } }) + body
      : body;
    for (const size of [1, 5, undefined]) {
      expect(read(withCall, size)).toMatchObject({ reply: { stop: "error", calls: [] }, flaw });
    }
  });

  test("usage without a prompt is unknown, and usage without choices counts", () => {
    expect(
      read(
        `${delta({ content: "Hi" }, "stop")}data: {"choices":[],"usage":{"prompt_tokens":0,"completion_tokens":0}}\n\n`,
      ).reply.usage,
    ).toBeUndefined();
    expect(
      read(
        `${delta({ content: "Hi" }, "stop")}data: {"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":2,"prompt_tokens_details":{"cached_tokens":5}}}\n\n`,
      ).reply.usage,
    ).toEqual({ promptTokens: 7, completionTokens: 2, cachedTokens: 5 });
  });

  test("llama.cpp's own timings give the speed and what was cached", () => {
    const body = `${delta({ content: "Hi" }, "stop")}data: {"choices":[],"usage":{"prompt_tokens":70,"completion_tokens":2},"timings":{"cache_n":60,"prompt_n":10,"predicted_per_second":42.5}}\n\n`;

    expect(read(body).reply).toMatchObject({ usage: { cachedTokens: 60 }, timings: { tokensPerSecond: 42.5 } });
  });
});

describe("R-18 what never ends is cut off, and what is kept of it is bounded", () => {
  const pour = (pieceAt: (at: number) => string) => {
    const reader = new ReplyReader({ now: () => 0, usedIds: new Set(), maxTokens: 1e9, tools, messages: [] });
    let pushed = 0;
    for (let at = 0; reader.over === undefined && pushed < 200 * 1024 * 1024; at++) {
      const bytes = new TextEncoder().encode(pieceAt(at));
      reader.push(bytes);
      pushed += bytes.length;
    }
    return { reader, pushed };
  };
  /** Never the same. */
  const filler = (at: number) => `${at} `.padEnd(4_000, "x");

  test.each<[string, (at: number) => string]>([
    ["text", (at) => delta({ content: filler(at) })],
    ["reasoning", (at) => delta({ reasoning: filler(at) })],
    ["the arguments of one call", (at) => call({ index: 0, function: { name: "a", arguments: filler(at) } })],
    ["ever more calls", () => call({ function: { name: "a", arguments: "{}" } }).repeat(20)],
    ["data that is no JSON", (at) => `data: ${filler(at)}\n\n`],
    ["lines that are no events", (at) => `${filler(at)}\n`],
    ["a call in the text that does not end", (at) => delta({ content: `<tool_call>${filler(at)}` })],
  ])("%s", (_, pieceAt) => {
    const { reader, pushed } = pour(pieceAt);

    expect(reader.over).toBe("failed");
    expect(pushed).toBeLessThan(40 * 1024 * 1024);
    expect(reader.end()).toMatchObject({ reply: { stop: "error", calls: [] }, flaw: { kind: "too_long" } });
  });

  test.each<[string, string]>([
    ["text", delta({ content: "the same old song " })],
    ["reasoning", delta({ reasoning: "the same old song " })],
    ["the arguments of one call", call({ index: 0, function: { name: "a", arguments: "the same old song " } })],
    ["a call in the text", delta({ content: '<tool_call>{"name":"read_file","arguments":{"path":"a"}}</tool_call>' })],
  ])("the same %s over and over much sooner", (_, piece) => {
    const { reader, pushed } = pour(() => piece);

    expect(pushed).toBeLessThan(512 * 1024);
    expect(reader.end()).toMatchObject({ reply: { stop: "length", calls: [] }, flaw: { kind: "repeats" } });
  });
});

describe("table 1.10, rules 8 to 10: calls", () => {
  const wanted = [{ name: "read_file", arguments: '{"path":"a.js"}' }];

  test.each<[name: string, body: string, names?: string[]]>([
    [
      "whole in one piece",
      call({ index: 0, id: "a1", type: "function", function: { name: "read_file", arguments: '{"path":"a.js"}' } }),
    ],
    [
      "in fragments by index",
      call({ index: 0, id: "a1", function: { name: "read_file", arguments: "" } }) +
        call({ index: 0, id: null, function: { arguments: '{"pa' } }) +
        call({ index: 0, function: { arguments: 'th":"a.js"}' } }),
    ],
    [
      "in fragments by id",
      call({ id: "a1", function: { name: "read_file", arguments: '{"path":' } }) +
        call({ id: "a1", function: { arguments: '"a.js"}' } }),
    ],
    [
      "in fragments without index and id",
      call({ function: { name: "read_file", arguments: '{"path":' } }) + call({ function: { arguments: '"a.js"}' } }),
    ],
    [
      "with the name repeated",
      call({ index: 0, id: "a1", function: { name: "read_file", arguments: '{"path":' } }) +
        call({ index: 0, id: "a1", function: { name: "read_file", arguments: '"a.js"}' } }),
    ],
    [
      "with the name in pieces",
      call({ index: 0, id: "a1", function: { name: "read_" } }) +
        call({ index: 0, function: { name: "file", arguments: '{"path":"a.js"}' } }),
    ],
    ["with arguments as an object", call({ index: 0, function: { name: "read_file", arguments: { path: "a.js" } } })],
    [
      "with arguments encoded twice",
      call({ index: 0, id: "a1", function: { name: "read_file", arguments: JSON.stringify('{"path":"a.js"}') } }),
    ],
    [
      "sent twice",
      call({ index: 0, id: "a1", function: { name: "read_file", arguments: '{"path":"a.js"}' } }) +
        call({ index: 0, id: "a1", function: { name: "read_file", arguments: '{"path":"a.js"}' } }),
    ],
    ["as the old single function call", delta({ function_call: { name: "read_file", arguments: '{"path":"a.js"}' } })],
    [
      "with a name in another case",
      call({ index: 0, id: "a1", function: { name: "Read_File", arguments: '{"path":"a.js"}' } }),
    ],
    [
      "with harmony's rest in the name",
      call({ index: 0, id: "a1", function: { name: "read_file<|channel|>commentary", arguments: '{"path":"a.js"}' } }),
    ],
    [
      "with a comma too many",
      call({ index: 0, id: "a1", function: { name: "read_file", arguments: '{"path":"a.js",}' } }),
    ],
    [
      "in Python's spelling",
      call({ index: 0, id: "a1", function: { name: "read_file", arguments: "{'path': 'a.js'}" } }),
    ],
    [
      "with its last brace missing",
      call({ index: 0, id: "a1", function: { name: "read_file", arguments: '{"path":"a.js"' } }),
    ],
    [
      "with a brace too many",
      call({ index: 0, id: "a1", function: { name: "read_file", arguments: '{"path":"a.js"}}' } }),
    ],
    [
      "with an empty object before it",
      call({ index: 0, id: "a1", function: { name: "read_file", arguments: "{}" } }) +
        call({ index: 0, function: { arguments: '{"path":"a.js"}' } }),
    ],
  ])("%s", (_, body) => {
    for (const size of [1, 9, undefined]) {
      for (const finish of ["tool_calls", "tool_call", "stop", "function_call"]) {
        const { reply } = read(`${body}${delta({}, finish)}`, size);
        expect(reply.calls.map(({ name, arguments: args }) => ({ name, arguments: args }))).toEqual(wanted);
        expect(reply.stop).toBe("stop");
      }
      expect(read(`${body}data: [DONE]\n\n`, size).reply.calls).toHaveLength(1);
    }
  });

  test.each<[name: string, body: string]>([
    [
      "by index",
      call({ index: 0, id: "a", function: { name: "read_file", arguments: '{"path":"a"}' } }) +
        call({ index: 1, id: "b", function: { name: "read_file", arguments: '{"path":"b"}' } }),
    ],
    [
      "in fragments that alternate",
      call({ index: 0, id: "a", function: { name: "read_file" } }) +
        call({ index: 1, id: "b", function: { name: "read_file" } }) +
        call({ index: 0, function: { arguments: '{"path":"a"}' } }) +
        call({ index: 1, function: { arguments: '{"path":"b"}' } }),
    ],
    [
      "with the same index, as old servers send them",
      call({ index: 0, id: "a", function: { name: "read_file", arguments: '{"path":"a"}' } }) +
        call({ index: 0, id: "b", function: { name: "read_file", arguments: '{"path":"b"}' } }),
    ],
    [
      "with the same index and no ids",
      call({ index: 0, function: { name: "read_file", arguments: '{"path":"a"}' } }) +
        call({ index: 0, function: { name: "read_file", arguments: '{"path":"b"}' } }),
    ],
    [
      "with the same id",
      call({ index: 0, id: "x", function: { name: "read_file", arguments: '{"path":"a"}' } }) +
        call({ index: 1, id: "x", function: { name: "read_file", arguments: '{"path":"b"}' } }),
    ],
    [
      "in one delta",
      delta({
        tool_calls: [
          { function: { name: "read_file", arguments: '{"path":"a"}' } },
          { function: { name: "read_file", arguments: '{"path":"b"}' } },
        ],
      }),
    ],
    [
      "with indices that begin at one and run backwards",
      call({ index: 2, id: "a", function: { name: "read_file", arguments: '{"path":"a"}' } }) +
        call({ index: 1, id: "b", function: { name: "read_file", arguments: '{"path":"b"}' } }),
    ],
  ])("two calls %s are two calls", (_, body) => {
    const { reply } = read(body + end);

    expect(reply.calls.map((one) => one.arguments)).toEqual(['{"path":"a"}', '{"path":"b"}']);
    expect(new Set(reply.calls.map((one) => one.id)).size).toBe(2);
  });

  test("an id that the task has used before is replaced", () => {
    expect(
      read(call({ index: 0, id: "used", function: { name: "read_file", arguments: "{}" } }) + end).reply.calls[0]?.id,
    ).not.toBe("used");
  });

  test("a server's own id is kept", () => {
    expect(
      read(call({ index: 0, id: "functions.read_file:3", function: { name: "read_file", arguments: "{}" } }) + end)
        .reply.calls[0]?.id,
    ).toBe("functions.read_file:3");
  });

  test("a list that came as text is a list", () => {
    const edits = [{ old_text: "a", new_text: "b" }];
    const body = call({
      index: 0,
      id: "a",
      function: { name: "edit_file", arguments: JSON.stringify({ path: "a", edits: JSON.stringify(edits) }) },
    });

    expect(JSON.parse(read(body + end).reply.calls[0]?.arguments ?? "")).toEqual({ path: "a", edits });
  });

  test("arguments that could mean two things go to the model as they are", () => {
    const half = '{"path":"a","edits":[{"old_text":"a","new_text":"b"}';

    expect(
      read(call({ index: 0, id: "a", function: { name: "edit_file", arguments: half } }) + end).reply.calls[0]
        ?.arguments,
    ).toBe(half);
  });

  test.each([
    ["the finish reason says so", delta({}, "length"), 1_000],
    [
      "all tokens were spent",
      `${delta({}, "tool_calls")}data: {"choices":[],"usage":{"prompt_tokens":5,"completion_tokens":50}}\n\n`,
      50,
    ],
  ])("when the output limit was reached (%s), the last call is not run", (_, tail, maxTokens) => {
    const body =
      call({ index: 0, id: "a", function: { name: "read_file", arguments: '{"path":"a"}' } }) +
      call({ index: 1, id: "b", function: { name: "read_file", arguments: '{"path":"b"}' } });

    const { reply } = read(body + tail, undefined, maxTokens);

    expect(reply).toMatchObject({ stop: "length", calls: [{ arguments: '{"path":"a"}' }] });
    expect(reply.calls).toHaveLength(1);
  });
});

describe("table 1.10, rule 7: reasoning", () => {
  test.each(["reasoning_content", "reasoning", "thinking"])("under the name %s", (field) => {
    const { reply, field: seen } = read(
      `${delta({ [field]: "Hm" })}${delta({ [field]: "m." })}${delta({ content: "Hi" }, "stop")}`,
    );

    expect(reply).toMatchObject({ reasoning: "Hmm.", text: "Hi" });
    expect(seen).toBe(field);
  });

  test("under two names at once it is read once", () => {
    expect(
      read(delta({ reasoning: "Hm", reasoning_content: "Hm" }) + delta({ content: "Hi" }, "stop")).reply.reasoning,
    ).toBe("Hm");
  });

  test("as an object and as parts", () => {
    expect(read(delta({ reasoning: { content: "Hm" } }) + delta({ content: "Hi" }, "stop")).reply.reasoning).toBe("Hm");
    expect(
      read(
        delta({ content: [{ type: "thinking", thinking: [{ type: "text", text: "Hm" }] }] }) +
          delta({ content: "Hi" }, "stop"),
      ).reply.reasoning,
    ).toBe("Hm");
  });

  test.each<[string, string, string]>([
    ["<think>Hm</think>Hi", "Hm", "Hi"],
    ["\n<think>\nHm\n</think>\n\nHi", "\nHm\n", "Hi"],
    ["<thinking>Hm</thinking>Hi", "Hm", "Hi"],
    ["<mm:think>Hm</mm:think>Hi", "Hm", "Hi"],
    ["<thought>Hm</thought>Hi", "Hm", "Hi"],
    ["[THINK]Hm[/THINK]Hi", "Hm", "Hi"],
    ["<|channel>thoughtHm<channel|>Hi", "Hm", "Hi"],
    ["<|channel|>analysis<|message|>Hm<|end|>Hi", "Hm", "Hi"],
    ["<|channel|>final<|message|>Hi", "", "Hi"],
    ["<|start|>assistant<|channel|>final<|message|>Hi<|return|>", "", "Hi"],
    [
      "<|channel|>analysis<|message|>Hm<|end|><|start|>assistant<|channel|>final<|message|>Hi. 1 <| 2<|return|>",
      "Hm",
      "Hi. 1 <| 2",
    ],
    [
      "<|channel|>analysis<|message|>Hm<|end|><|start|>assistant<|channel|>analysis<|message|>m<|end|><|start|>assistant<|channel|>final<|message|>Hi<|end|>",
      "Hmm",
      "Hi",
    ],
    [
      "<|channel|>commentary<|message|>I look.<|end|><|start|>assistant<|channel|>analysis<|message|>Hm<|end|><|start|>assistant<|channel|>final<|message|>Hi<|return|>",
      "Hm",
      "I look.\n\nHi",
    ],
    [
      "gpt-oss begins with <|channel|>final<|message|> and ends with <|return|>",
      "",
      "gpt-oss begins with <|channel|>final<|message|> and ends with <|return|>",
    ],
    ["<think>Hm</think><think>m</think>Hi", "Hmm", "Hi"],
    ["Hm, so what.\n</think>\n\nHi", "Hm, so what.", "Hi"],
    ["I have it.</think>The bug is in a.ts.", "I have it.", "The bug is in a.ts."],
    ["I have it.</think>a.ts is wrong.", "I have it.", "a.ts is wrong."],
    ["I have it. </think> `a.ts` is wrong.", "I have it.", "`a.ts` is wrong."],
    ["So that is it\n</think>Done.", "So that is it", "Done."],
    ["hm</think>Hi", "hm", "Hi"],
    ["</think>Hi", "", "Hi"],
    ["<think>Hm", "Hm", ""],
    [
      "The tag <think> begins reasoning and </think> ends it.",
      "",
      "The tag <think> begins reasoning and </think> ends it.",
    ],
    ["Models close with `</think>`\nand go on.", "", "Models close with `</think>`\nand go on."],
    ...[
      "It writes `Hm.</think>Hi` into the text.",
      'It writes "Hm.</think>Hi" into the text.',
      "It ends with </think> and then comes the answer.",
      "That is the end. </think> is the tag.",
      "Your template prints <think>, the model Hm.</think>Hi.",
      "It sends:\n```\nHm.</think>Hi\n```\nand nothing else.",
      "<tool_call>Hm.</think>Hi",
    ].map((text): [string, string, string] => [text, "", text]),
    ["<thin", "", "<thin"],
    ["<b>Hi</b>", "", "<b>Hi</b>"],
  ])("in tags: %s", (content, reasoning, text) => {
    const whole = delta({ content }) + delta({}, "stop");
    const letters = [...content].map((letter) => delta({ content: letter })).join("") + delta({}, "stop");

    expect(read(whole).reply).toMatchObject({ reasoning, text });
    expect(read(letters).reply).toMatchObject({ reasoning, text });
  });
});
