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
  return `${formatBytes(totals.bytesOut)} in ${requests}`;
}

function listHosts(hosts: readonly string[]): string {
  const shown = hosts.slice(0, 3).join(", ");
  return hosts.length > 3 ? `${shown} and ${hosts.length - 3} more` : shown;
}

/** Decimal units: 999 bytes, 1.2 kB, 3.4 MB. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) {
    return `${bytes} bytes`;
  }
  const units = ["kB", "MB", "GB", "TB"];
  let value = bytes / 1000;
  let unit = 0;
  while (value >= 999.95 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value.toFixed(1)} ${units[unit]}`;
}
