import { lookup as systemLookup } from "node:dns/promises";
import { connect as openSocket, type Socket } from "node:net";
import { connect as openTls } from "node:tls";
import { AgentError } from "../core/errors";
import type { Locality } from "../core/events";
import { canonicalAddress, locality } from "./locality";
import type { HttpProxy } from "./proxies";
import { placeOf, type Target } from "./target";
import { openTunnel, proxyRemedy } from "./tunnel";

/** Every address a name stands for. Rejects when there is none. */
export type Lookup = (host: string) => Promise<string[]>;

export interface Route {
  addresses: string[];
  where: Locality;
}

export interface Connection {
  socket: Socket;
  /** The socket that the system knows: below `socket` when that one encrypts. Its bytes are what is counted. */
  wire: Socket;
  address: string;
}

export const connectTimeoutMs = 4_000;

export async function lookUp(host: string): Promise<string[]> {
  const answers = await systemLookup(host, { all: true, verbatim: true });
  return answers.map((answer) => answer.address);
}

/**
 * Finds out once where a target's bytes would go. A name that stands for this machine and for another one at the same
 * time is refused; otherwise the farthest place counts.
 */
export async function findRoute(
  target: Target,
  lookup: Lookup,
  signal: AbortSignal | undefined,
  hasProxy = false,
): Promise<Route> {
  const answers = target.addresses ?? (await resolve(target, lookup, signal).catch(unlessByProxy(target, hasProxy)));
  if (answers.length === 0) {
    return { addresses: [], where: "internet" };
  }
  const addresses = answers.map(canonicalAddress);
  const places = new Set(addresses.map(locality));
  if (places.has("machine") && places.size > 1) {
    throw new AgentError(
      "address_refused",
      `${target.host} stands for this machine and for others (${addresses.join(", ")}).`,
      "Use a numeric address such as 127.0.0.1.",
    );
  }
  const where = places.has("internet") ? "internet" : places.has("network") ? "network" : "machine";
  return { addresses, where };
}

/** Behind a company's proxy the names of the internet are often known to it alone. Then they have no address here. */
function unlessByProxy({ url }: Target, hasProxy: boolean): (error: unknown) => string[] {
  return (error) => {
    if (hasProxy && error instanceof AgentError && error.code === "server_down" && placeOf(url) === "internet") {
      return [];
    }
    throw error;
  };
}

async function resolve(target: Target, lookup: Lookup, signal: AbortSignal | undefined): Promise<string[]> {
  try {
    const addresses = await raceAbort(lookup(target.host), signal);
    if (addresses.length > 0) {
      return addresses;
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw unknownName(target, error);
  }
  throw unknownName(target, undefined);
}

function unknownName(target: Target, cause: unknown): AgentError {
  return new AgentError(
    "server_down",
    `The name ${target.host} is not known on this machine.`,
    "Check the address of the endpoint.",
    { cause },
  );
}

/**
 * Connects to one of the route's addresses, in their order. The socket is handed out only when its far end is the address
 * that was judged; nothing has been written to it then. Throws `server_down` when none of them answers.
 */
export async function connectTo(target: Target, route: Route, signal: AbortSignal | undefined): Promise<Connection> {
  let last: unknown;
  for (const address of route.addresses) {
    signal?.throwIfAborted();
    try {
      const wire = checkFarEnd(await open(address, target.port, signal), address);
      return { socket: await secure(wire, target, signal), wire, address };
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof AgentError) {
        throw error;
      }
      refuseCertificate(target, error);
      last = error;
    }
  }
  throw new AgentError(
    "server_down",
    `Nothing answers at ${target.origin}.`,
    "Start the model server, or choose another model.",
    { cause: last },
  );
}

/**
 * The same through a proxy: the connection ends at one of its addresses, which is what can be vouched for here; where the
 * proxy leads is its own affair. With `https` it can read nothing of what is sent, and the certificate is the target's.
 */
export async function connectThrough(
  proxy: HttpProxy,
  target: Target,
  lookup: Lookup,
  signal: AbortSignal | undefined,
  connected: (address: string) => void,
): Promise<Connection> {
  const { socket, wire, address } = await connectToProxy(proxy, lookup, signal);
  connected(address);
  await openTunnel(socket, proxy, target, signal);
  try {
    return { socket: await secure(socket, target, signal), wire, address };
  } catch (error) {
    signal?.throwIfAborted();
    refuseCertificate(target, error);
    throw new AgentError(
      "connection_lost",
      `The proxy ${proxy.target.host}:${proxy.target.port} opened no usable way to ${target.origin}.`,
      "Check the proxy, or ask who runs it whether this address is allowed.",
      { cause: error },
    );
  }
}

async function connectToProxy(
  { target }: HttpProxy,
  lookup: Lookup,
  signal: AbortSignal | undefined,
): Promise<Connection> {
  try {
    const addresses = target.addresses ?? (await resolve(target, lookup, signal));
    return await connectTo(target, { addresses: addresses.map(canonicalAddress), where: "internet" }, signal);
  } catch (error) {
    if (error instanceof AgentError && error.code === "server_down") {
      throw new AgentError(
        "proxy_refused",
        `The proxy ${target.host}:${target.port} does not answer, so nothing was sent.`,
        proxyRemedy,
        { cause: error },
      );
    }
    throw error;
  }
}

/** Throws for a far end that is not who it should be; no other address of it is tried. */
function refuseCertificate(target: Target, error: unknown): void {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (/CERT|^UNABLE_TO_|^ERR_TLS_|^HOSTNAME_MISMATCH$/.test(code)) {
    throw new AgentError(
      "not_trusted",
      `${target.origin} showed a certificate that is not trusted here (${code}). Nothing was sent.`,
      "Check the address. An authority of your own must be known to this machine, or be named in NODE_EXTRA_CA_CERTS.",
      { cause: error },
    );
  }
}

function open(address: string, port: number, signal: AbortSignal | undefined): Promise<Socket> {
  const socket = openSocket({ host: address, port, noDelay: true, autoSelectFamily: false });
  return untilReady(socket, "connect", signal);
}

function checkFarEnd(socket: Socket, address: string): Socket {
  const farEnd = canonicalAddress(socket.remoteAddress ?? "");
  if (farEnd !== address) {
    socket.destroy();
    throw new AgentError(
      "address_refused",
      `The connection to ${address} ended at ${farEnd || "an unknown address"}.`,
      "Nothing was sent. Check what redirects connections on this machine.",
    );
  }
  return socket;
}

async function secure(socket: Socket, target: Target, signal: AbortSignal | undefined): Promise<Socket> {
  if (target.url.protocol !== "https:") {
    return socket;
  }
  const servername = target.addresses === undefined || target.host.endsWith("localhost") ? target.host : "";
  // The certificate must be for this very host; without `host` a numeric address would be compared with "localhost".
  const secured = openTls({ socket, host: target.host, servername, ALPNProtocols: ["http/1.1"] });
  return untilReady(secured, "secureConnect", signal);
}

function untilReady<S extends Socket>(
  socket: S,
  event: "connect" | "secureConnect",
  signal: AbortSignal | undefined,
): Promise<S> {
  return new Promise((done, fail) => {
    const stop = (error: unknown) => {
      cleanUp();
      socket.on("error", () => undefined);
      socket.destroy();
      fail(error);
    };
    const abort = () => stop(signal?.reason);
    const timer = setTimeout(() => stop(new Error("no answer within four seconds")), connectTimeoutMs);
    const cleanUp = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
      socket.off("error", stop);
    };
    signal?.addEventListener("abort", abort, { once: true });
    socket.once("error", stop);
    socket.once(event, () => {
      cleanUp();
      done(socket);
    });
  });
}

function raceAbort<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) {
    return work;
  }
  return new Promise((done, fail) => {
    const abort = () => fail(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    work.then(done, fail).finally(() => signal.removeEventListener("abort", abort));
  });
}
