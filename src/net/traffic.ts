import { readableBytes } from "../core/text/sizes";
import type { Totals, Traffic } from "./ledger";

/** Says in one sentence what left this machine today. */
export function describeTraffic(traffic: Traffic): string {
  const parts: string[] = [];
  if (traffic.internet.requests > 0) {
    parts.push(`${describe(traffic.internet)} left for the internet`);
  }
  if (traffic.network.requests > 0) {
    parts.push(`${describe(traffic.network)} went to your network`);
  }
  if (parts.length === 0) {
    return "Nothing has left this machine today.";
  }
  return `Today ${parts.join(" and ")} (${listHosts(traffic.hosts)}).`;
}

function describe(totals: Totals): string {
  const requests = totals.requests === 1 ? "1 request" : `${totals.requests} requests`;
  return `${readableBytes(totals.bytesOut)} in ${requests}`;
}

function listHosts(hosts: readonly string[]): string {
  const shown = hosts.slice(0, 3).join(", ");
  return hosts.length > 3 ? `${shown} and ${hosts.length - 3} more` : shown;
}
