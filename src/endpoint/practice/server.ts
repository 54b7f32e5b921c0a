import type { EndpointView } from "../../core/events";
import { parseJson } from "../../core/json";
import type { InProcessServer } from "../../net/gateway";
import { fieldOf } from "../stream/json";
import { readConversation } from "./conversation";
import { type Answer, answer } from "./lesson";

export const practiceOrigin = "http://practice.hearth.invalid";
export const practiceModelName = "practice (a script, not a model)";

export const practiceEndpoint: EndpointView = {
  name: "Practice",
  model: practiceModelName,
  baseUrl: `${practiceOrigin}/v1`,
  locality: "machine",
  practice: true,
  contextWindow: 32_768,
};

/**
 * A script in the place of a model server: it answers chat completions as one would, streamed, and knows the lesson of the
 * sample project. `wordDelayMs` is the wait before each word.
 */
export function practiceServer({ wordDelayMs = 25 }: { wordDelayMs?: number } = {}): InProcessServer {
  return async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/v1/models") {
      return json(200, { object: "list", data: [{ id: practiceModelName, object: "model", owned_by: "hearth" }] });
    }
    if (pathname !== "/v1/chat/completions" || request.method !== "POST") {
      return json(404, {
        error: { message: "The practice model only answers chat completions.", type: "not_found_error" },
      });
    }
    const text = await request.text();
    const body = parseJson(text);
    const events = eventsOf(answer(readConversation(body)), text.length, fieldOf(body, "model"));
    return new Response(stream(events, wordDelayMs, request.signal), {
      headers: { "content-type": "text/event-stream" },
    });
  };
}

function json(status: number, body: unknown): Response {
  return new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });
}

/** The chunks of the answer: a word or a piece of a call each, then the end and the usage. */
function eventsOf({ text, calls }: Answer, promptCharacters: number, model: unknown): string[] {
  const head = { id: "chatcmpl-practice", object: "chat.completion.chunk", created: 0, model };
  const chunk = (delta: unknown, finish: string | null = null) => ({
    ...head,
    choices: [{ index: 0, delta, finish_reason: finish }],
  });
  const words = text.match(/\S+\s*|\s+/g) ?? [];
  const chunks: unknown[] = [chunk({ role: "assistant", content: "" }), ...words.map((content) => chunk({ content }))];
  for (const [index, { name, input }] of calls.entries()) {
    const id = `practice${promptCharacters}x${index}`;
    chunks.push(chunk({ tool_calls: [{ index, id, type: "function", function: { name, arguments: "" } }] }));
    for (const piece of JSON.stringify(input).match(/.{1,16}/gs) ?? []) {
      chunks.push(chunk({ tool_calls: [{ index, function: { arguments: piece } }] }));
    }
  }
  const prompt_tokens = Math.ceil(promptCharacters / 4);
  const completion_tokens = words.length + calls.length * 12;
  chunks.push(chunk({}, calls.length > 0 ? "tool_calls" : "stop"));
  chunks.push({
    ...head,
    choices: [],
    usage: { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens },
  });
  return [...chunks.map((one) => JSON.stringify(one)), "[DONE]"];
}

function stream(events: readonly string[], delayMs: number, signal: AbortSignal): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let next = 0;
  return new ReadableStream<Uint8Array>(
    {
      async pull(control) {
        await pause(delayMs, signal);
        const event = events[next];
        next += 1;
        if (event === undefined) {
          control.close();
        } else {
          control.enqueue(encoder.encode(`data: ${event}\n\n`));
        }
      },
    },
    { highWaterMark: 0 },
  );
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (ms === 0) {
    return Promise.resolve();
  }
  return new Promise((done, fail) => {
    const stop = () => {
      clearTimeout(timer);
      fail(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      done();
    }, ms);
    signal.addEventListener("abort", stop, { once: true });
  });
}
