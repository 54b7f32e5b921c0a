import type { AgentError } from "../core/errors";
import type { Trouble } from "../core/events";
import { parseJson } from "../core/json";
import { type ServerKind, serverFacts } from "./servers";
import { fieldOf, isObject, listOf, textOf } from "./stream/json";

/** What a server's refusal comes down to. */
export type FailureClass =
  | "bad_call"
  | "overflow"
  | "no_tools"
  | "bad_order"
  | "grammar"
  | "poisoned_history"
  | "no_thinking"
  | "no_vision"
  | "unknown_model"
  | "loading"
  | "busy"
  | "out_of_memory"
  | "unauthorized"
  | "server_error";

/** Lower-case wordings of all servers; the first class with a match wins. */
const wordings: readonly [FailureClass, readonly RegExp[]][] = [
  // First, because what the model wrote is quoted in it.
  ["bad_call", [/error parsing tool call/, /failed to parse input at pos/]],
  [
    "overflow",
    [
      /exceed_context_size_error/,
      /exceeds the available context size/,
      /context size has been exceeded/,
      /maximum context length/,
      /longer than the model's context length/,
      /longer than the maximum model length/,
      /model's context length is only/,
      /prompt is longer than the context length/,
      /n_keep:.*n_ctx:/s,
      /greater than the context length/,
      /loaded with context length of only/,
      /trying to keep the first/,
      /input length exceeds the context length/,
      /max_tokens must be at least 1/,
      /contextwindowexceedederror/,
      /max prompt token limit/,
    ],
  ],
  [
    "no_tools",
    [
      /does not support tools/,
      /tool choice requires --enable-auto-tool-choice/,
      /requires --jinja/,
      /tools param requires/,
    ],
  ],
  [
    "bad_order",
    [
      /roles must alternate/,
      /unexpected (?:message )?role/,
      /system message must be at the beginning/,
      /no user query found/,
      /jinja exception/,
    ],
  ],
  ["grammar", [/failed to parse grammar/, /json schema conversion failed/, /failed to initialize samplers/]],
  [
    "poisoned_history",
    [/failed to parse tool call arguments/, /invalid tool call arguments/, /reasoning_content is missing/],
  ],
  ["no_thinking", [/does not support thinking/]],
  [
    "no_vision",
    [
      /does not support images/,
      /unsupported content part type/,
      /image input is not supported/,
      /only 'text' content type/,
    ],
  ],
  [
    "out_of_memory",
    [
      /requires more system memory/,
      /out of memory/,
      /failed to allocate/,
      /cudamalloc failed/,
      /not enough memory/,
      /unexpectedly stopped/,
      /process has terminated/,
      /model has crashed/,
      /insufficient memory/,
      /timed out waiting for llama-server to start/,
    ],
  ],
  [
    "unknown_model",
    [/model .*not found/, /not found, try pulling/, /no models? loaded/, /model is unloaded/, /model .*does not exist/],
  ],
  ["loading", [/loading model/, /unavailable_error/]],
  ["busy", [/maximum pending requests/, /server (?:is )?busy/, /too many requests/]],
];

export function classifyFailure(status: number, body: string): FailureClass {
  const text = body.toLowerCase();
  const worded = wordings.find(([, patterns]) => patterns.some((pattern) => pattern.test(text)))?.[0];
  if (worded !== undefined) {
    return worded;
  }
  if (status === 401 || status === 403) {
    return "unauthorized";
  }
  if (status === 404) {
    return "unknown_model";
  }
  return status === 429 ? "busy" : "server_error";
}

/** The human sentence inside an error body, wherever the server put it; undefined when the body is no JSON error. */
export function errorText(body: unknown): string | undefined {
  const value = typeof body === "string" ? parseJson(body) : body;
  if (!isObject(value)) {
    return undefined;
  }
  const error = value["error"];
  const candidates = [
    fieldOf(error, "message"),
    fieldOf(fieldOf(error, "error"), "message"),
    error,
    value["message"],
    value["detail"],
    fieldOf(value["detail"], "msg"),
    fieldOf(listOf(value["detail"])[0], "msg"),
  ];
  const found = candidates.map(textOf).find((text) => text !== "");
  return found === undefined ? undefined : (errorText(found) ?? found);
}

export interface Place {
  kind: ServerKind;
  /** Scheme, host and port as people know them. */
  origin: string;
  model: string;
}

/** The sentence for a request that the server refused with a status. */
export function refusedTrouble(status: number, body: string, place: Place): Trouble {
  const failure = classifyFailure(status, body);
  const said = errorText(body);
  if (said === undefined && looksLikeHtml(body)) {
    return notAStreamTrouble(body, place, status);
  }
  const detail = said ?? body;
  const quote = detail.trim() === "" ? "without an explanation" : `with: “${excerpt(detail)}”`;
  return {
    code: failure,
    message: messageFor(failure, place, `${status} ${quote}`),
    remedy: remedyFor(failure, place),
  };
}

/** The sentence for an error that arrived inside a stream that had begun well. */
export function streamErrorTrouble(error: unknown, place: Place): Trouble {
  const said = errorText(error) ?? JSON.stringify(error);
  const failure = classifyFailure(0, JSON.stringify(error));
  return {
    code: failure,
    message: messageFor(failure, place, `an error: “${excerpt(said)}”`),
    remedy: remedyFor(failure, place),
  };
}

/** Said before a request is sent that cannot fit. */
export function overflowTrouble(place: Place, window: number | undefined): Trouble {
  const size = window === undefined ? "" : `: it has ${window.toLocaleString("en")} tokens`;
  return {
    code: "overflow",
    message: `The conversation is too long for ${place.model} as ${name(place)} has loaded it${size}. Nothing was sent.`,
    remedy: remedyFor("overflow", place),
  };
}

/** Said where the user approves the very bytes of a request, so that it cannot be sent in another form unseen. */
export function otherFormTrouble(place: Place): Trouble {
  return {
    code: "other_form",
    message: `${name(place)} wants the conversation in another form than the one you were shown. Nothing else was sent.`,
    remedy: "Send the task there once more: the preview has the form that the server wants.",
  };
}

export function notAStreamTrouble(body: string, place: Place, status = 200): Trouble {
  const what = looksLikeHtml(body) ? "a web page" : "something that is no model's reply";
  return {
    code: "bad_answer",
    message: `${name(place)} answered with status ${status} and ${what}. It begins: “${excerpt(body)}”`,
    remedy: "Check the address of the endpoint: it must be that of a model server, usually ending in /v1.",
  };
}

export function emptyBodyTrouble(place: Place): Trouble {
  return {
    code: "empty_answer",
    message: `${name(place)} accepted the request and then sent nothing at all.`,
    remedy:
      "The conversation may be too long for the model as it is loaded. Try again, or load it with a larger context.",
  };
}

export function cutTrouble(place: Place, code: "connection_lost" | "cut_stream" = "cut_stream"): Trouble {
  return {
    code,
    message: `${name(place)} stopped in the middle of the reply.`,
    remedy: "What had arrived is kept, and nothing of it was run. Check that the server still runs, then try again.",
  };
}

export function tooLongTrouble(place: Place): Trouble {
  return {
    code: "bad_answer",
    message: `${name(place)} sent an answer without end, so it was cut off.`,
    remedy: "Try again. If it happens again, restart the model server or choose another model.",
  };
}

export function repeatsTrouble(block: string, { model }: Place): Trouble {
  const words = excerpt(block);
  const shown = words === "" ? "" : ` (“${words.length > 80 ? `${words.slice(0, 80)}…` : words}”)`;
  const what = words === "" ? "empty lines or blanks" : "the same text";
  return {
    code: "repeats",
    message: `${model} wrote ${what} over and over${shown}, so its reply was stopped there.`,
    remedy: "It is told so and goes on once. If it happens again, try a larger quantisation of it, or another model.",
  };
}

/** The sentence for what the gateway reports. */
export function networkTrouble(error: AgentError, place: Place, hadBegun: boolean): Trouble {
  if (error.code === "server_down") {
    return {
      code: error.code,
      message: `Nothing answers at ${place.origin}, where ${serverFacts[place.kind].title === "Model server" ? "the model server" : serverFacts[place.kind].title} should be.`,
      remedy: `${serverFacts[place.kind].start}, or choose another model.`,
    };
  }
  return error.code === "connection_lost" && hadBegun ? cutTrouble(place, "connection_lost") : error.trouble;
}

function messageFor(failure: FailureClass, place: Place, said: string): string {
  const who = name(place);
  const meanings: Record<FailureClass, string> = {
    bad_call: `${who} could not read a tool call that ${place.model} wrote`,
    overflow: `The conversation is too long for ${place.model} as ${who} has loaded it`,
    no_tools: `${place.model} cannot call tools as ${who} runs it`,
    bad_order: `${who} refused the order of the messages`,
    grammar: `${who} could not read the description of a tool`,
    poisoned_history: `${who} refused an earlier tool call in the conversation`,
    no_thinking: `${place.model} has no thinking to switch on`,
    no_vision: `${place.model} cannot look at pictures`,
    unknown_model: `${who} does not have the model ${place.model}`,
    loading: `${who} is still loading ${place.model}`,
    busy: `${who} has too many requests waiting`,
    out_of_memory: `${who} could not run ${place.model}, most likely for lack of memory`,
    unauthorized: `${who} wants a key, or another one`,
    server_error: `${who} failed`,
  };
  return `${meanings[failure]}. It answered ${said}`;
}

function remedyFor(failure: FailureClass, place: Place): string {
  const ollama = place.kind === "ollama";
  const remedies: Record<FailureClass, string> = {
    bad_call: "Try again. If it happens often, update the model server or choose another model.",
    overflow: "Start a new task, or load the model with a larger context.",
    no_tools: toolFlag(place),
    bad_order: "Try again. If it stays, update the model server or choose another model.",
    grammar: "Update the model server, or choose another one.",
    poisoned_history: "Try again.",
    no_thinking: "Try again.",
    no_vision: "Choose a model with vision, or take the picture out.",
    unknown_model: ollama
      ? `Run: ollama pull ${place.model}. Or choose another model.`
      : "Load the model in the server, or choose another one.",
    loading: "Wait until it is loaded, then try again.",
    busy: "Wait until the server has finished what it does, then try again.",
    out_of_memory: "Choose a smaller model or a smaller context, or close what else uses memory.",
    unauthorized: "Run “Hearth: Store or Remove an Endpoint's Key” and enter it for this endpoint, then try again.",
    server_error: "Look at the server's own log, then try again.",
  };
  return remedies[failure];
}

function toolFlag(place: Place): string {
  switch (place.kind) {
    case "vllm":
      return "Start vLLM with --enable-auto-tool-choice and the --tool-call-parser of this model, or choose another model.";
    case "sglang":
      return "Start SGLang with the --tool-call-parser of this model, or choose another model.";
    case "llamacpp":
      return "Start llama-server with --jinja, or choose another model.";
    default:
      return "Choose a model that was trained to call tools.";
  }
}

function name(place: Place): string {
  const { title } = serverFacts[place.kind];
  return place.kind === "generic" ? `The server at ${place.origin}` : `${title} at ${place.origin}`;
}

function looksLikeHtml(body: string): boolean {
  return /^\s*(?:<!doctype html|<html|<\?xml|<head|<body)/i.test(body);
}

/** The first 200 characters on one line, control characters made visible. */
export function excerpt(text: string): string {
  const shown = text.trim().slice(0, 200);
  const visible = shown
    .replace(/[\n\r\t]/g, " ")
    .replace(/[\p{Cc}\p{Cf}]/gu, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return text.trim().length > 200 ? `${visible}…` : visible;
}
