import type { Socket } from "node:net";
import { AgentError } from "../core/errors";
import type { HttpProxy } from "./proxies";
import type { Target } from "./target";

export const proxyRemedy =
  "Check http.proxy in your settings, or the variable https_proxy; http.noProxy lists hosts that need none.";

const longestHead = 16 * 1024;
const timeoutMs = 30_000;

/**
 * Asks a proxy for a way to the target over a connected socket; resolves once the way is open. The proxy learns the target's name and nothing else: what follows on an `https` way is encrypted for the target. Throws
 * `proxy_refused` when the proxy does not open it.
 */
export function openTunnel(
  socket: Socket,
  proxy: HttpProxy,
  target: Target,
  signal: AbortSignal | undefined,
): Promise<void> {
  return new Promise((done, fail) => {
    let answer = Buffer.alloc(0);
    const stop = (error: unknown) => {
      cleanUp();
      socket.on("error", () => undefined);
      socket.destroy();
      fail(error);
    };
    const abort = () => stop(signal?.reason);
    const lost = () => stop(refused(proxy, "closed the connection"));
    const read = (bytes: Buffer) => {
      answer = Buffer.concat([answer, bytes]);
      const end = answer.indexOf("\r\n\r\n");
      if (end < 0 && answer.length <= longestHead) {
        return;
      }
      const status = /^HTTP\/1\.[01] (\d{3})/.exec(answer.toString("latin1"))?.[1];
      if (end < 0 || status === undefined || !status.startsWith("2")) {
        stop(refused(proxy, status === undefined ? "does not speak HTTP" : `answered ${status}`, status));
        return;
      }
      cleanUp();
      socket.pause();
      const rest = answer.subarray(end + 4);
      if (rest.length > 0) {
        socket.unshift(rest);
      }
      done();
    };
    const timer = setTimeout(() => stop(refused(proxy, "did not answer in thirty seconds")), timeoutMs);
    const cleanUp = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
      socket.off("data", read).off("error", lost).off("close", lost);
    };
    signal?.addEventListener("abort", abort, { once: true });
    socket.on("data", read).once("error", lost).once("close", lost);
    socket.write(headFor(proxy, target));
  });
}

function headFor({ authorization }: HttpProxy, { url, host, port }: Target): string {
  const to = `${url.hostname.startsWith("[") ? `[${host}]` : host}:${port}`;
  const who = authorization === undefined ? "" : `proxy-authorization: ${authorization.replace(/[\r\n]/g, "")}\r\n`;
  return `CONNECT ${to} HTTP/1.1\r\nhost: ${to}\r\n${who}\r\n`;
}

function refused({ target }: HttpProxy, what: string, status?: string): AgentError {
  return new AgentError(
    "proxy_refused",
    `The proxy ${target.host}:${target.port} ${what}, so nothing was sent.`,
    status === "407"
      ? "It wants a name and a password: put them into http.proxyAuthorization, or into the proxy's address."
      : proxyRemedy,
  );
}
