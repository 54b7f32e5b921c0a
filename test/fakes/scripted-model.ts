import type { EndpointView } from "../../src/core/events";
import type { Model, ModelRequest, Reply, ReplyPiece } from "../../src/core/ports";

export const fakeEndpoint: EndpointView = {
  name: "Scripted",
  model: "scripted-7b",
  baseUrl: "http://127.0.0.1:9/v1",
  locality: "machine",
  practice: false,
  contextWindow: 32_768,
};

type Turn = Reply | ((request: ModelRequest, signal: AbortSignal) => Reply | Promise<Reply>);

/** Answers with the given replies in order and keeps every request as it was sent. */
export class ScriptedModel implements Model {
  readonly endpoint = fakeEndpoint;
  readonly requests: ModelRequest[] = [];

  constructor(private readonly turns: Turn[]) {}

  async *reply(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ReplyPiece, Reply> {
    this.requests.push(structuredClone(request));
    const turn = this.turns.shift();
    if (!turn) {
      throw new Error("the script has no further reply");
    }
    const reply = typeof turn === "function" ? await turn(request, signal) : turn;
    if (reply.text !== "") {
      yield { kind: "text", text: reply.text };
    }
    return reply;
  }

  get lastSeen(): ModelRequest["messages"] {
    return this.requests.at(-1)?.messages ?? [];
  }
}

export function says(text: string): Reply {
  return { text, reasoning: "", calls: [], timings: { totalMs: 1 }, stop: "stop" };
}

let callCount = 0;

export function calls(...wanted: [name: string, input: unknown][]): Reply {
  const made = wanted.map(([name, input]) => ({
    id: `call_${++callCount}`,
    name,
    arguments: typeof input === "string" ? input : JSON.stringify(input),
  }));
  return { ...says(""), calls: made };
}

export function fails(message: string): Reply {
  return { ...says(""), stop: "error", trouble: { code: "server", message, remedy: "Try again." } };
}
