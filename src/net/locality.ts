import { BlockList, isIP } from "node:net";
import type { Locality } from "../core/events";

const machine = new BlockList();
machine.addSubnet("127.0.0.0", 8, "ipv4");
machine.addAddress("::1", "ipv6");

const network = new BlockList();
for (const [range, bits] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
  ["224.0.0.0", 4],
  ["255.255.255.255", 32],
] as const) {
  network.addSubnet(range, bits, "ipv4");
}
for (const [range, bits] of [
  ["::", 128],
  ["fc00::", 7],
  ["fe80::", 10],
  ["ff00::", 8],
] as const) {
  network.addSubnet(range, bits, "ipv6");
}

/** Where the bytes sent to this numeric address go. Anything that is not a plain address counts as the internet. */
export function locality(address: string): Locality {
  const plain = canonicalAddress(address);
  const family = isIP(plain) === 6 ? "ipv6" : "ipv4";
  if (isIP(plain) === 0 || plain.includes("%")) {
    return "internet";
  }
  if (machine.check(plain, family)) {
    return "machine";
  }
  return network.check(plain, family) ? "network" : "internet";
}

/** One spelling per address: an IPv4 address written as `::ffff:…` becomes dotted again, IPv6 is compressed and lower case. */
export function canonicalAddress(address: string): string {
  if (isIP(address) !== 6 || address.includes("%")) {
    return address;
  }
  const compressed = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(compressed);
  if (mapped === null) {
    return compressed;
  }
  const high = Number.parseInt(mapped[1] ?? "", 16);
  const low = Number.parseInt(mapped[2] ?? "", 16);
  return [high >> 8, high & 255, low >> 8, low & 255].join(".");
}
