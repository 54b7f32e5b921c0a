import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { expect, test } from "vitest";

function works(command: string, args: string[]): boolean {
  return spawnSync(command, args, { stdio: "ignore" }).status === 0;
}

/** A machine of its own that has nothing but loopback. */
const alone = { command: "unshare", args: ["-rn", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"] };
const canTrace = works(alone.command, [...alone.args, "strace", "-o", "/dev/null", "true"]);

interface Outcome {
  outcomes: Record<string, string>;
  sentence: string;
}

/** Every address that a connection or a datagram was meant for, as the system saw it. */
function readTrace(path: string) {
  const connected: string[] = [];
  for (const line of readFileSync(path, "utf8").split("\n")) {
    const found =
      /connect\(\d+, \{sa_family=(AF_INET6?), .*?(?:inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)")/.exec(line);
    const sent = /sendto\(\d+, .*sin6?_addr=(?:inet_addr\("([^"]+)"\)|.*?"([^"]+)")/.exec(line);
    const address = found?.[2] ?? found?.[3] ?? sent?.[1] ?? sent?.[2];
    if (address !== undefined) {
      connected.push(address);
    }
  }
  return [...new Set(connected)];
}

test.skipIf(!canTrace)(
  "S-N3 S-N7 with only loopback, every proxy variable set, redirects and foreign addresses, the system sees no connection elsewhere and local work goes on",
  { timeout: 60_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "hearth-traced-"));
    try {
      const script = join(folder, "session.mjs");
      await build({
        entryPoints: [fileURLToPath(new URL("../../test/support/traced/session.ts", import.meta.url))],
        bundle: true,
        platform: "node",
        format: "esm",
        outfile: script,
        banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
        logLevel: "silent",
      });
      const trace = join(folder, "trace");
      const proxy = "http://10.9.8.7:3128";
      const env = {
        PATH: process.env["PATH"] ?? "",
        ...Object.fromEntries(
          ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"].map((name) => [
            name,
            proxy,
          ]),
        ),
        NODE_USE_ENV_PROXY: "1",
      };
      const strace = ["strace", "-f", "-qq", "-e", "trace=connect,sendto,sendmsg", "-o", trace];

      const run = spawnSync(
        alone.command,
        [...alone.args, ...strace, process.execPath, script, join(folder, "ledger")],
        {
          env,
          encoding: "utf8",
          timeout: 50_000,
        },
      );

      expect(run.stderr).toBe("");
      const { outcomes, sentence } = JSON.parse(run.stdout) as Outcome;
      const { here, "here again": again, "passed on": passedOn, redirect, ...foreign } = outcomes;
      expect({ here, again, passedOn, redirect }).toEqual({
        here: "stop",
        again: "stop",
        passedOn: "not_local",
        redirect: "redirected",
      });
      expect(new Set(Object.values(foreign))).toEqual(new Set(["not_local", "address_refused"]));
      expect(readTrace(trace).filter((address) => address !== "127.0.0.1" && address !== "::1")).toEqual([]);
      expect(readTrace(trace)).toContain("127.0.0.1");
      expect(sentence).toBe("Nothing has left this machine today.");
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);
