import { AgentError } from "../core/errors";
import type { Locality } from "../core/events";
import { type Connection, connectThrough, connectTo, findRoute, type Lookup, lookUp, type Route } from "./connect";
import { type Counts, exchange, type Sending } from "./exchange";
import { type Claim, Grants } from "./grants";
import type { Ledger, LedgerEntry } from "./ledger";
import { chooseProxy, type HttpProxy, type ProxyWishes } from "./proxies";
import { placeOf, readTarget, type Target } from "./target";

/** Why a request is made; written to the ledger with it. */
export interface Purpose {
  purpose: string;
  taskId?: string | undefined;
  endpoint?: string | undefined;
  model?: string | undefined;
  /** The host that a server on this machine says it passes the request on to. Such a request leaves the machine. */
  forwardedTo?: string | undefined;
}

/** The part of `RequestInit` that our callers use. Bodies are whole: nothing is streamed out. */
export interface GatewayInit {
  method?: string | undefined;
  headers?: ConstructorParameters<typeof Headers>[0];
  body?: string | Uint8Array | null | undefined;
  signal?: AbortSignal | null | undefined;
}

/** Answers a request inside this process, without a socket. */
export type InProcessServer = (request: Request) => Promise<Response>;

export interface GatewayOptions {
  ledger: Ledger;
  /** Servers that live in this process, by origin. */
  inProcess?: ReadonlyMap<string, InProcessServer>;
  lookup?: Lookup;
  now?: () => number;
  grants?: Grants;
  /**
   * Origins on the user's own network that the user allowed by name, as `readTarget` spells them. They need no grant, and
   * the ledger says that what went there has left this machine.
   */
  networkOrigins?: () => readonly string[];
  /** Endpoints outside this machine that the user configured and lets tasks use without asking each time. */
  remoteEndpoints?: () => readonly RemoteEndpoint[];
  /** The proxies that the user wants on the way to the internet; left out: none. */
  proxies?: () => ProxyWishes;
}

export interface RemoteEndpoint {
  endpoint: string;
  /** As `readTarget` spells it. */
  origin: string;
  model: string;
}

/**
 * The one way out. Servers on this machine are reached freely; the address of the connected socket decides that, before the
 * first byte is written. Anything else takes a grant of the task, or a server on the user's network that was allowed by
 * name and passes nothing on. Redirects are errors, a proxy is used for the internet alone and where the user wants one, and every request ends
 * up in the ledger.
 */
export class Gateway {
  private readonly ledger: Ledger;
  private readonly inProcess: ReadonlyMap<string, InProcessServer>;
  private readonly lookup: Lookup;
  private readonly now: () => number;
  private readonly networkOrigins: () => readonly string[];
  private readonly remoteEndpoints: () => readonly RemoteEndpoint[];
  private readonly proxies: () => ProxyWishes;
  readonly grants: Grants;

  constructor(options: GatewayOptions) {
    this.ledger = options.ledger;
    this.inProcess = options.inProcess ?? new Map();
    this.lookup = options.lookup ?? lookUp;
    this.now = options.now ?? Date.now;
    this.networkOrigins = options.networkOrigins ?? (() => []);
    this.remoteEndpoints = options.remoteEndpoints ?? (() => []);
    this.proxies = options.proxies ?? (() => ({ allowed: false, env: {} }));
    this.grants = options.grants ?? new Grants();
  }

  /** Whether the user allowed this server of their network by name. Asks nobody, not even for the name's address. */
  isAllowedOnNetwork(url: string | URL): boolean {
    return URL.canParse(String(url)) && this.networkOrigins().includes(readTarget(url).origin);
  }

  /** `host:port` of the proxy on the way to an address; undefined where none is used. Asks nobody. */
  proxyFor(url: string | URL): string | undefined {
    const target = readTarget(url);
    const proxy = placeOf(url) === "internet" ? chooseProxy(target, this.proxies()) : undefined;
    return proxy && nameOf(proxy);
  }

  /**
   * Throws an `AgentError` when it may not be sent (`address_refused`, `not_local`, `grant_refused`, `grant_limit`), nothing
   * answers (`server_down`), or the answer cannot be used (`redirected`, `bad_answer`, `connection_lost`); the signal's
   * reason when it is aborted.
   */
  async fetch(url: string | URL, init: GatewayInit, purpose: Purpose): Promise<Response> {
    const signal = init.signal ?? undefined;
    signal?.throwIfAborted();
    const sending = readInit(init);
    const server = this.inProcess.get(originOf(url));
    if (server !== undefined) {
      return this.answerHere(server, new URL(url), sending, signal, purpose);
    }
    const record = this.startRecord(url, sending, purpose);
    try {
      const target = readTarget(url);
      record.host = target.host;
      const hasProxy = this.proxyFor(url) !== undefined;
      const route = await findRoute(target, this.lookup, signal, hasProxy);
      record.where = route.where;
      const claim = this.permit(target, route, sending, purpose, record);
      const until = claim === undefined ? signal : AbortSignal.any([claim.signal, ...(signal ? [signal] : [])]);
      const connection = await this.connect(target, route, until, record);
      await this.recordLeaving(record, sending, connection);
      return await this.send(target, connection, sending, until, record);
    } catch (error) {
      await this.recordFailure(record, error);
      throw error;
    }
  }

  /** Returns when the request may go where its route leads, with what it was taken out of when that took a grant. */
  private permit(target: Target, route: Route, sending: Sending, purpose: Purpose, record: Draft): Claim | undefined {
    if (route.where === "machine" && purpose.forwardedTo === undefined) {
      return undefined;
    }
    const { taskId, endpoint, model } = purpose;
    const { origin } = target;
    const body = sending.body ?? new Uint8Array();
    const claim = this.grants.claim({ taskId, endpoint, origin, model, body });
    if (claim === undefined) {
      if (this.needsNoGrant(target, route, purpose)) {
        return undefined;
      }
      throw notLocal(target, route, purpose);
    }
    record.grant = claim.id;
    record.bodyBytes = body.byteLength;
    record.shownBytes = claim.shownBytes;
    return claim;
  }

  /** A server of the network that was allowed by name, and for tasks the endpoints that the user opened to all of them. */
  private needsNoGrant({ origin }: Target, route: Route, { taskId, endpoint, model, forwardedTo }: Purpose): boolean {
    if (route.where === "network" && !this.networkOrigins().includes(origin)) {
      return false;
    }
    if (route.where === "network" && forwardedTo === undefined) {
      return true;
    }
    const isOpen = this.remoteEndpoints().some(
      (one) => one.endpoint === endpoint && one.origin === origin && one.model === model,
    );
    return isOpen && taskId !== undefined;
  }

  /** What stays on this machine or on the user's network never takes a proxy. */
  private async connect(
    target: Target,
    route: Route,
    signal: AbortSignal | undefined,
    record: Draft,
  ): Promise<Connection> {
    const proxy = route.where === "internet" ? chooseProxy(target, this.proxies()) : undefined;
    if (proxy === undefined) {
      return connectTo(target, route, signal);
    }
    record.proxy = nameOf(proxy);
    return connectThrough(proxy, target, this.lookup, signal, (address) => {
      record.address = address;
    });
  }

  /** What leaves this machine is on record before it does, whatever becomes of this window before its answer is whole. */
  private async recordLeaving(record: Draft, sending: Sending, { socket, address }: Connection): Promise<void> {
    if (record.where === "machine" && record.forwardedTo === undefined) {
      return;
    }
    socket.on("error", () => undefined); // who uses it later sees that it is closed
    const bytesOut = sending.body?.byteLength ?? 0;
    const started = { ...entryOf(record), address, status: null, bytesOut, bytesIn: 0, durationMs: 0 };
    await this.ledger.append(started).catch((cause: unknown) => {
      socket.destroy();
      throw new AgentError(
        "grant_refused",
        "What leaves this machine must be on record first, and the record cannot be written. Nothing was sent.",
        "Make room on the disk or mend the permissions of the extension's storage folder, then try again.",
        { cause },
      );
    });
  }

  private async send(
    target: Target,
    connection: Connection,
    sending: Sending,
    signal: AbortSignal | undefined,
    record: Draft,
  ): Promise<Response> {
    record.address = connection.address;
    return exchange(target, connection, sending, signal, (counts) => this.settle(record, counts));
  }

  private async answerHere(
    server: InProcessServer,
    url: URL,
    sending: Sending,
    signal: AbortSignal | undefined,
    purpose: Purpose,
  ): Promise<Response> {
    const record = this.startRecord(url, sending, purpose);
    record.host = url.hostname;
    record.address = "in-process";
    const { method, headers, body } = sending;
    const request = new Request(url, { method, headers, body: body ?? null, signal: signal ?? null });
    const response = await server(request);
    const counts: Counts = { status: response.status, bytesOut: body?.byteLength ?? 0, bytesIn: 0 };
    return countBody(response, counts, () => this.settle(record, counts));
  }

  private startRecord(url: string | URL, sending: Sending, purpose: Purpose): Draft {
    const path = URL.canParse(String(url)) ? new URL(url).pathname : "";
    return {
      id: crypto.randomUUID(),
      at: this.now(),
      ...definedOnly(purpose),
      purpose: purpose.purpose,
      host: "",
      address: "",
      where: "machine" as Locality,
      method: sending.method,
      path,
      settled: false,
    };
  }

  private async settle(record: Draft, counts: Counts): Promise<void> {
    await this.write(record, counts);
  }

  /** A request that found nobody to connect to never left: it is not in the ledger. One that was refused is. */
  private async recordFailure(record: Draft, error: unknown): Promise<void> {
    const isRefusal = error instanceof AgentError && refusals.has(error.code);
    const isWithoutWay = record.proxy !== undefined && error instanceof AgentError && unsent.has(error.code);
    const neverSent = isRefusal || isWithoutWay || (record.address === "" && record.grant !== undefined);
    if (record.address === "" && !neverSent) {
      return;
    }
    const why = error instanceof Error ? error.message : "stopped";
    await this.write(record, { status: null, bytesOut: 0, bytesIn: 0 }, neverSent ? { refused: why } : {});
  }

  /** A ledger that cannot be written does not stop local work: the entry then counts in memory. */
  private async write(record: Draft, counts: Counts, more: { refused?: string } = {}): Promise<void> {
    if (record.settled) {
      return;
    }
    record.settled = true;
    const durationMs = Math.max(0, this.now() - record.at);
    await this.ledger.append({ ...entryOf(record), ...counts, durationMs, ...more }).catch(() => undefined);
  }
}

type Draft = Omit<LedgerEntry, "status" | "bytesOut" | "bytesIn" | "durationMs" | "refused"> & { settled: boolean };

/** The proxy, or the certificate behind it, ended the matter before the request. */
const unsent = new Set(["proxy_refused", "connection_lost"]);
const refusals = new Set(["not_trusted", "address_refused", "not_local", "grant_refused", "grant_limit"]);

function entryOf({ settled: _, ...entry }: Draft) {
  return entry;
}

function notLocal(target: Target, route: Route, purpose: Purpose): AgentError {
  if (purpose.forwardedTo !== undefined) {
    return new AgentError(
      "not_local",
      `The server at ${target.origin} passes this model's requests on to ${purpose.forwardedTo}, so nothing was sent.`,
      "Choose a model that runs on this machine, or send this one task there on purpose.",
    );
  }
  return route.where === "network"
    ? new AgentError(
        "not_local",
        `${target.origin} is another machine on your network, so nothing was sent.`,
        "If you trust it, choose it in the model picker, which asks you once; or choose a model that runs on this machine.",
      )
    : new AgentError(
        "not_local",
        `${target.origin} is on the internet, so nothing was sent.`,
        "Choose a model that runs on this machine, or send this one task there on purpose.",
      );
}

function readInit(init: GatewayInit): Sending {
  const body = typeof init.body === "string" ? new TextEncoder().encode(init.body) : (init.body ?? undefined);
  return { method: (init.method ?? "GET").toUpperCase(), headers: new Headers(init.headers), body };
}

function nameOf({ target }: HttpProxy): string {
  return `${target.host}:${target.port}`;
}

function originOf(url: string | URL): string {
  return URL.canParse(String(url)) ? new URL(url).origin : "";
}

function definedOnly(purpose: Purpose): Partial<Pick<LedgerEntry, "taskId" | "endpoint" | "model" | "forwardedTo">> {
  const { taskId, endpoint, model, forwardedTo } = purpose;
  return {
    ...(taskId === undefined ? {} : { taskId }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(model === undefined ? {} : { model }),
    ...(forwardedTo === undefined ? {} : { forwardedTo }),
  };
}

function countBody(response: Response, counts: Counts, settle: () => Promise<void>): Response {
  const reader = response.body?.getReader();
  const body = new ReadableStream<Uint8Array>({
    async pull(control) {
      try {
        const piece = await reader?.read();
        if (piece === undefined || piece.done) {
          await settle();
          control.close();
          return;
        }
        counts.bytesIn += piece.value.byteLength;
        control.enqueue(piece.value);
      } catch (error) {
        await settle();
        control.error(error);
      }
    },
    async cancel(reason) {
      await settle();
      await reader?.cancel(reason);
    },
  });
  return new Response(body, { status: response.status, headers: response.headers });
}
