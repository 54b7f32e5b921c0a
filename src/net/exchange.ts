import type { Socket } from "node:net";
import type { Dispatcher } from "undici";
import { AgentError } from "../core/errors";
import type { Connection } from "./connect";
import type { Target } from "./target";

/** A request as the gateway accepts it: the part of `RequestInit` that our callers use. */
export interface Sending {
  method: string;
  headers: Headers;
  body: Uint8Array | undefined;
}

export interface Counts {
  status: number | null;
  bytesOut: number;
  bytesIn: number;
}

const longestHeaders = 64 * 1024;
/** Bytes read from the socket before anyone has asked for them. */
const readAhead = 256 * 1024;

/**
 * Sends one request over a connected socket that serves no other, and answers with a response whose body streams.
 * `settle` is called once, when the last byte has arrived or the exchange ended early, before the reader sees the end.
 * There is no time limit: silence is not an error here.
 */
export async function exchange(
  target: Target,
  connection: Connection,
  sending: Sending,
  signal: AbortSignal | undefined,
  settle: (counts: Counts) => Promise<void>,
): Promise<Response> {
  const { default: Client } = await import("undici/lib/dispatcher/client.js");
  const { socket, wire } = connection;
  const client = new Client(target.url.origin, {
    connect: handOver(socket),
    headersTimeout: 0,
    bodyTimeout: 0,
    pipelining: 1,
    allowH2: false,
    maxHeaderSize: longestHeaders,
  });
  return new Promise((done, fail) => {
    const reply = new ReplyReader(target, { socket, wire }, signal, settle, done, fail, () => void client.destroy());
    sending.headers.set("accept-encoding", "identity");
    client.dispatch(
      {
        path: `${target.url.pathname}${target.url.search}`,
        method: sending.method,
        headers: Object.fromEntries(sending.headers),
        body: sending.body ?? null,
        reset: true,
      },
      reply,
    );
  });
}

type Take = (...result: [error: Error, socket: null] | [error: null, socket: Socket]) => void;

/**
 * The client gets this one socket; it cannot open another, so nothing is ever sent twice or elsewhere. It must not be
 * answered before its own call has returned: it would never send the request.
 */
function handOver(socket: Socket) {
  let given = false;
  return (_options: unknown, take: Take) => {
    queueMicrotask(() => {
      if (given || socket.destroyed) {
        take(new Error("the connection was closed"), null);
        return;
      }
      given = true;
      take(null, socket);
    });
  };
}

class ReplyReader implements Dispatcher.DispatchHandler {
  private status: number | null = null;
  private body: ReadableStreamDefaultController<Uint8Array> | undefined;
  private control: Dispatcher.DispatchController | undefined;
  private settled: Promise<void> | undefined;
  private readonly abort = () => void this.end(this.signal?.reason);

  constructor(
    private readonly target: Target,
    private readonly connection: Pick<Connection, "socket" | "wire">,
    private readonly signal: AbortSignal | undefined,
    private readonly settle: (counts: Counts) => Promise<void>,
    private readonly done: (response: Response) => void,
    private readonly fail: (reason: unknown) => void,
    private readonly release: () => void,
  ) {
    signal?.addEventListener("abort", this.abort, { once: true });
    if (signal?.aborted) {
      queueMicrotask(this.abort);
    }
  }

  onRequestStart(control: Dispatcher.DispatchController): void {
    this.control = control;
  }

  onRequestUpgrade(): void {
    void this.end(this.unusable("asked to change the protocol"));
  }

  onResponseStart(_control: Dispatcher.DispatchController, status: number, headers: Record<string, unknown>): void {
    if (this.ended || status < 200) {
      return;
    }
    this.status = status;
    const refusal = this.judge(status, headers);
    if (refusal !== undefined) {
      void this.end(refusal);
      return;
    }
    const body = new ReadableStream<Uint8Array>(
      {
        start: (body) => {
          this.body = body;
        },
        pull: () => this.control?.resume(),
        cancel: () => {
          this.body = undefined;
          return this.end(undefined);
        },
      },
      new ByteLengthQueuingStrategy({ highWaterMark: readAhead }),
    );
    const empty = status === 204 || status === 205;
    this.done(new Response(empty ? null : body, { status, headers: copyHeaders(headers) }));
  }

  onResponseData(control: Dispatcher.DispatchController, chunk: Uint8Array): void {
    if (this.ended || chunk.byteLength === 0) {
      return;
    }
    this.body?.enqueue(new Uint8Array(chunk));
    if ((this.body?.desiredSize ?? 1) <= 0) {
      control.pause();
    }
  }

  onResponseEnd(): void {
    void this.finish(() => this.body?.close());
  }

  onResponseError(_control: Dispatcher.DispatchController, error: Error): void {
    void this.end(this.signal?.aborted ? this.signal.reason : this.lost(error));
  }

  private judge(status: number, headers: Record<string, unknown>): AgentError | undefined {
    if (status >= 300 && status < 400) {
      const to = String(headers["location"] ?? "nowhere in particular").slice(0, 200);
      return new AgentError(
        "redirected",
        `${this.target.origin} wants to send this request on to ${to}.`,
        "Redirects are never followed. If you trust that address, configure it as the endpoint.",
      );
    }
    const encoding = String(headers["content-encoding"] ?? "identity");
    return encoding === "identity"
      ? undefined
      : this.unusable(`sent a compressed answer (${encoding}) that was not asked for`);
  }

  private unusable(what: string): AgentError {
    return new AgentError(
      "bad_answer",
      `The server at ${this.target.origin} ${what}.`,
      "Check that the address is that of a model server.",
    );
  }

  private lost(cause: Error): AgentError {
    const code = "code" in cause ? cause.code : undefined;
    if (code === "UND_ERR_HEADERS_OVERFLOW") {
      return this.unusable("sent more than 64 kB of headers");
    }
    if (this.status === null && cause.name === "HTTPParserError") {
      return this.unusable("does not speak HTTP");
    }
    return new AgentError(
      "connection_lost",
      this.status === null
        ? `${this.target.origin} closed the connection without an answer.`
        : `The connection to ${this.target.origin} broke off in the middle of the answer.`,
      "Check that the model server still runs, then try again.",
      { cause },
    );
  }

  /** Ends early: the socket is closed at once, and whoever waits gets `reason`. */
  private end(reason: unknown): Promise<void> {
    if (!this.ended) {
      this.connection.socket.destroy();
    }
    return this.finish(() => {
      this.fail(reason);
      if (reason !== undefined) {
        this.body?.error(reason);
      }
    });
  }

  /** Resolves when the exchange is settled and whoever waits was told; the first ending counts. */
  private finish(tell: () => void): Promise<void> {
    this.settled ??= this.settleOnce(tell);
    return this.settled;
  }

  private settleOnce(tell: () => void): Promise<void> {
    this.signal?.removeEventListener("abort", this.abort);
    const { bytesWritten, bytesRead } = this.connection.wire;
    return this.settle({ status: this.status, bytesOut: bytesWritten, bytesIn: bytesRead })
      .finally(this.release)
      .then(tell, this.fail);
  }

  private get ended(): boolean {
    return this.settled !== undefined;
  }
}

function copyHeaders(headers: Record<string, unknown>): Headers {
  const copy = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      copy.append(name, String(one));
    }
  }
  return copy;
}
