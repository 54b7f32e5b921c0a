import { parseJson } from "../../core/json";
import type { Message, ModelRequest, ToolSpec } from "../../core/ports";
import { isObject } from "../stream/json";

/** The name under which a server wants earlier reasoning back. */
export type ReasoningField = "reasoning" | "reasoning_content";

/** Some servers refuse a conversation in which a reply with calls comes back without its reasoning. */
const noReasoning = "(none)";

interface WireCall {
  id: string;
  type: "function";
  function: { name: string; arguments: string };
}

export interface WireMessage {
  role: "system" | "user" | "assistant" | "tool";
  content: string;
  reasoning?: string;
  reasoning_content?: string;
  tool_calls?: WireCall[];
  tool_call_id?: string;
}

const bridge = "(stopped)";
const noResult = "Not run: the task was stopped before this call.";
const goOn = "Go on.";

/**
 * The messages as every chat template accepts them: one system message first, user and assistant in turn, a result for
 * every call, contents as plain strings. It only ever adds messages, never joins or changes them, so that the rendering of
 * a longer conversation begins with that of a shorter one. `demanded`: the server wants reasoning with every call.
 */
export function renderMessages(request: ModelRequest, field: ReasoningField, demanded = false): WireMessage[] {
  const rendering = new Rendering(field, demanded);
  rendering.out.push({ role: "system", content: request.system });
  for (const message of request.messages) {
    rendering.add(message);
  }
  rendering.closeCalls();
  return rendering.out;
}

class Rendering {
  readonly out: WireMessage[] = [];
  private readonly open = new Set<string>();

  constructor(
    private readonly field: ReasoningField,
    private readonly demanded: boolean,
  ) {}

  add(message: Message): void {
    if (message.role === "tool") {
      this.addResult(message.callId, message.text);
      return;
    }
    this.closeCalls();
    if (message.role === "user") {
      this.addUser(message.text);
    } else {
      this.addAssistant(message);
    }
  }

  closeCalls(): void {
    for (const id of [...this.open]) {
      this.addResult(id, noResult);
    }
  }

  private addUser(text: string): void {
    const last = this.out.at(-1)?.role;
    if (last === "user" || last === "tool") {
      this.out.push({ role: "assistant", content: bridge });
    }
    this.out.push({ role: "user", content: text });
  }

  private addAssistant(message: Extract<Message, { role: "assistant" }>): void {
    const last = this.out.at(-1)?.role;
    if (last === "system" || last === "assistant") {
      this.out.push({ role: "user", content: goOn });
    }
    const calls = message.calls.map(
      (call): WireCall => ({
        id: call.id,
        type: "function",
        function: { name: call.name, arguments: validArguments(call.arguments) },
      }),
    );
    const content = message.text === "" && calls.length === 0 ? bridge : message.text;
    this.out.push({
      role: "assistant",
      content,
      ...this.reasoningOf(message),
      ...(calls.length === 0 ? {} : { tool_calls: calls }),
    });
    for (const call of calls) {
      this.open.add(call.id);
    }
  }

  private reasoningOf({ reasoning, calls }: Extract<Message, { role: "assistant" }>): Partial<WireMessage> {
    if (this.demanded && calls.length > 0) {
      return { reasoning: reasoning || noReasoning, reasoning_content: reasoning || noReasoning };
    }
    return reasoning === "" ? {} : { [this.field]: reasoning };
  }

  /** A result that answers no call would be refused by every server. */
  private addResult(id: string, text: string): void {
    if (this.open.delete(id)) {
      this.out.push({ role: "tool", content: text, tool_call_id: id });
    }
  }
}

/** Arguments that are no JSON object make a server refuse this and every later request: they go back empty. */
function validArguments(text: string): string {
  return isObject(parseJson(text)) ? text : "{}";
}

/** For a template that knows user and assistant alone: what the system says stands before the first message. */
export function withoutSystem([system, ...messages]: readonly WireMessage[]): WireMessage[] {
  const [first, ...rest] = messages;
  return system === undefined || first === undefined
    ? [...messages]
    : [{ ...first, content: `${system.content}\n\n${first.content}` }, ...rest];
}

/** Tool descriptions in plain JSON Schema; `plain` leaves out all but names, types and what is required. */
export function renderTools(tools: readonly ToolSpec[], plain = false): unknown[] {
  return tools.map(({ name, description, parameters }) => ({
    type: "function",
    function: { name, description, parameters: plainSchema(parameters, plain ? plainest : kept) },
  }));
}

const plainest = new Set(["type", "properties", "required", "items"]);
const kept = new Set(["type", "properties", "required", "enum", "items", "description", "default", "anyOf", "const"]);

/** Local servers turn schemas into grammars and stumble over the rarer words: only these are sent. */
function plainSchema(schema: unknown, kept: ReadonlySet<string>): unknown {
  if (Array.isArray(schema)) {
    return schema.map((one) => plainSchema(one, kept));
  }
  if (!isObject(schema)) {
    return schema;
  }
  const plain: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(schema)) {
    if (key === "properties" && isObject(value)) {
      plain[key] = Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plainSchema(inner, kept)]));
    } else if (kept.has(key)) {
      plain[key] = key === "default" || key === "enum" || key === "const" ? value : plainSchema(value, kept);
    }
  }
  return plain;
}
