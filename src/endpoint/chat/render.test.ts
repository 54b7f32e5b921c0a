import { expect, test } from "vitest";
import type { Message, ModelRequest } from "../../core/ports";
import { renderMessages } from "./render";
import { chatRequest } from "./request";

const user = (text: string): Message => ({ role: "user", text });
const assistant = (text: string, ...ids: string[]): Message => ({
  role: "assistant",
  text,
  reasoning: "",
  calls: ids.map((id) => ({ id, name: "read_file", arguments: '{"path": "a"}' })),
});
const result = (callId: string, text = "ok"): Message => ({ role: "tool", callId, name: "read_file", text });

function request(...messages: Message[]): ModelRequest {
  return {
    system: "S",
    tools: [{ name: "read_file", description: "", parameters: { type: "object", properties: {} } }],
    messages,
  };
}

/** Whether every chat template takes these messages. */
function isWellFormed(messages: ReturnType<typeof renderMessages>): boolean {
  let open = new Set<string>();
  for (const [index, message] of messages.entries()) {
    const before = messages[index - 1]?.role;
    const fits = {
      system: index === 0,
      user: before === "system" || (before === "assistant" && open.size === 0),
      assistant: before === "user" || (before === "tool" && open.size === 0),
      tool: open.delete(message.tool_call_id ?? ""),
    }[message.role];
    if (!fits) {
      return false;
    }
    if (message.role === "assistant") {
      open = new Set(message.tool_calls?.map((call) => call.id));
    }
  }
  return open.size === 0;
}

const histories: [string, Message[]][] = [
  ["a plain exchange", [user("a"), assistant("b"), user("c")]],
  ["calls with their results", [user("a"), assistant("", "1", "2"), result("1"), result("2"), assistant("b")]],
  ["the user twice", [user("a"), user("b")]],
  ["the user right after a result", [user("a"), assistant("", "1"), result("1"), user("b")]],
  ["a call that never got its result", [user("a"), assistant("", "1", "2"), result("1"), user("b")]],
  ["a call at the very end", [user("a"), assistant("", "1")]],
  ["the assistant first", [assistant("b"), user("a")]],
  ["the assistant twice", [user("a"), assistant("b"), assistant("c"), user("d")]],
  ["a result for no call", [user("a"), result("9"), assistant("b"), user("c")]],
  ["a result twice", [user("a"), assistant("", "1"), result("1"), result("1"), user("c")]],
  ["an empty reply", [user("a"), assistant(""), user("b")]],
];

test.each(histories)("rule 14: %s is well-formed for every template", (_, messages) => {
  const rendered = renderMessages(request(...messages), "reasoning_content");

  expect(isWellFormed(rendered)).toBe(true);
  expect(rendered.every((message) => typeof message.content === "string")).toBe(true);
  expect(rendered.filter((message) => message.role === "system")).toEqual([{ role: "system", content: "S" }]);
});

test.each(histories)("rule 16: what a shorter %s was rendered to stays as it is", (_, messages) => {
  const whole = renderMessages(request(...messages, assistant("end"), user("more")), "reasoning");
  for (let length = 1; length <= messages.length; length++) {
    const last = messages[length - 1];
    if (last?.role === "assistant" && last.calls.length > 0) {
      continue;
    }
    const open = messages.slice(0, length).flatMap((message) => (message.role === "assistant" ? message.calls : []));
    const answered = messages.slice(0, length).filter((message) => message.role === "tool").length;
    if (open.length <= answered) {
      const part = renderMessages(request(...messages.slice(0, length)), "reasoning");
      expect(whole.slice(0, part.length)).toEqual(part);
    }
  }
});

test("rule 9: arguments that are no JSON object are sent back empty, others byte for byte", () => {
  const messages: Message[] = [
    user("a"),
    {
      role: "assistant",
      text: "",
      reasoning: "",
      calls: ["{", "", "[1]", '"x"', '{ "path" :  "a" }'].map((args, index) => ({
        id: String(index),
        name: "read_file",
        arguments: args,
      })),
    },
  ];

  const [, , rendered] = renderMessages(request(...messages), "reasoning");

  expect(rendered?.tool_calls?.map((call) => call.function.arguments)).toEqual([
    "{}",
    "{}",
    "{}",
    "{}",
    '{ "path" :  "a" }',
  ]);
});

test.each(["reasoning", "reasoning_content"] as const)(
  "rule 7: reasoning goes back as %s and never as content",
  (field) => {
    const messages: Message[] = [user("a"), { role: "assistant", text: "b", reasoning: "Hm", calls: [] }, user("c")];

    const rendered = renderMessages(request(...messages), field);

    expect(rendered[2]).toEqual({ role: "assistant", content: "b", [field]: "Hm" });
  },
);

const options = {
  model: "m",
  kind: "generic",
  reasoningField: "reasoning",
  contextWindow: undefined,
  tokensPerCharacter: undefined,
  toolsAsText: false,
  plainSchemas: false,
  plainRoles: false,
  demandsReasoning: false,
  oneCall: false,
} as const;

test("rule 5: sampling and the reply's limit are always sent", () => {
  for (const model of ["qwen3-coder:30b", "Devstral-Small-2", "something-else"]) {
    expect(chatRequest(request(user("a")), { ...options, model }).body).toMatchObject({
      temperature: expect.any(Number),
      top_p: expect.any(Number),
      max_tokens: expect.any(Number),
    });
  }
});

test("rule 4: the reply's limit leaves room for the prompt", () => {
  const long = request(user("word ".repeat(10_000)));
  for (const contextWindow of [16_384, 20_000, 32_768, 131_072]) {
    const { body, characters } = chatRequest(long, { ...options, contextWindow });
    expect(body.max_tokens).toBeGreaterThan(0);
    expect(body.max_tokens + characters / 3.6).toBeLessThan(contextWindow);
  }
});

test("rule 17: only words of JSON Schema that every server knows are sent", () => {
  const parameters = {
    $schema: "x",
    type: "object",
    additionalProperties: false,
    properties: {
      pattern: { type: "string", pattern: "^(?!a)", maxLength: 1e9, format: "uri", description: "d" },
      list: {
        type: "array",
        minItems: 1,
        items: { type: "object", properties: { a: { type: "integer", exclusiveMinimum: 0 } } },
      },
    },
    required: ["pattern"],
  };

  const { body } = chatRequest({ ...request(user("a")), tools: [{ name: "t", description: "", parameters }] }, options);

  expect(body["tools"]).toEqual([
    {
      type: "function",
      function: {
        name: "t",
        description: "",
        parameters: {
          type: "object",
          properties: {
            pattern: { type: "string", description: "d" },
            list: { type: "array", items: { type: "object", properties: { a: { type: "integer" } } } },
          },
          required: ["pattern"],
        },
      },
    },
  ]);
});
