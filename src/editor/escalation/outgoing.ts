import { AgentError } from "../../core/errors";
import { Gateway, type GatewayInit, type Purpose } from "../../net/gateway";
import type { Ledger } from "../../net/ledger";
import { placeOf } from "../../net/target";

/** A request as it would leave, byte for byte. */
export interface Outgoing {
  method: string;
  url: string;
  headers: [name: string, value: string][];
  body: string;
  /** `host:port` of the proxy that it would go through. */
  proxy: string | undefined;
}

function isChat(url: string | URL): boolean {
  return String(url).endsWith("/chat/completions");
}

/** A way out that sends no chat: it keeps what would have been sent. What it asks a server on this machine goes through. */
export class RehearsalGateway extends Gateway {
  outgoing: Outgoing | undefined;

  constructor(
    private readonly way: Gateway,
    ledger: Ledger,
  ) {
    super({ ledger });
  }

  override async fetch(url: string | URL, init: GatewayInit, purpose: Purpose): Promise<Response> {
    if (!isChat(url)) {
      return this.way.fetch(url, init, purpose);
    }
    const body = typeof init.body === "string" ? init.body : new TextDecoder().decode(init.body ?? new Uint8Array());
    const headers = [...new Headers(init.headers)].map(([name, value]): [string, string] => [name, value]);
    const proxy = this.way.proxyFor(url);
    this.outgoing = { method: init.method ?? "GET", url: String(url), headers, body, proxy };
    throw new AgentError("rehearsed", "This request was only tried out.", "Nothing was sent.");
  }
}

/**
 * The way out for models outside this machine: chats alone, and none in which a secret is found on a last look at its
 * bytes. Nothing else is asked of such a server.
 */
export class GuardedGateway extends Gateway {
  constructor(
    private readonly way: Gateway,
    ledger: Ledger,
    private readonly holdsSecret: (body: string) => boolean,
  ) {
    super({ ledger });
  }

  override async fetch(url: string | URL, init: GatewayInit, purpose: Purpose): Promise<Response> {
    if (!isChat(url)) {
      return placeOf(url) === "machine" ? this.way.fetch(url, init, purpose) : new Response(null, { status: 404 });
    }
    if (typeof init.body !== "string" || this.holdsSecret(init.body)) {
      throw new AgentError(
        "secret_found",
        "A secret was found in what would have been sent. Nothing was sent.",
        "Look at the preview again and leave out the part that holds it; please report this to us.",
      );
    }
    return this.way.fetch(url, init, purpose);
  }
}
