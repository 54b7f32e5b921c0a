import type { Message, ModelRequest } from "../ports";
import { type RedactedRequest, redactRequest } from "./redact-request";
import type { Redactor } from "./redactor";

export const leftOutText = "[left out by the user]";

/** What the user decided about the messages that a preview showed. What is added later goes out as it is. */
export interface Selection {
  /** How many messages the preview showed. */
  shown: number;
  /** Positions of those that are replaced by a placeholder. */
  leftOut: ReadonlySet<number>;
}

export interface Prepared {
  /** What would be sent. */
  request: ModelRequest;
  /** The same before parts were left out, for the preview. */
  redacted: RedactedRequest;
}

/**
 * The request as it may leave this machine: secrets taken out first, then the parts that the user left out. The thoughts
 * of the model that worked before stay here; another model's thoughts are of no use.
 */
export function prepareRequest(request: ModelRequest, redactor: Redactor, selection: Selection): Prepared {
  const messages = request.messages.map((message, index) =>
    index < selection.shown ? withoutReasoning(message) : message,
  );
  const redacted = redactRequest({ ...request, messages }, redactor);
  const chosen = redacted.messages.map(({ message }, index) =>
    index < selection.shown && selection.leftOut.has(index) ? leaveOut(message) : message,
  );
  return { request: { ...request, system: redacted.system.text, messages: chosen }, redacted };
}

function withoutReasoning(message: Message): Message {
  return message.role === "assistant" ? { ...message, reasoning: "" } : message;
}

/** Calls and their results stay in pairs, as every server demands. */
function leaveOut(message: Message): Message {
  if (message.role !== "assistant") {
    return { ...message, text: leftOutText };
  }
  const calls = message.calls.map((call) => ({ ...call, arguments: "{}" }));
  return { role: "assistant", text: leftOutText, reasoning: "", calls };
}
