import type { ModelRequest } from "../../core/ports";
import { estimateTokens } from "../../core/tokens";
import { type ReasoningField, renderMessages, renderTools } from "./render";
import { samplingFor } from "./sampling";

const longestReplyTokens = 16_384;
const shortestReplyTokens = 512;

export interface ChatRequestOptions {
  model: string;
  reasoningField: ReasoningField;
  /** Tokens the server has configured now, where known. */
  contextWindow: number | undefined;
}

/**
 * The body of a chat completion. The order of its keys is fixed and what grows comes last but the settings, so that the
 * bytes of one request begin with those of the one before it.
 */
export function chatRequest(
  request: ModelRequest,
  options: ChatRequestOptions,
): Record<string, unknown> & { max_tokens: number } {
  const { temperature, topP } = samplingFor(options.model);
  const tools = renderTools(request.tools);
  const messages = renderMessages(request, options.reasoningField);
  const promptTokens = estimateTokens(JSON.stringify(tools) + JSON.stringify(messages));
  return {
    model: options.model,
    stream: true,
    stream_options: { include_usage: true },
    temperature,
    top_p: topP,
    ...(tools.length === 0 ? {} : { tools }),
    messages,
    max_tokens: replyBudget(promptTokens, options.contextWindow),
  };
}

/** What is left of the window after the prompt, with a margin, within sensible bounds. */
function replyBudget(promptTokens: number, window: number | undefined): number {
  if (window === undefined) {
    return longestReplyTokens;
  }
  const margin = Math.ceil(window * 0.02) + 64;
  const left = window - promptTokens - margin;
  return Math.max(Math.min(longestReplyTokens, left), Math.min(shortestReplyTokens, Math.floor(window / 4)));
}
