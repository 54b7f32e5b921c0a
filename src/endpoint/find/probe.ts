import { AgentError } from "../../core/errors";
import { parseJson } from "../../core/json";
import type { Gateway, Purpose } from "../../net/gateway";

/** What a server said to a question about itself. */
export interface Said {
  status: number;
  text: string;
  /** Undefined when the text is no JSON. */
  json: unknown;
}

const usualTimeoutMs = 1_000;
const longestAnswer = 8 * 1024 * 1024;

/** Asks one server about itself. Every question has a second to be answered, or `timeoutMs`; none carries anything of the user's. */
export class Probe {
  constructor(
    private readonly gateway: Gateway,
    readonly root: string,
    private readonly signal: AbortSignal,
    private readonly key?: string,
    private readonly purpose: Purpose = { purpose: "look for models" },
    private readonly timeoutMs = usualTimeoutMs,
  ) {}

  get(path: string): Promise<Said | undefined> {
    return this.ask("GET", path, undefined);
  }

  post(path: string, body: unknown): Promise<Said | undefined> {
    return this.ask("POST", path, JSON.stringify(body));
  }

  /** Undefined when nothing usable came back in time. Throws when the search itself was stopped. */
  private async ask(method: string, path: string, body: string | undefined): Promise<Said | undefined> {
    const signal = AbortSignal.any([this.signal, AbortSignal.timeout(this.timeoutMs)]);
    const headers = {
      accept: "application/json",
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(this.key === undefined ? {} : { authorization: `Bearer ${this.key}` }),
    };
    try {
      const response = await this.gateway.fetch(`${this.root}${path}`, { method, headers, body, signal }, this.purpose);
      const text = await readText(response);
      return { status: response.status, text, json: parseJson(text) };
    } catch (error) {
      this.signal.throwIfAborted();
      if (error instanceof AgentError && error.code === "redirected") {
        return { status: 307, text: "", json: undefined };
      }
      if (signal.aborted || error instanceof AgentError) {
        return undefined;
      }
      throw error;
    }
  }
}

async function readText(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const bytes of response.body ?? []) {
    text += decoder.decode(bytes, { stream: true });
    if (text.length > longestAnswer) {
      return "";
    }
  }
  return text + decoder.decode();
}
