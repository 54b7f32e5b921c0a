import { parseJson } from "../../core/json";
import type { Message, ModelRequest, ToolSpec } from "../../core/ports";
import { isObject } from "../stream/json";
import { renderTools } from "./render";

/**
 * The same conversation for a server that refuses tools: they are described in the system message, calls and their results
 * are written out. The model's calls are then found in its text.
 */
export function withToolsAsText(request: ModelRequest): ModelRequest {
  const { system, tools } = request;
  const described = tools.length === 0 ? system : `${system}\n\n${describe(tools)}`;
  return { system: described, tools: [], messages: writeOut(request.messages) };
}

/** The same conversation for a model that cannot call tools. */
export function withoutTools(request: ModelRequest): ModelRequest {
  return { ...request, system: `${request.system}\n\n${noTools}`, tools: [], messages: writeOut(request.messages) };
}

const noTools =
  "In this conversation you have no tools: answer from what the messages hold, and say what you would have to see.";

function describe(tools: readonly ToolSpec[]): string {
  return [
    "# Tools",
    "To call a tool, end your reply with exactly this and write nothing behind it:",
    '<tool_call>\n{"name": "NAME", "arguments": {…}}\n</tool_call>',
    "Its result comes with the next message. These are the tools:",
    ...renderTools(tools).map((tool) => JSON.stringify(isObject(tool) ? tool["function"] : tool)),
  ].join("\n");
}

function writeOut(messages: readonly Message[]): Message[] {
  const out: Message[] = [];
  let results: string[] = [];
  const flush = () => {
    if (results.length > 0) {
      out.push({ role: "user", text: results.join("\n") });
      results = [];
    }
  };
  for (const message of messages) {
    if (message.role === "tool") {
      results.push(`<tool_response name="${message.name}">\n${message.text}\n</tool_response>`);
      continue;
    }
    flush();
    out.push(message.role === "user" ? message : { ...message, text: withCalls(message), calls: [] });
  }
  flush();
  return out;
}

function withCalls({ text, calls }: Extract<Message, { role: "assistant" }>): string {
  const written = calls.map(({ name, arguments: args }) => {
    const input = parseJson(args);
    return `<tool_call>\n${JSON.stringify({ name, arguments: isObject(input) ? input : {} })}\n</tool_call>`;
  });
  return [text, ...written].filter((part) => part !== "").join("\n");
}
