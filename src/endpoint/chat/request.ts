import type { ModelRequest } from "../../core/ports";
import { usualRatio } from "../../core/tokens";
import type { ServerKind } from "../servers";
import { type ReasoningField, renderMessages, renderTools, withoutSystem } from "./render";
import { samplingFor } from "./sampling";
import { withToolsAsText } from "./tools-as-text";

const longestReplyTokens = 16_384;
const shortestReplyTokens = 512;

export interface ChatRequestOptions {
  model: string;
  kind: ServerKind;
  reasoningField: ReasoningField;
  /** Tokens the server has configured now, where known. */
  contextWindow: number | undefined;
  tokensPerCharacter: number | undefined;
  /** The server refuses tools. */
  toolsAsText: boolean;
  /** The server could not read the full descriptions of the tools. */
  plainSchemas: boolean;
  /** Its chat template knows user and assistant alone, in turn. */
  plainRoles: boolean;
  /** It refuses replies with calls that come back without their reasoning. */
  demandsReasoning: boolean;
  /** It is to make one call in a reply, not several. */
  oneCall: boolean;
  /** A smaller limit for the reply, after the server said that the usual one does not fit. */
  maxTokens?: number | undefined;
}

export type ChatBody = Record<string, unknown> & { max_tokens: number };

export interface ChatRequest {
  body: ChatBody;
  /** Characters of tools and messages as they are sent. */
  characters: number;
  /** The same without earlier reasoning, which many templates leave out. */
  leastCharacters: number;
  /** Those of system text and tools. */
  fixedCharacters: number;
  /** It is made for a template that knows user and assistant alone. */
  isPlain: boolean;
  /** Every reply with calls comes with reasoning. */
  hasReasoning: boolean;
}

/**
 * A chat completion. The order of the body's keys is fixed and what grows comes last but the reply's limit, so that the
 * bytes of one request begin with those of the one before it.
 */
export function chatRequest(given: ModelRequest, options: ChatRequestOptions): ChatRequest {
  const { plainRoles, demandsReasoning } = options;
  const request = options.toolsAsText || plainRoles ? withToolsAsText(given) : given;
  const { temperature, topP } = samplingFor(options.model);
  const tools = renderTools(request.tools, options.plainSchemas);
  const rendered = renderMessages(request, options.reasoningField, demandsReasoning);
  const messages = plainRoles ? withoutSystem(rendered) : rendered;
  const toolCharacters = JSON.stringify(tools).length;
  const characters = toolCharacters + JSON.stringify(messages).length;
  const reasoning = messages.reduce((sum, one) => sum + (one.reasoning ?? one.reasoning_content ?? "").length, 0);
  const promptTokens = Math.ceil(characters * (options.tokensPerCharacter ?? usualRatio));
  const body: ChatBody = {
    model: options.model,
    stream: true,
    stream_options: { include_usage: true },
    temperature,
    top_p: topP,
    ...callsInParallel(options),
    ...(tools.length === 0 ? {} : { tools }),
    messages,
    max_tokens: Math.min(
      options.maxTokens ?? replyBudget(promptTokens, options.contextWindow),
      given.replyTokens ?? longestReplyTokens,
    ),
  };
  const leastCharacters = characters - reasoning;
  const fixedCharacters = toolCharacters + request.system.length;
  return { body, characters, leastCharacters, fixedCharacters, isPlain: plainRoles, hasReasoning: demandsReasoning };
}

/** llama-server makes one call only unless it is told otherwise, vLLM as many as the model writes. */
function callsInParallel({ kind, oneCall }: ChatRequestOptions): Record<string, boolean> {
  if (kind === "llamacpp") {
    return { return_progress: true, parallel_tool_calls: !oneCall };
  }
  return kind === "vllm" && oneCall ? { parallel_tool_calls: false } : {};
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
