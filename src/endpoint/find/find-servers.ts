import type { Gateway } from "../../net/gateway";
import { serverFacts } from "../servers";
import { detectServer } from "./detect";
import type { FoundServer } from "./found";
import { Probe } from "./probe";

/**
 * Looks for model servers on the usual ports of this machine. Asks only this machine, for about a second. Throws the
 * signal's reason when it is stopped.
 */
export async function findServers(
  gateway: Gateway,
  signal: AbortSignal,
  roots: readonly string[] = usualRoots(),
): Promise<FoundServer[]> {
  const found = await Promise.all(roots.map((root) => detectServer(new Probe(gateway, root, signal))));
  return withoutTwins(found.filter((server) => server !== undefined));
}

/** Both loopback addresses: some servers listen on one of them only. */
export function usualRoots(): string[] {
  const ports = Object.values(serverFacts).flatMap((facts) => facts.ports);
  return ports.flatMap((port) => [`http://127.0.0.1:${port}`, `http://[::1]:${port}`]);
}

/** A server that listens on both addresses is one server. */
function withoutTwins(servers: readonly FoundServer[]): FoundServer[] {
  const seen = new Set<string>();
  return servers.filter((server) => {
    const twin = `${server.kind} ${new URL(server.root).port}`;
    const isNew = !seen.has(twin);
    seen.add(twin);
    return isNew;
  });
}
