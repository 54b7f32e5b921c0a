import { BlockList, isIP } from "node:net";
import { AgentError } from "../core/errors";
import { readTarget, type Target } from "./target";

/** What the user said about proxies, in their own editor settings and environment. */
export interface ProxyWishes {
  /** `http.proxy`; goes before the environment. */
  url?: string | undefined;
  /** `http.noProxy`. */
  except?: readonly string[] | undefined;
  /** `http.proxyAuthorization`: the whole header. */
  authorization?: string | undefined;
  /** `http.proxySupport` is not `off`. */
  allowed: boolean;
  env: Readonly<Record<string, string | undefined>>;
}

export interface HttpProxy {
  target: Target;
  authorization: string | undefined;
}

/**
 * The proxy that the user wants between this machine and a host on the internet; undefined for none. Nobody but such hosts
 * may be asked for: what goes to this machine or to the user's network takes no proxy, whatever the wishes say. Throws an
 * `AgentError` for one that cannot be used: nothing goes around a proxy that was asked for.
 */
export function chooseProxy(target: Target, wishes: ProxyWishes): HttpProxy | undefined {
  const { env } = wishes;
  const own = wishes.url?.trim() || undefined;
  const ofScheme = target.url.protocol === "https:" ? variable(env, "https_proxy") : variable(env, "http_proxy");
  const url = own ?? ofScheme ?? variable(env, "all_proxy");
  const exceptions = [...(wishes.except ?? []), ...(variable(env, "no_proxy") ?? "").split(/[\s,]+/)];
  if (!wishes.allowed || url === undefined || exceptions.some((one) => isMeant(one, target))) {
    return undefined;
  }
  return readProxy(url, own === undefined ? undefined : wishes.authorization);
}

/** The lower-case spelling goes first, as it does everywhere. */
function variable(env: ProxyWishes["env"], name: string): string | undefined {
  return env[name]?.trim() || env[name.toUpperCase()]?.trim() || undefined;
}

function readProxy(text: string, authorization: string | undefined): HttpProxy {
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const url = URL.canParse(full) ? new URL(full) : undefined;
  if (url === undefined || (url.protocol !== "http:" && url.protocol !== "https:")) {
    throw new AgentError(
      "proxy_refused",
      `The proxy that is set here, ${withoutName(text)}, is of a kind that Hearth cannot use, so nothing was sent.`,
      "Set http.proxy, or https_proxy, to an address that begins with http:// or https://.",
    );
  }
  const { username, password } = url;
  url.username = "";
  url.password = "";
  const own = username === "" ? undefined : basic(decodeURIComponent(username), decodeURIComponent(password));
  return { target: readTarget(url), authorization: authorization ?? own };
}

function withoutName(text: string): string {
  return text.replace(/\/\/.*@/, "//").slice(0, 200);
}

function basic(name: string, password: string): string {
  return `Basic ${Buffer.from(`${name}:${password}`).toString("base64")}`;
}

/** `example.com` and `.example.com` mean a domain and all below it, `host:8080` one port, `10.0.0.0/8` a range, `*` all. */
function isMeant(exception: string, { host, port }: Target): boolean {
  const [, name = "", onlyPort] = /^(.*?)(?::(\d+))?$/.exec(exception.trim().toLowerCase()) ?? [];
  if (isIP(exception.trim()) === 6) {
    return isIP(host) !== 0 && exception.trim().toLowerCase() === host;
  }
  if (name === "" || (onlyPort !== undefined && Number(onlyPort) !== port)) {
    return false;
  }
  const domain = name.replace(/^\*?\./, "");
  return name === "*" || host === domain || host.endsWith(`.${domain}`) || isInRange(name, host);
}

function isInRange(range: string, host: string): boolean {
  const [address = "", bits] = range.split("/");
  const family = isIP(address);
  if (bits === undefined || !/^\d{1,3}$/.test(bits) || family === 0 || isIP(host) !== family) {
    return false;
  }
  const list = new BlockList();
  const kind = family === 6 ? "ipv6" : "ipv4";
  if (Number(bits) > (family === 6 ? 128 : 32)) {
    return false;
  }
  list.addSubnet(address, Number(bits), kind);
  return list.check(host, kind);
}
