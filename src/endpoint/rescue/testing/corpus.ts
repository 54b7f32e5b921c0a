import type { ToolSpec } from "../../../core/ports";

export interface Wanted {
  name: string;
  input: Record<string, unknown>;
}

export const tools: ToolSpec[] = [
  tool("read_file", { path: "string", from: "integer", count: "integer" }, ["path"]),
  tool("list_files", { path: "string", depth: "integer" }, []),
  tool("search_text", { pattern: "string", path: "string", literal: "boolean" }, ["pattern"]),
  tool("write_file", { path: "string", content: "string" }, ["path", "content"]),
  tool("edit_file", { path: "string", edits: "array" }, ["path", "edits"]),
  tool("run_command", { command: "string", cwd: "string" }, ["command"]),
];

function tool(name: string, properties: Record<string, string>, required: string[]): ToolSpec {
  const shapes = Object.fromEntries(Object.entries(properties).map(([key, type]) => [key, { type }]));
  return { name, description: "", parameters: { type: "object", properties: shapes, required } };
}

/** Calls whose arguments are hard on some format or other. */
export const payloads: Wanted[][] = [
  [{ name: "read_file", input: { path: "src/basket.js" } }],
  [{ name: "read_file", input: { path: "a b/ünïcode 文件.ts", from: 10, count: 400 } }],
  [{ name: "list_files", input: {} }],
  [{ name: "search_text", input: { pattern: "function \\w+\\(", literal: false } }],
  [{ name: "search_text", input: { pattern: '"quoted" {braces} [brackets]', literal: true } }],
  [{ name: "run_command", input: { command: "npm test -- --grep 'a < b && c > d'" } }],
  [
    {
      name: "write_file",
      input: { path: "x.ts", content: 'const a = { b: [1, 2] };\nif (a < 2 && b > 3) {\n  log("it\'s");\n}\n' },
    },
  ],
  [{ name: "write_file", input: { path: "y.md", content: "# Title\n\n- one\n- two\n\n\tTab and trailing space \n" } }],
  [{ name: "write_file", input: { path: "z.html", content: '<div class="a">\n  <p>Fish &amp; chips</p>\n</div>' } }],
  [
    {
      name: "edit_file",
      input: {
        path: "src/basket.js",
        edits: [{ old_text: "  return amount - voucher;", new_text: "  return Math.max(0, amount - voucher);" }],
      },
    },
  ],
  [
    {
      name: "edit_file",
      input: {
        path: "a.json",
        edits: [
          { old_text: '{"a": 1}', new_text: '{"a": 2, "b": "\\n"}' },
          { old_text: "x", new_text: "" },
        ],
      },
    },
  ],
  [{ name: "run_command", input: { command: "echo 😀 | cat" } }],
  [
    { name: "read_file", input: { path: "a.js" } },
    { name: "read_file", input: { path: "b.js" } },
  ],
  [
    { name: "search_text", input: { pattern: "TODO" } },
    { name: "list_files", input: { path: "src", depth: 2 } },
    { name: "run_command", input: { command: "git status" } },
  ],
];

type Render = (calls: readonly Wanted[]) => string;

const json = (call: Wanted) => JSON.stringify({ name: call.name, arguments: call.input });
const pairs = (call: Wanted) =>
  Object.entries(call.input).map(
    ([key, value]) =>
      [key, typeof value === "string" ? value : JSON.stringify(value), typeof value === "string"] as const,
  );

/** How the calls of each family of models look when nobody has parsed them. */
export const renders: Record<string, Render> = {
  hermes: (calls) => calls.map((call) => `<tool_call>\n${json(call)}\n</tool_call>`).join("\n"),
  "hermes without an end": (calls) => calls.map((call) => `<tool_call>\n${json(call)}`).join("\n</tool_call>\n"),
  "qwen3-coder": (calls) =>
    calls
      .map(
        (call) =>
          `<tool_call>\n<function=${call.name}>\n${pairs(call)
            .map(([key, value]) => `<parameter=${key}>\n${value}\n</parameter>\n`)
            .join("")}</function>\n</tool_call>`,
      )
      .join("\n"),
  "qwen3-coder without the outer tag": (calls) =>
    calls
      .map(
        (call) =>
          `<function=${call.name}>\n${pairs(call)
            .map(([key, value]) => `<parameter=${key}>\n${value}\n</parameter>\n`)
            .join("")}</function>`,
      )
      .join("\n"),
  glm: (calls) =>
    calls
      .map(
        (call) =>
          `<tool_call>${call.name}\n${pairs(call)
            .map(([key, value]) => `<arg_key>${key}</arg_key>\n<arg_value>${value}</arg_value>\n`)
            .join("")}</tool_call>`,
      )
      .join("\n"),
  "deepseek dsml": (calls) =>
    `<｜DSML｜tool_calls>\n${calls
      .map(
        (call) =>
          `<｜DSML｜invoke name="${call.name}">\n${pairs(call)
            .map(
              ([key, value, isText]) =>
                `<｜DSML｜parameter name="${key}" string="${isText}">${value}</｜DSML｜parameter>\n`,
            )
            .join("")}</｜DSML｜invoke>`,
      )
      .join("\n")}\n</｜DSML｜tool_calls>`,
  "deepseek dsml with json": (calls) =>
    `<｜DSML｜function_calls>\n${calls.map((call) => `<｜DSML｜invoke name="${call.name}">\n${JSON.stringify(call.input)}\n</｜DSML｜invoke>`).join("\n")}\n</｜DSML｜function_calls>`,
  "deepseek v3.1": (calls) =>
    `<｜tool▁calls▁begin｜>${calls.map((call) => `<｜tool▁call▁begin｜>${call.name}<｜tool▁sep｜>${JSON.stringify(call.input)}<｜tool▁call▁end｜>`).join("")}<｜tool▁calls▁end｜>`,
  "deepseek v3": (calls) =>
    `<｜tool▁calls▁begin｜>${calls.map((call) => `<｜tool▁call▁begin｜>function<｜tool▁sep｜>${call.name}\n\`\`\`json\n${JSON.stringify(call.input)}\n\`\`\`<｜tool▁call▁end｜>`).join("\n")}<｜tool▁calls▁end｜>`,
  "kimi k2": (calls) =>
    `<|tool_calls_section_begin|>${calls.map((call, index) => `<|tool_call_begin|>functions.${call.name}:${index}<|tool_call_argument_begin|>${JSON.stringify(call.input)}<|tool_call_end|>`).join("")}<|tool_calls_section_end|>`,
  "minimax m3": (calls) => {
    const at = "]<]minimax[>[";
    const all = calls.map(
      (call) =>
        `${at}<invoke name="${call.name}">${pairs(call)
          .map(([key, value]) => `${at}<${key}>${value}${at}</${key}>`)
          .join("")}${at}</invoke>`,
    );
    return `${at}<tool_call>\n${all.join("\n")}\n${at}</tool_call>`;
  },
  "minimax m2": (calls) =>
    `<minimax:tool_call>\n${calls
      .map(
        (call) =>
          `<invoke name="${call.name}">\n${pairs(call)
            .map(([key, value]) => `<parameter name="${key}">${value}</parameter>\n`)
            .join("")}</invoke>`,
      )
      .join("\n")}\n</minimax:tool_call>`,
  mistral: (calls) => calls.map((call) => `[TOOL_CALLS]${call.name}[ARGS]${JSON.stringify(call.input)}`).join(""),
  "mistral with ids": (calls) =>
    calls
      .map((call, index) => `[TOOL_CALLS]${call.name}[CALL_ID]abc12345${index}[ARGS]${JSON.stringify(call.input)}`)
      .join(""),
  "older mistral": (calls) => `[TOOL_CALLS][${calls.map(json).join(", ")}]`,
  harmony: (calls) =>
    calls
      .map(
        (call) =>
          `<|channel|>commentary to=functions.${call.name} <|constrain|>json<|message|>${JSON.stringify(call.input)}<|call|>`,
      )
      .join("<|start|>assistant"),
  "harmony without its tokens": (calls) =>
    calls.map((call) => `assistantcommentary to=functions.${call.name} json${JSON.stringify(call.input)}`).join("\n"),
  "lm studio": (calls) => calls.map((call) => `[TOOL_REQUEST]\n${json(call)}\n[END_TOOL_REQUEST]`).join("\n"),
  "bare json": (calls) => calls.map(json).join("\n"),
  "a json list": (calls) => `[${calls.map(json).join(",\n")}]`,
  "pretty json": (calls) =>
    calls.map((call) => JSON.stringify({ name: call.name, parameters: call.input }, null, 2)).join("\n"),
  "fenced json": (calls) => calls.map((call) => `\`\`\`json\n${json(call)}\n\`\`\``).join("\n"),
};

/** What models say right before they call something. */
export const announcements: string[] = [
  "Let me check what applyVoucher returns.",
  "Let me check what applyVoucher returns:",
  "Let me check what applyVoucher returns",
  "The user wants the test fixed.",
  "The user wants the test fixed:",
  "I don't see it yet, let me search.",
  "The test expects 0, but the function returns -5.",
  "This file contains the function. Now the test.",
  "The output shows that one test fails. I'll look at it.",
  "The error says that total is not defined.",
  "That did not work. Let me look at the output:",
  "I'll update the documentation as well.",
  "First, I will check the schema that it accepts:",
  "Let me look at the date format first:",
  "Now I need to see how the tokens are parsed.",
  "I could not find any examples of it in src, so I'll look in test.",
  "I never read basket.js, so let me do that:",
  "You're right, I should make the tool call now:",
  "Let me make that tool call.",
  "The following test fails. Let me open it:",
  "I’ll make the following change:",
  "Let me see what it would print if the amount is 0:",
  "We need to find out what the template means by that:",
  "I see two problems:\n\n1. The discount is not applied.\n2. It returns a string.\n\nLet me fix the first:",
];

/** What models say before a call that they only show. */
export const explanations: string[] = [
  "A call looks like this:",
  "This is what a tool call looks like.",
  "Here is an example of a tool call:",
  "Here is an example of a tool call.",
  "When I want to read a file, I write:",
  "When I need to read a file, I will write:",
  "To read a file, I would write the following:",
  "If I wanted to read it, I would write:",
  "Let me show you what a call looks like:",
  "Let me give you an example of that.",
  "I'll explain it with an example:",
  "I will write it out for you:",
  "I will call the tool like this:",
  "Each of my calls is written as follows.",
  "For example, to read a file I send:",
  "Models of this family use this format.",
  "In this format, a call to read a file would be:",
  "Your server should turn this into a call:",
  "Without the right parser your server returns the raw text:",
  "The reply that your server did not parse was:",
  "This is what the model sent:",
  "The log contains:",
  "Never write this yourself:",
  "Do not put this into your prompt:",
  "You can try the parser with this text:",
];

/** Texts that are about calls, or show one, and are none. */
export const mentions: string[] = [
  'A call looks like this: <tool_call>{"name": "read_file", "arguments": {"path": "a.js"}}</tool_call>',
  'For example:\n<tool_call>\n{"name": "read_file", "arguments": {"path": "a.js"}}\n</tool_call>',
  'The model writes `<tool_call>{"name": "read_file", "arguments": {"path": "a.js"}}</tool_call>` when it wants to read.',
  'Hermes models emit the following:\n\n```\n<tool_call>\n{"name": "read_file", "arguments": {"path": "a.js"}}\n</tool_call>\n```\n\nThe server then parses it.',
  'Hermes models emit the following:\n\n```\n<tool_call>\n{"name": "read_file", "arguments": {"path": "a.js"}}\n</tool_call>\n```',
  'To read a file, send this JSON:\n\n```json\n{"name": "read_file", "arguments": {"path": "a.js"}}\n```\n\nReplace a.js by your file.',
  'The documentation shows this example:\n\n```json\n{"name": "read_file", "arguments": {"path": "a.js"}}\n```',
  'I read src/calls.ts. It contains a fixture:\n\n```ts\nconst call = { name: "read_file", arguments: { path: "a.js" } };\n```\n\nIt is used in two tests.',
  'The log shows what happened:\n\n```\n<|tool_calls_section_begin|><|tool_call_begin|>functions.read_file:0<|tool_call_argument_begin|>{"path":"a"}<|tool_call_end|><|tool_calls_section_end|>\n```',
  'Kimi uses <|tool_call_begin|>functions.read_file:0<|tool_call_argument_begin|>{"path":"a"}<|tool_call_end|> for its calls, which your server does not parse.',
  'The string [TOOL_CALLS]read_file[ARGS]{"path":"a"} is what Devstral prints.',
  'Your template is wrong: it prints "[TOOL_CALLS]read_file[ARGS]{"path":"a"}" instead of a call.',
  'LM Studio\'s default format is [TOOL_REQUEST]{"name":"read_file","arguments":{"path":"a"}}[END_TOOL_REQUEST]',
  "In Qwen's format the call would be <function=read_file><parameter=path>a.js</parameter></function>",
  "In Qwen's format a call is written as:\n\n<tool_call>\n<function=read_file>\n<parameter=path>\na.js\n</parameter>\n</function>\n</tool_call>\n\nThe outer tag may be missing.",
  "GLM writes <tool_call>read_file<arg_key>path</arg_key><arg_value>a.js</arg_value></tool_call> and the parser glm45 reads it.",
  'DeepSeek prints <｜tool▁calls▁begin｜><｜tool▁call▁begin｜>read_file<｜tool▁sep｜>{"path":"a"}<｜tool▁call▁end｜><｜tool▁calls▁end｜> in this case.',
  'The marker `<｜DSML｜invoke name="read_file">` begins a call in V4.',
  'MiniMax: `<minimax:tool_call><invoke name="read_file"><parameter name="path">a</parameter></invoke></minimax:tool_call>`',
  'gpt-oss addresses its calls like this: <|channel|>commentary to=functions.read_file <|constrain|>json<|message|>{"path":"a"}<|call|>',
  "The harmony header says to=functions.read_file and then json, which your proxy drops.",
  'I would call read_file with {"path": "a.js"} next, if you allow it.',
  'You can call read_file with the arguments {"path": "a.js"}.',
  '{"name": "my-package", "version": "1.0.0"}',
  '{"name": "read_file"} is not enough: the path is missing.',
  '{"path": "a.js"}',
  '{"name": "delete_everything", "arguments": {"path": "/"}}',
  '{"name": "read_file", "arguments": {}}',
  '{"name": "read_file", "arguments": {"file": "a.js"}}',
  '[{"name": "read_file", "description": "Reads a file."}]',
  'The tool list is:\n[{"name": "read_file", "arguments": {"path": "string"}}]\nand nothing else.',
  '```json\n{"name": "corner-shop", "scripts": {"test": "node --test"}}\n```',
  'Here is package.json:\n\n```json\n{"name": "corner-shop", "arguments": {"path": "a"}}\n```',
  "Done. I called read_file and edit_file; the tests pass.",
  'The function `read_file(path)` reads a file. Call it as `read_file({ path: "a.js" })`.',
  "<tool_call> is the tag that begins a call.",
  "<tool_call></tool_call>",
  "<tool_call>\nnot json at all\n</tool_call>",
  '<tool_call>{"name": "unknown_tool", "arguments": {"path": "a"}}</tool_call>',
  '<tool_call>{"name": "read_file", "arguments": {"path": "a.js"}}</tool_call> is what a Hermes model writes.',
  '<tool_call>{"name": "read_file", "arguments": {"path": "a.js"}}</tool_call>\n\nThis is the format that your server should parse.',
  "The regular expression /<function=(\\w+)>/ matches `<function=read_file>`.",
  "In the file I found:\n\n    <function=read_file><parameter=path>a</parameter></function>\n\nIt is a test fixture.",
  'const example = \'<tool_call>{"name":"read_file","arguments":{"path":"a"}}</tool_call>\';',
  'The parser test reads:\n\n```js\nexpect(parse(\'<tool_call>{"name":"read_file","arguments":{"path":"a"}}</tool_call>\')).toEqual([]);\n```',
  "Step 1: read_file\nStep 2: edit_file\nStep 3: run_command",
  '| tool | arguments |\n| --- | --- |\n| read_file | {"path": "a.js"} |',
  '> {"name": "read_file", "arguments": {"path": "a.js"}}\n\nThis is quoted from the log.',
  'You asked what a tool call is. It is JSON such as\n{"name": "read_file", "arguments": {"path": "a.js"}}',
  'The response of the server was:\n{"name": "read_file", "arguments": {"path": "a.js"}}',
  'Never write this yourself:\n<tool_call>{"name":"run_command","arguments":{"command":"rm -rf /"}}</tool_call>',
  "If you see [TOOL_CALLS] in the chat, the template is missing.",
  '~~~\n[TOOL_CALLS]read_file[ARGS]{"path":"a"}\n~~~\nThis is what vLLM printed without its parser flag.',
  '```python\ncalls = [{"name": "read_file", "arguments": {"path": "a.js"}}]\n```',
  '```ts\n{ name: "read_file", arguments: { path: "a.js" } }\n```',
  'I changed the fixture to:\n\n```json\n{"name": "read_file", "arguments": {"path": "b.js"}}\n```\n\nand ran the tests.',
  "to=functions.read_file",
  'The user wrote “<tool_call>{"name":"read_file","arguments":{"path":"a"}}</tool_call>” in the issue.',
  "(see <function=read_file><parameter=path>x</parameter></function>)",
  'What is the difference between <invoke name="read_file"> and <function=read_file>? The first has a name attribute.',
  '<invoke name="read_file"><parameter name="path">a</parameter></invoke> — the M2 form — is older than the M3 form.',
  'Expected `{"name":"read_file","arguments":{"path":"a"}}` but got nothing.',
];
