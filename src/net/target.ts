import { isIP } from "node:net";
import { AgentError } from "../core/errors";
import type { Locality } from "../core/events";
import { canonicalAddress, locality } from "./locality";

/** What a URL asks to be connected to, in one spelling. */
export interface Target {
  url: URL;
  /** `scheme://host:port`, the host in its one spelling. */
  origin: string;
  /** Lower case, without brackets or a trailing dot. */
  host: string;
  port: number;
  /** Numeric addresses when the text itself decides them; undefined when the name must be resolved. */
  addresses: string[] | undefined;
}

const loopback = ["127.0.0.1", "::1"];

/** Reads an address. Throws an `AgentError` for one that can be read in two ways, or that is no web address. */
export function readTarget(text: string | URL): Target {
  const url = parse(text);
  if (url.username !== "" || url.password !== "") {
    throw refuse(
      `The address ${url.host} is written with a user name in front of it.`,
      "Remove everything before the @.",
    );
  }
  const host = plainHost(url.hostname);
  const port = url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port);
  const shown = isIP(host) === 6 ? `[${host}]` : host;
  return { url, origin: `${url.protocol}//${shown}:${port}`, host, port, addresses: knownAddresses(host) };
}

/**
 * Where an address points as far as its text tells, without asking anyone: for display, and to decide whom to ask at all.
 * What is really sent is judged on the connected socket. Throws like `readTarget`.
 */
export function placeOf(text: string | URL): Locality {
  const { host, addresses } = readTarget(text);
  if (addresses !== undefined) {
    return addresses.every((address) => locality(address) === "machine") ? "machine" : locality(addresses[0] ?? "");
  }
  return !host.includes(".") || /\.(?:local|lan|internal|home\.arpa)$/.test(host) ? "network" : "internet";
}

function parse(text: string | URL): URL {
  const url = URL.canParse(String(text)) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== "http:" && url.protocol !== "https:") || url.hostname === "") {
    throw refuse(`“${String(text).slice(0, 200)}” is not a web address.`, "Write it like http://127.0.0.1:11434.");
  }
  return url;
}

function plainHost(hostname: string): string {
  if (hostname.startsWith("[")) {
    return canonicalAddress(hostname.slice(1, -1));
  }
  return hostname.toLowerCase().replace(/\.$/, "");
}

function knownAddresses(host: string): string[] | undefined {
  if (host === "0.0.0.0" || host === "::") {
    throw refuse(
      `${host} means every address of a machine, so it is no address to connect to.`,
      "Write 127.0.0.1 for a server on this machine.",
    );
  }
  if (isIP(host) !== 0) {
    return [host];
  }
  return host === "localhost" || host.endsWith(".localhost") ? loopback : undefined;
}

function refuse(message: string, remedy: string): AgentError {
  return new AgentError("address_refused", message, remedy);
}
