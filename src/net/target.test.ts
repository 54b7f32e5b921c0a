import { expect, test } from "vitest";
import { findRoute } from "./connect";
import { canonicalAddress, locality } from "./locality";
import { placeOf, readTarget } from "./target";

/** What a name stands for in these tests, as a hostile resolver would have it. */
const names: Record<string, string[]> = {
  "localhost.evil.com": ["203.0.113.9"],
  "127.0.0.1.evil.com": ["203.0.113.9"],
  "evil.com": ["127.0.0.1", "203.0.113.9"],
  "two.test": ["127.0.0.1", "10.0.0.5"],
  "lan.test": ["192.168.1.9"],
  "mine.test": ["127.0.1.1"],
  "six.test": ["::1", "127.0.0.1"],
  "mapped.test": ["::ffff:127.0.0.1"],
};

async function judge(host: string): Promise<string> {
  try {
    const target = readTarget(`http://${host}:11434/`);
    const route = await findRoute(target, async (name) => names[name] ?? [], undefined);
    return route.where;
  } catch {
    return "refused";
  }
}

const spellings: [spelling: string, judged: string][] = [
  ["127.0.0.1", "machine"],
  ["127.0.0.2", "machine"],
  ["127.255.255.254", "machine"],
  ["127.1", "machine"],
  ["127.0.1", "machine"],
  ["2130706433", "machine"],
  ["0x7f.0.0.1", "machine"],
  ["0x7f000001", "machine"],
  ["0177.0.0.1", "machine"],
  ["017700000001", "machine"],
  ["①②⑦.0.0.1", "machine"],
  ["127。0。0。1", "machine"],
  ["１２７.0.0.1", "machine"],
  ["127.0.0.1.", "machine"],
  ["[::1]", "machine"],
  ["[0:0:0:0:0:0:0:1]", "machine"],
  ["[::ffff:127.0.0.1]", "machine"],
  ["[::ffff:7f00:1]", "machine"],
  ["[::FFFF:7F00:0001]", "machine"],
  ["localhost", "machine"],
  ["LOCALHOST", "machine"],
  ["localhost.", "machine"],
  ["ollama.localhost", "machine"],
  ["mine.test", "machine"],
  ["six.test", "machine"],
  ["mapped.test", "machine"],
  ["0.0.0.0", "refused"],
  ["0", "refused"],
  ["[::]", "refused"],
  ["[::0.0.0.0]", "refused"],
  ["user@127.0.0.1", "refused"],
  ["127.0.0.1@evil.com", "refused"],
  ["user:pass@localhost", "refused"],
  ["[fe80::1%25eth0]", "refused"],
  ["[fe80::1%eth0]", "refused"],
  ["evil.com", "refused"],
  ["two.test", "refused"],
  ["unknown.test", "refused"],
  ["256.0.0.1", "refused"],
  ["127.0.0.1%2eevil.com", "internet"],
  ["localhost.evil.com", "internet"],
  ["[64:ff9b::7f00:1]", "internet"],
  ["[::127.0.0.1]", "internet"],
  ["[::ffff:8.8.8.8]", "internet"],
  ["[::ffff:0808:0808]", "internet"],
  ["[::ffff:0:127.0.0.1]", "internet"],
  ["[2002:7f00:1::]", "internet"],
  ["8.8.8.8", "internet"],
  ["128.0.0.1", "internet"],
  ["[::2]", "internet"],
  ["lan.test", "network"],
  ["[::ffff:192.168.0.1]", "network"],
];

test.each(spellings)("S-N4 %s is %s", async (host, judged) => {
  expect(await judge(host)).toBe(judged);
});

test("S-N4 no other scheme is taken for a web address", () => {
  for (const url of [
    "file:///etc/passwd",
    "ftp://127.0.0.1/",
    "ws://127.0.0.1/",
    "javascript:alert(1)",
    "127.0.0.1:80",
    "",
  ]) {
    expect(() => readTarget(url)).toThrow("is not a web address");
  }
});

const notThisMachine = [
  "10.0.0.1",
  "10.255.255.255",
  "172.16.0.1",
  "172.31.255.254",
  "192.168.0.1",
  "192.168.65.254",
  "169.254.169.254",
  "100.64.0.1",
  "fe80::1",
  "fc00::1",
  "fdff::1",
  "224.0.0.1",
  "ff02::1",
  "0.0.0.0",
  "::",
];

test.each(notThisMachine)("S-N5 %s is your network, never this machine", (address) => {
  expect(locality(address)).toBe("network");
});

test.each([
  "172.15.255.255",
  "172.32.0.1",
  "192.169.0.1",
  "11.0.0.1",
  "100.128.0.1",
  "fe00::1",
  "2001:db8::1",
  "1.1.1.1",
])("S-N5 %s is the internet", (address) => {
  expect(locality(address)).toBe("internet");
});

test.each(["", "localhost", "127.0.0", "::1%lo", "127.0.0.1 ", "::ffff:127.0.0.1.evil"])(
  "what is no plain address (“%s”) is never this machine",
  (text) => {
    expect(locality(text)).toBe("internet");
  },
);

test.each([
  ["::ffff:127.0.0.1", "127.0.0.1"],
  ["::FFFF:7F00:1", "127.0.0.1"],
  ["0:0:0:0:0:0:0:1", "::1"],
  ["2001:DB8::0:1", "2001:db8::1"],
  ["127.0.0.1", "127.0.0.1"],
])("an address has one spelling: %s is %s", (address, canonical) => {
  expect(canonicalAddress(address)).toBe(canonical);
});

test.each([
  ["http://localhost:1", "machine"],
  ["http://[::1]:1", "machine"],
  ["http://10.0.0.5", "network"],
  ["http://box.local", "network"],
  ["http://nas", "network"],
  ["http://host.docker.internal", "network"],
  ["http://172.17.0.1:11434", "network"],
  ["https://api.example.com", "internet"],
] as const)("S-N5 %s is shown as %s without asking anyone", (url, place) => {
  expect(placeOf(url)).toBe(place);
});
