import { parseJson } from "../../core/json";
import { fieldOf, isObject, listOf, textOf } from "../stream/json";

/** A tool call of an earlier reply, with what came of it. */
export interface Step {
  tool: string;
  input: Record<string, unknown>;
  /** Undefined while the call has no result. */
  result: string | undefined;
  /** Place in the conversation; later is larger. */
  at: number;
}

/** What the script knows: only what the request holds. */
export interface Conversation {
  mode: "plan" | "act";
  /** The newest text of the user, or of Hearth in the user's place, that asks for something. */
  request: string;
  /** Everything the user has said so far, remarks on actions included. */
  wishes: string;
  /** The calls since that request. */
  steps: Step[];
  tools: ReadonlySet<string>;
}

const nudge = /^(?:\[Your reply |No file was changed)/;
const modeNote = /^\[mode: (plan|act)\]\s*$/gm;
const remark = /(?:They say|The user remarks|The user answers): (.*)$/gm;

/** Reads the body of a chat completion. Anything that does not fit is left out. */
export function readConversation(body: unknown): Conversation {
  const messages = listOf(fieldOf(body, "messages"));
  const steps = new Map<string, Step>();
  const wishes: string[] = [];
  let mode: Conversation["mode"] = "act";
  let request = "";
  let since = 0;
  for (const [at, message] of messages.entries()) {
    const role = fieldOf(message, "role");
    const text = textOf(fieldOf(message, "content"));
    if (role === "assistant") {
      for (const step of readSteps(message, at)) {
        steps.set(step.id, step);
      }
    } else if (role === "user" || role === "tool") {
      mode = lastMode(text) ?? mode;
      const said = text.replace(modeNote, "").trim();
      if (role === "tool") {
        const step = steps.get(textOf(fieldOf(message, "tool_call_id")));
        if (step !== undefined) {
          step.result = said;
        }
        wishes.push(...[...said.matchAll(remark)].map((match) => match[1] ?? ""));
      } else if (!nudge.test(said)) {
        request = said;
        since = at;
        wishes.push(said);
      }
    }
  }
  const tools = listOf(fieldOf(body, "tools")).map((tool) => textOf(fieldOf(fieldOf(tool, "function"), "name")));
  return {
    mode,
    request,
    wishes: wishes.join("\n"),
    steps: [...steps.values()].filter((step) => step.at > since),
    tools: new Set(tools),
  };
}

function readSteps(message: unknown, at: number): (Step & { id: string })[] {
  return listOf(fieldOf(message, "tool_calls")).map((call) => {
    const input = parseJson(textOf(fieldOf(fieldOf(call, "function"), "arguments")));
    return {
      id: textOf(fieldOf(call, "id")),
      tool: textOf(fieldOf(fieldOf(call, "function"), "name")),
      input: isObject(input) ? input : {},
      result: undefined,
      at,
    };
  });
}

function lastMode(text: string): Conversation["mode"] | undefined {
  const last = [...text.matchAll(modeNote)].at(-1)?.[1];
  return last === "plan" || last === "act" ? last : undefined;
}
