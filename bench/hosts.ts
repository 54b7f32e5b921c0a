import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { VsCodeWindow } from "../test/support/vscode";

/**
 * Every non-loopback address or name that a process of the sample run tried to reach, less what the same VS Code reaches
 * without Hearth. Seen by the operating system's tracing; null where there is no strace.
 */
export async function measureHosts(): Promise<{ contacted: string[] | null; without?: string[] }> {
  if (spawnSync("strace", ["-V"]).status !== 0) {
    return { contacted: null };
  }
  const without = await trace(null, async (window) => {
    await window.openFile("src/basket.js");
    await pause(8_000);
  });
  const withHearth = await trace(undefined, practise);
  return { contacted: [...withHearth].filter((host) => !without.has(host)).sort(), without: [...without].sort() };
}

/** The whole lesson with the practice model; the search for servers on this machine is part of it. */
async function practise(window: VsCodeWindow): Promise<void> {
  const panel = await window.openPanel();
  const press = (name: string) => panel.getByRole("button", { name, exact: true }).click({ timeout: 90_000 });
  await press("Try the practice model");
  await panel.getByRole("textbox", { name: /request|message/i }).fill("Fix the failing test");
  await press("Send");
  await press("Accept");
  await press("Run");
  await panel.getByRole("button", { name: "Send", exact: true }).waitFor({ timeout: 90_000 });
  await pause(2_000);
}

async function trace(
  extension: null | undefined,
  drive: (window: VsCodeWindow) => Promise<void>,
): Promise<Set<string>> {
  const scratch = await mkdtemp(join(tmpdir(), "hearth-trace-"));
  const log = join(scratch, "calls");
  try {
    const calls = "trace=connect,sendto,sendmsg,sendmmsg";
    const window = await VsCodeWindow.open({
      ...(extension === null ? { extension } : {}),
      wrap: ["strace", "-f", "-qq", "-x", "-s", "300", "-e", calls, "-o", log],
    });
    try {
      await drive(window);
    } finally {
      await window.close();
    }
    return readHosts(await readFile(log, "latin1"));
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Addresses from connects and sends, and the names inside questions to a name server. */
export function readHosts(log: string): Set<string> {
  const hosts = new Set<string>();
  for (const line of log.split("\n")) {
    const address = /inet_addr\("([\d.]+)"\)|inet_pton\(AF_INET6, "([0-9a-f:.]+)"/.exec(line);
    const found = address?.[1] ?? address?.[2];
    const port = /htons\((\d+)\)/.exec(line)?.[1];
    if (found !== undefined && !isLoopback(found) && port !== "53") {
      hosts.add(found);
    }
    const name = questionIn(line);
    if (name !== undefined) {
      hosts.add(name);
    }
  }
  return hosts;
}

function isLoopback(address: string): boolean {
  return /^127\.|^::1$|^::ffff:127\.|^::$|^0\.0\.0\.0$/.test(address);
}

/** A DNS question: a 12-byte header of which bytes 2 to 5 say "one standard question", then labels with their lengths. */
function questionIn(line: string): string | undefined {
  const text = /"((?:\\x[0-9a-f]{2}|[^"\\]|\\.)*)"/.exec(line)?.[1];
  if (text === undefined || !/^.*\b(?:send(?:to|msg|mmsg))\(/.test(line)) {
    return undefined;
  }
  const bytes = [...text.matchAll(/\\x([0-9a-f]{2})|\\(.)|(.)/gs)].map(([, hex, escaped, plain]) =>
    hex === undefined ? (escaped ?? plain ?? "").charCodeAt(0) : Number.parseInt(hex, 16),
  );
  if (bytes.length < 17 || bytes[4] !== 0 || bytes[5] !== 1 || bytes[6] !== 0 || bytes[7] !== 0) {
    return undefined;
  }
  const labels: string[] = [];
  let at = 12;
  while (at < bytes.length && bytes[at] !== 0) {
    const length = bytes[at] ?? 0;
    if (length > 63 || at + length >= bytes.length) {
      return undefined;
    }
    labels.push(String.fromCharCode(...bytes.slice(at + 1, at + 1 + length)));
    at += length + 1;
  }
  const name = labels.join(".");
  return /^[\w.-]+\.[\w-]+$|^[\w-]+$/.test(name) && name !== "localhost" ? name : undefined;
}

function pause(timeMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, timeMs));
}
