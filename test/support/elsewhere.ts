import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import type { IncomingHttpHeaders } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { build } from "esbuild";
import type { ScriptedReply } from "./model-server";

/** A chat that reached the server. */
export interface ElsewhereChat {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface Elsewhere {
  /** Ends in `/v1`. Its address is not of this machine, and counts as one on the internet. */
  readonly baseUrl: string;
  readonly chats: readonly ElsewhereChat[];
  /** Bytes that arrived on all its sockets so far. */
  bytesIn(): Promise<number>;
  openConnections(): Promise<number>;
  /** What it serves from now on, when it was started with something to serve. */
  serve(what: Serving): Promise<void>;
  close(): Promise<void>;
}

/** One model with a fixed window, as vLLM has it. */
export interface Serving {
  model: string;
  window: number;
}

type News =
  | { type: "listening"; port: number }
  | { type: "chat"; path: string; headers: IncomingHttpHeaders; raw: string }
  | { type: "bytes"; in: number; open: number };

let count = 0;

/** Why no server can be put elsewhere here; undefined when one can. */
export function reasonAgainstElsewhere(): string | undefined {
  if (process.platform !== "linux" || process.getuid?.() !== 0) {
    return "another address needs network namespaces, and those need Linux and root";
  }
  const name = `hearth-try-${process.pid}`;
  const made = spawnSync("ip", ["netns", "add", name]);
  spawnSync("ip", ["netns", "del", name]);
  return made.status === 0 ? undefined : "this machine makes no network namespaces";
}

/** Starts a scripted model server in a network namespace of its own, at an address that only this machine can reach. */
export async function startElsewhere(
  options: { script?: ScriptedReply[]; models?: string[]; serving?: Serving; place?: keyof typeof ranges } = {},
): Promise<Elsewhere> {
  const place = openPlace(ranges[options.place ?? "internet"]);
  const folder = await mkdtemp(join(tmpdir(), "hearth-elsewhere-"));
  const bundle = join(folder, "server.mjs");
  await build({
    entryPoints: [new URL("./elsewhere-server.ts", import.meta.url).pathname],
    outfile: bundle,
    bundle: true,
    platform: "node",
    format: "esm",
    logLevel: "error",
  });
  const { script = [], models = ["big-model"], serving } = options;
  const orders = JSON.stringify({ host: place.address, port: 0, models, script, serving });
  const child = spawn("ip", ["netns", "exec", place.name, process.execPath, bundle, orders], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const running = new RunningElsewhere(child, place.address, async () => {
    place.close();
    await rm(folder, { recursive: true, force: true });
  });
  await running.ready;
  return running;
}

class RunningElsewhere implements Elsewhere {
  readonly chats: ElsewhereChat[] = [];
  readonly ready: Promise<void>;
  baseUrl = "";
  private readonly asked: ((news: Extract<News, { type: "bytes" }>) => void)[] = [];

  constructor(
    private readonly child: ChildProcess,
    address: string,
    private readonly cleanUp: () => Promise<void>,
  ) {
    this.ready = new Promise((done, fail) => {
      child.once("exit", () => fail(new Error("The server elsewhere did not start.")));
      createInterface({ input: child.stdout ?? process.stdin }).on("line", (line) => {
        const news = JSON.parse(line) as News;
        if (news.type === "listening") {
          this.baseUrl = `http://${address}:${news.port}/v1`;
          done();
        } else if (news.type === "chat") {
          const { path, headers, raw } = news;
          this.chats.push({ path, headers, body: Buffer.from(raw, "base64").toString("utf8") });
        } else {
          this.asked.shift()?.(news);
        }
      });
    });
  }

  async bytesIn(): Promise<number> {
    return (await this.ask()).in;
  }

  async openConnections(): Promise<number> {
    return (await this.ask()).open;
  }

  async serve(what: Serving): Promise<void> {
    await this.ask(JSON.stringify(what));
  }

  async close(): Promise<void> {
    const gone = new Promise((done) => this.child.once("exit", done));
    this.child.stdin?.end();
    await gone;
    await this.cleanUp();
  }

  private ask(order = ""): Promise<Extract<News, { type: "bytes" }>> {
    return new Promise((done) => {
      this.asked.push(done);
      this.child.stdin?.write(`${order}\n`);
    });
  }
}

/** One that stands for the internet in texts, and a private one. Nothing beyond this machine is reached by either. */
const ranges = { internet: "203.0.113", network: "10.213.77" };

/** Two ends of a wire, one here and one in a namespace. */
function openPlace(range: string): { name: string; address: string; close(): void } {
  count += 1;
  const id = `${process.pid % 100_000}x${count}`;
  const name = `hearth-${id}`;
  const subnet = 4 * ((process.pid * 7 + count) % 60);
  const [here, there] = [`${range}.${subnet + 1}`, `${range}.${subnet + 2}`];
  const [mine, theirs] = [`hm${id}`, `ht${id}`];
  ip("netns", "add", name);
  ip("link", "add", mine, "type", "veth", "peer", "name", theirs, "netns", name);
  ip("addr", "add", `${here}/30`, "dev", mine);
  ip("link", "set", mine, "up");
  ip("-n", name, "addr", "add", `${there}/30`, "dev", theirs);
  ip("-n", name, "link", "set", theirs, "up");
  ip("-n", name, "link", "set", "lo", "up");
  return { name, address: there, close: () => ip("netns", "del", name) };
}

function ip(...args: string[]): void {
  const { status, stderr } = spawnSync("ip", args, { encoding: "utf8" });
  if (status !== 0) {
    throw new Error(`ip ${args.join(" ")}: ${stderr}`);
  }
}
