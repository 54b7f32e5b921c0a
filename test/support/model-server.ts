import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { type Fault, renderReply, type ScriptedReply, says } from "./model-reply";
import { type Personality, type PersonalityName, personalities } from "./personalities";

export { calls, type Fault, fails, type ScriptedReply, says } from "./model-reply";

/** A request as it arrived. */
export interface RecordedRequest {
  /** Milliseconds since the epoch, with their parts. */
  at: number;
  method: string;
  path: string;
  headers: IncomingMessage["headers"];
  raw: Buffer;
  /** The body as JSON; undefined when it is none. */
  body: unknown;
  /** When the client closed the connection before the answer was whole. */
  abandonedAt: number | undefined;
  /** When the last bytes of a chat completion were written. */
  answeredAt: number | undefined;
}

export interface ModelServerOptions {
  /** Answers to chat completions, in order. When they run out the server says so in its answer. */
  script?: readonly ScriptedReply[];
  /** Decides each answer from the request, in place of `script`. */
  respond?: (request: RecordedRequest, index: number) => ScriptedReply | Promise<ScriptedReply>;
  personality?: PersonalityName | Personality;
  /** Model names that `/v1/models` lists. */
  models?: readonly string[];
  host?: string;
  port?: number;
}

export interface ModelServer {
  /** `http://127.0.0.1:port`, without `/v1`. */
  readonly url: string;
  readonly baseUrl: string;
  readonly port: number;
  /** Every request, also those for lists and properties. */
  readonly requests: readonly RecordedRequest[];
  /** Chat completions only. */
  readonly chats: readonly RecordedRequest[];
  /** Bytes that arrived on and left all sockets, headers included. */
  readonly bytes: { in: number; out: number };
  readonly openConnections: number;
  close(): Promise<void>;
}

/** Starts an OpenAI-compatible server on this machine that answers as it is told, and remembers what it was asked. */
export async function startModelServer(options: ModelServerOptions = {}): Promise<ModelServer> {
  const running = new RunningServer(options);
  await running.listen(options.port ?? 0, options.host ?? "127.0.0.1");
  return running;
}

class RunningServer implements ModelServer {
  readonly requests: RecordedRequest[] = [];
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  /** Chat completions that got as far as the script: what a personality refuses does not use it up. */
  private scripted = 0;
  private readonly closed = { in: 0, out: 0 };
  private readonly personality: Personality;

  constructor(private readonly options: ModelServerOptions) {
    const { personality = "generic" } = options;
    this.personality =
      typeof personality === "string" ? personalities[personality](options.models ?? ["test-model"]) : personality;
    this.server = createServer((request, response) => void this.answer(request, response));
    this.server.on("connection", (socket) => this.watch(socket));
    this.server.keepAliveTimeout = 0;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    const { address, family } = this.server.address() as AddressInfo;
    return `http://${family === "IPv6" ? `[${address}]` : address}:${this.port}`;
  }

  get baseUrl(): string {
    return `${this.url}/v1`;
  }

  get chats(): readonly RecordedRequest[] {
    return this.requests.filter((request) => request.path === "/v1/chat/completions");
  }

  get bytes(): { in: number; out: number } {
    const sum = { ...this.closed };
    for (const socket of this.sockets) {
      sum.in += socket.bytesRead;
      sum.out += socket.bytesWritten;
    }
    return sum;
  }

  get openConnections(): number {
    return this.sockets.size;
  }

  listen(port: number, host: string): Promise<void> {
    return new Promise((done, fail) => {
      this.server.once("error", fail);
      this.server.listen(port, host, done);
    });
  }

  close(): Promise<void> {
    return new Promise((done) => {
      this.server.close(() => done());
      for (const socket of this.sockets) {
        socket.destroy();
      }
    });
  }

  private watch(socket: Socket): void {
    this.sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => {
      this.sockets.delete(socket);
      this.closed.in += socket.bytesRead;
      this.closed.out += socket.bytesWritten;
    });
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const record = await this.record(request);
    response.on("close", () => {
      if (!response.writableFinished) {
        record.abandonedAt = now();
      }
    });
    const native = this.personality.answer(record, this.requests);
    if (native !== undefined) {
      await wait(native.delayMs);
      response.writeHead(native.status ?? 200, { "content-type": native.contentType ?? "application/json" });
      response.end(typeof native.body === "string" ? native.body : JSON.stringify(native.body));
      return;
    }
    if (record.path !== "/v1/chat/completions") {
      response.writeHead(404, { "content-type": "application/json" });
      response.end(JSON.stringify({ error: { message: "not found", type: "not_found_error" } }));
      return;
    }
    const reply = await this.nextReply(record);
    await play(this.personality.shape?.(reply, record) ?? reply, record, response);
  }

  private async record(request: IncomingMessage): Promise<RecordedRequest> {
    const record: RecordedRequest = {
      at: now(),
      method: request.method ?? "",
      path: (request.url ?? "").split("?")[0] ?? "",
      headers: request.headers,
      raw: Buffer.alloc(0),
      body: undefined,
      abandonedAt: undefined,
      answeredAt: undefined,
    };
    this.requests.push(record);
    const pieces: Buffer[] = [];
    for await (const piece of request) {
      pieces.push(piece as Buffer);
    }
    record.raw = Buffer.concat(pieces);
    record.body = parse(record.raw.toString("utf8"));
    return record;
  }

  private async nextReply(record: RecordedRequest): Promise<ScriptedReply> {
    const index = this.scripted;
    this.scripted += 1;
    if (this.options.respond !== undefined) {
      return this.options.respond(record, index);
    }
    return this.options.script?.[index] ?? says("The script of this test server has no more answers.");
  }
}

function now(): number {
  return performance.timeOrigin + performance.now();
}

async function play(reply: ScriptedReply, record: RecordedRequest, response: ServerResponse): Promise<void> {
  const { fault } = reply;
  await wait(reply.delayMs);
  if (fault !== undefined && playWhole(fault, response)) {
    return;
  }
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache", ...reply.headers });
  const body = record.body as { model?: string; stream_options?: { include_usage?: boolean } } | undefined;
  const pieces = renderReply(reply, {
    model: body?.model ?? "",
    promptCharacters: record.raw.length,
    wantsUsage: body?.stream_options?.include_usage === true,
  });
  await write(cut(pieces, reply), reply, response);
  if (fault?.kind === "endless") {
    await writeForever(fault.text, response);
  } else if (fault?.kind === "cut") {
    response.destroy();
  } else if (fault?.kind !== "stall") {
    record.answeredAt = now(); // before the last write: whoever reads it may run on before this process does
    response.end();
  }
}

/** Faults that stand in place of a stream. */
function playWhole(fault: Fault, response: ServerResponse): boolean {
  switch (fault.kind) {
    case "status":
      response.writeHead(fault.status, { "content-type": fault.contentType ?? "application/json" });
      response.end(fault.body ?? "");
      return true;
    case "html":
      response.writeHead(200, { "content-type": "text/html" });
      response.end("<!doctype html><html><head><title>Router</title></head><body>Please log in.</body></html>");
      return true;
    case "empty":
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.end();
      return true;
    case "redirect":
      response.writeHead(fault.status, { location: fault.location });
      response.end();
      return true;
    case "hang_up":
      response.socket?.destroy();
      return true;
    case "no_answer":
      return true;
    case "long_header":
      response.writeHead(200, { "content-type": "text/event-stream", "x-long": "x".repeat(fault.bytes) });
      response.end("data: [DONE]\n\n");
      return true;
    case "gzip":
      response.writeHead(200, { "content-type": "text/event-stream", "content-encoding": "gzip" });
      response.end(gzipSync(Buffer.alloc(10_000_000)));
      return true;
    default:
      return false;
  }
}

function cut(pieces: readonly Uint8Array[], reply: ScriptedReply): Uint8Array[] {
  const { fault, pieceBytes } = reply;
  const limit = fault?.kind === "cut" || fault?.kind === "stall" ? fault.afterBytes : Number.POSITIVE_INFINITY;
  if (pieceBytes === undefined && limit === Number.POSITIVE_INFINITY) {
    return [...pieces];
  }
  const whole = Buffer.concat(pieces).subarray(0, limit);
  const size = pieceBytes ?? whole.length;
  const out: Uint8Array[] = [];
  for (let at = 0; at < whole.length; at += size) {
    out.push(whole.subarray(at, at + size));
  }
  return out;
}

async function write(pieces: readonly Uint8Array[], reply: ScriptedReply, response: ServerResponse): Promise<void> {
  for (const [index, piece] of pieces.entries()) {
    if (index > 0) {
      await wait(reply.betweenMs);
    }
    if (response.destroyed) {
      return;
    }
    await new Promise<void>((done) => response.write(piece, () => done()));
  }
}

/** Goes on until the client closes, but not for more than a minute. */
async function writeForever(text: string, response: ServerResponse): Promise<void> {
  const end = Date.now() + 60_000;
  let gone = false;
  while (!gone && !response.destroyed && Date.now() < end) {
    gone = await new Promise<boolean>((done) => response.write(text, (error) => done(Boolean(error))));
    await new Promise((done) => setImmediate(done));
  }
  response.end();
}

function wait(ms: number | undefined): Promise<void> {
  return ms === undefined || ms === 0 ? Promise.resolve() : new Promise((done) => setTimeout(done, ms));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
