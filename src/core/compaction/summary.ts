import type { Model, ModelRequest } from "../ports";
import { keepEnds } from "../text/keep-ends";

const ask =
  "[There is no room for the whole conversation any more. Write the summary from which you will go on without it. Call no tool. Short points: what the user wants; what you found (files, functions, facts, exact names); what you changed; what failed and why; what is next. At most 300 words.]";
const shortest = 40;
const longest = 6_000;

/** The same prefix as always, so that the server has read it already, and the question at its end. */
export function summaryRequest(request: ModelRequest, replyTokens: number): ModelRequest {
  const messages = [...request.messages, { role: "user" as const, text: ask }];
  return { ...request, messages, replyTokens, purpose: "sum up the conversation" };
}

/** The model's own words for what was done. Undefined when it did not write any. */
export async function writeSummary(
  model: Model,
  request: ModelRequest,
  signal: AbortSignal,
): Promise<string | undefined> {
  const stream = model.reply(request, signal);
  let next = await stream.next();
  while (!next.done) {
    next = await stream.next();
  }
  const { stop, calls, text, trouble } = next.value;
  const isWhole = stop === "stop" || (stop === "length" && trouble?.code !== "repeats");
  const isGood = isWhole && calls.length === 0 && text.trim().length >= shortest;
  return isGood ? keepEnds(text.trim(), longest) : undefined;
}
