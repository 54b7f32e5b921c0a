import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fails, type ScriptedReply, says, startModelServer } from "../../test/support/model-server";
import type { LedgerEntry } from "./ledger";

/**
 * What the ledger counts is every byte that the system moved on the sockets of requests: request lines, headers and bodies,
 * and of answers their headers, the framing of chunks and the body. What the system itself adds below, in packets, is not
 * counted.
 */
let folder: string;
let script: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "hearth-bytes-"));
  script = join(folder, "bytes.mjs");
  await build({
    entryPoints: [fileURLToPath(new URL("../../test/support/traced/bytes.ts", import.meta.url))],
    bundle: true,
    platform: "node",
    format: "esm",
    outfile: script,
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
    logLevel: "silent",
  });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const calls = "trace=read,readv,recvfrom,recvmsg,write,writev,sendto,sendmsg";
const trace = () => join(folder, "trace");
const canTrace = spawnSync("strace", ["-f", "-yy", "-e", calls, "-o", "/dev/null", "true"]).status === 0;
const against = canTrace ? "" : " (not compared here: this machine has no strace that may trace)";

interface Sum {
  out: number;
  in: number;
}

async function run(how: "whole" | "stop", replies: ScriptedReply[]) {
  const server = await startModelServer({ script: replies });
  const command = [process.execPath, script, join(folder, `ledger-${how}`), server.baseUrl, how];
  const traced = canTrace ? ["strace", "-f", "-qq", "-yy", "-s", "0", "-e", calls, "-o", trace(), ...command] : command;
  const [program = "", ...args] = traced;
  const entries = await new Promise<LedgerEntry[]>((done, fail) => {
    const env = { PATH: process.env["PATH"] ?? "", UV_USE_IO_URING: "0" };
    const child = spawn(program, args, { env, stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    child.stdout.on("data", (text) => {
      output += text;
    });
    child.once("error", fail);
    child.once("close", () => done(JSON.parse(output) as LedgerEntry[]));
  });
  const { port, bytes } = server;
  await server.close();
  const recorded = entries.reduce((sum, { bytesOut, bytesIn }) => add(sum, bytesOut, bytesIn), { out: 0, in: 0 });
  return { entries, recorded, served: { out: bytes.in, in: bytes.out }, seen: await readTrace(port) };
}

function add(sum: Sum, out: number, read: number): Sum {
  return { out: sum.out + out, in: sum.in + read };
}

/** What the system moved between the traced process and this port. */
async function readTrace(port: number): Promise<Sum | undefined> {
  if (!canTrace || !existsSync(trace())) {
    return undefined;
  }
  let sum: Sum = { out: 0, in: 0 };
  const waiting = new Map<string, string>();
  for (const line of (await readFile(trace(), "utf8")).split("\n")) {
    const [, process = "", rest = ""] = /^(\d+)\s+(.*)$/.exec(line) ?? [];
    const resumed = /^<\.\.\. \w+ resumed>/.test(rest);
    const call = resumed ? `${waiting.get(process) ?? ""}${rest}` : rest;
    if (rest.endsWith("<unfinished ...>")) {
      waiting.set(process, rest);
      continue;
    }
    const [, name = "", count = "0"] =
      /^(\w+)\(\d+<TCP(?:v6)?:\[[^\]]*->(?:127\.0\.0\.1):\d+\]>.* = (\d+)$/.exec(call) ?? [];
    if (call.includes(`:${port}]>`)) {
      sum = name.startsWith("re") ? add(sum, 0, Number(count)) : add(sum, Number(count), 0);
    }
  }
  return sum;
}

test(`the record's counts are those of the operating system and of the server, to the byte${against}`, async () => {
  const long = Array.from({ length: 400 }, (_, at) => `Line ${at} of a long answer. `);
  const refusal = fails({ kind: "status", status: 500, body: '{"error":{"message":"the runner stopped"}}' });

  const { entries, recorded, served, seen } = await run("whole", [says("Hi."), says(long), refusal, says("Then.")]);

  expect(entries.filter(({ path }) => path.endsWith("/chat/completions"))).toHaveLength(4);
  expect(recorded.out).toBeGreaterThan(140_000);
  expect(recorded).toEqual(served);
  expect(seen ?? recorded).toEqual(recorded);
});

test.skipIf(!canTrace)(
  "of a reply that was stopped the record counts what the system had read until then",
  async () => {
    const endless = says(
      Array.from({ length: 5_000 }, (_, at) => `${at} `),
      { betweenMs: 2 },
    );

    const { entries, recorded, served, seen } = await run("stop", [says("Hi."), says("Yes."), says("No."), endless]);

    expect(entries.at(-1)).toMatchObject({ status: 200, where: "machine" });
    expect(seen).toEqual(recorded);
    expect(recorded.out).toBe(served.out);
  },
);
