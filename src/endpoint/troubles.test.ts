import { expect, test } from "vitest";
import {
  classifyFailure,
  errorText,
  excerpt,
  type FailureClass,
  type Place,
  refusedTrouble,
  streamErrorTrouble,
} from "./troubles";
import { readLimits } from "./window/read-limits";

const place: Place = { kind: "vllm", origin: "http://127.0.0.1:8000", model: "qwen3-coder" };

/** What servers really say, by what it comes down to. */
const wordings: [FailureClass, number, string][] = [
  [
    "overflow",
    400,
    '{"error":{"code":400,"message":"request (9100 tokens) exceeds the available context size (4096 tokens), try increasing it","type":"exceed_context_size_error","n_prompt_tokens":9100,"n_ctx":4096}}',
  ],
  [
    "overflow",
    400,
    '{"error":{"message":"the request exceeds the available context size. try increasing the context size or enable context shift"}}',
  ],
  ["overflow", 500, '{"error":"Context size has been exceeded."}'],
  [
    "overflow",
    400,
    `{"error":{"message":"This model's maximum context length is 32768 tokens. However, you requested 16384 output tokens and your prompt contains at least 20000 input tokens, for a total of at least 36384 tokens. (parameter=input_tokens, value=20000)","type":"BadRequestError","param":"input_tokens","code":400}}`,
  ],
  [
    "overflow",
    400,
    `{"object":"error","message":"You passed 40000 input tokens and requested 100 output tokens. However, the model's context length is only 32768 tokens","type":"BadRequestError"}`,
  ],
  [
    "overflow",
    400,
    "This model's maximum context length is 8192 tokens. However, you requested 9000 tokens (8000 in the messages, 1000 in the completion).",
  ],
  ["overflow", 400, '{"error":{"message":"max_tokens must be at least 1, got -186"}}'],
  ["overflow", 400, '{"message":"The decoder prompt (length 9000) is longer than the maximum model length of 8192."}'],
  [
    "overflow",
    200,
    `{"object":"error","message":"The input (9000 tokens) is longer than the model's context length (8192 tokens)."}`,
  ],
  [
    "overflow",
    200,
    "Requested token count exceeds the model's maximum context length of 8192 tokens. You requested a total of 9000 tokens: 8000 tokens from the input messages and 1000 tokens for the completion.",
  ],
  [
    "overflow",
    400,
    '{"error":"The number of tokens to keep from the initial prompt is greater than the context length (n_keep: 9000>= n_ctx: 4096). Try to load the model with a larger context length"}',
  ],
  [
    "overflow",
    400,
    '{"error":"Trying to keep the first 9000 tokens when context the overflows. However, the model is loaded with context length of only 4096 tokens, which is not enough."}',
  ],
  [
    "overflow",
    400,
    '{"error":{"message":"the prompt is longer than the context length currently available to the model; shorten it","type":"invalid_request_error"}}',
  ],
  ["overflow", 400, '{"error":{"message":"litellm.ContextWindowExceededError: too long"}}'],
  ["overflow", 400, '{"error":"Prompt exceeds max prompt token limit"}'],
  ["overflow", 400, '{"error":"input length exceeds the context length"}'],
  ["no_tools", 400, '{"error":{"message":"registry.ollama.ai/library/gemma does not support tools"}}'],
  [
    "no_tools",
    400,
    '{"error":{"message":"\\"auto\\" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set"}}',
  ],
  ["no_tools", 500, '{"error":{"message":"tools param requires --jinja flag"}}'],
  ["bad_order", 400, '{"error":{"message":"Conversation roles must alternate user/assistant/user/assistant/..."}}'],
  ["bad_order", 400, '{"object":"error","message":"Unexpected role \'user\' after role \'tool\'"}'],
  ["bad_order", 400, '{"message":"Unexpected message role."}'],
  ["bad_order", 500, '{"error":{"message":"System message must be at the beginning."}}'],
  ["bad_order", 500, '{"error":{"message":"no user query found in messages"}}'],
  ["bad_order", 500, '{"error":{"message":"Jinja Exception: something"}}'],
  ["grammar", 400, '{"error":{"message":"Failed to initialize samplers: failed to parse grammar"}}'],
  [
    "grammar",
    400,
    '{"error":{"message":"JSON schema conversion failed: Pattern must start with \'^\' and end with \'$\'"}}',
  ],
  ["poisoned_history", 500, '{"error":{"message":"Failed to parse tool call arguments as JSON"}}'],
  ["poisoned_history", 400, '{"error":{"message":"invalid tool call arguments"}}'],
  ["poisoned_history", 400, '{"error":{"message":"reasoning_content is missing in assistant tool call message"}}'],
  ["no_thinking", 400, '{"error":{"message":"\\"qwen2.5\\" does not support thinking"}}'],
  ["no_vision", 400, '{"error":"Model does not support images. Please use a model that does."}'],
  ["no_vision", 400, '{"error":"Only \'text\' content type is supported."}'],
  ["unknown_model", 404, '{"error":{"message":"model \\"x\\" not found, try pulling it first"}}'],
  ["unknown_model", 404, '{"object":"error","message":"The model `x` does not exist."}'],
  [
    "unknown_model",
    404,
    '{"error":{"message":"No models loaded. Please load a model in the developer page","param":"model"}}',
  ],
  ["unknown_model", 400, '{"error":"Model is unloaded."}'],
  ["unknown_model", 404, ""],
  ["loading", 503, '{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}'],
  ["busy", 503, '{"error":{"message":"server busy, please try again.  maximum pending requests exceeded"}}'],
  ["busy", 503, '{"detail":{"msg":"Server is busy; please try again later.","type":"service_unavailable"}}'],
  ["busy", 429, ""],
  ["bad_call", 500, `{"error":{"message":"error parsing tool call: raw='{\\"text\\": \\"out of memory', err=EOF"}}`],
  ["bad_call", 500, '{"error":{"code":500,"message":"Failed to parse input at pos 120: <tool_call>"}}'],
  [
    "out_of_memory",
    500,
    '{"error":{"message":"model requires more system memory (20.1 GiB) than is available (7.5 GiB)"}}',
  ],
  [
    "out_of_memory",
    500,
    '{"error":{"message":"model runner has unexpectedly stopped, this may be due to resource limitations"}}',
  ],
  ["out_of_memory", 500, '{"error":{"message":"llama-server process has terminated: exit status 1"}}'],
  ["out_of_memory", 500, '{"error":"cudaMalloc failed: out of memory"}'],
  ["out_of_memory", 400, '{"error":"The model has crashed without additional information. (Exit code: 6)"}'],
  ["unauthorized", 401, '{"error":{"message":"Invalid API key","type":"authentication_error"}}'],
  ["unauthorized", 403, ""],
  ["server_error", 500, '{"error":{"message":"boom"}}'],
  ["server_error", 500, ""],
];

test.each(wordings)("table 1.9, %s: %d %s", (kind, status, body) => {
  expect(classifyFailure(status, body)).toBe(kind);
  const trouble = refusedTrouble(status, body, place);
  expect(trouble.code).toBe(kind);
  expect(trouble.message).toContain(String(status));
  expect(trouble.remedy).toMatch(/[.!]$/);
});

test.each([
  ['{"error":{"message":"a"}}', "a"],
  ['{"error":"b"}', "b"],
  ['{"object":"error","message":"c"}', "c"],
  ['{"detail":"d"}', "d"],
  ['{"detail":[{"loc":["body"],"msg":"e"}]}', "e"],
  ['{"detail":{"msg":"e2","type":"service_unavailable"}}', "e2"],
  ['{"error":{"error":{"message":"f"}}}', "f"],
  ['{"error":{"message":"{\\"error\\":{\\"code\\":400,\\"message\\":\\"g\\"}}"}}', "g"],
  ["<html>", undefined],
  ["", undefined],
  ["[]", undefined],
])("rule 12: the sentence in %s is %s", (body, text) => {
  expect(errorText(body)).toBe(text);
});

test.each([
  ['{"error":{"type":"exceed_context_size_error","n_prompt_tokens":9100,"n_ctx":4096}}', 4096, 9100],
  ["request (9100 tokens) exceeds the available context size (4096 tokens), try increasing it", 4096, 9100],
  ["(n_keep: 9000>= n_ctx: 4096)", 4096, 9000],
  ["However, the model is loaded with context length of only 4096 tokens", 4096, undefined],
  [
    "This model's maximum context length is 32768 tokens. However, … your prompt contains at least 20000 input tokens",
    32_768,
    20_000,
  ],
  ["You passed 40000 input tokens … However, the model's context length is only 32768 tokens", 32_768, 40_000],
  [
    "maximum context length is 8192 tokens. However, you requested 9000 tokens (8000 in the messages, 1000 in the completion)",
    8192,
    8000,
  ],
  ["The input (9000 tokens) is longer than the model's context length (8192 tokens).", 8192, 9000],
  [
    "maximum context length of 8192 tokens. You requested a total of 9000 tokens: 8000 tokens from the input messages",
    8192,
    8000,
  ],
  ["The decoder prompt (length 9000) is longer than the maximum model length of 8192.", 8192, 9000],
  ["Context size has been exceeded.", undefined, undefined],
])("the numbers in “%s” are read", (body, window, prompt) => {
  expect(readLimits(body)).toMatchObject({ window, prompt });
});

test("an error is told in a sentence that names the server, the model and what to do", () => {
  expect(
    refusedTrouble(
      400,
      '{"error":{"message":"\\"auto\\" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set"}}',
      place,
    ),
  ).toEqual({
    code: "no_tools",
    message:
      'qwen3-coder cannot call tools as vLLM at http://127.0.0.1:8000 runs it. It answered 400 with: “"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set”',
    remedy:
      "Start vLLM with --enable-auto-tool-choice and the --tool-call-parser of this model, or choose another model.",
  });
});

test("what a server says is shown in 200 characters on one line, and cannot change the text around it", () => {
  const nasty = `first\nsecond\u001b[31m\u202ereversed\u0000${"x".repeat(500)}`;

  const shown = excerpt(nasty);

  expect(shown).toContain("first second\\u001b[31m\\u202ereversed\\u0000");
  expect(shown).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  expect(shown.length).toBeLessThan(250);
});

test("rule 12: an error inside a stream is classified like any other", () => {
  expect(streamErrorTrouble({ error: { message: "Context size has been exceeded." } }, place).code).toBe("overflow");
});
