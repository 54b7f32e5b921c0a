import { createInterface } from "node:readline";
import { type ScriptedReply, says, startModelServer } from "./model-server";
import { FixedWindow } from "./personalities";

/** Runs in a network namespace of its own, see `elsewhere.ts`. Says on standard output what reached it. */
interface Orders {
  host: string;
  port: number;
  models: string[];
  script: ScriptedReply[];
  /** As vLLM, with one model and this window; left out: as a plain server. */
  serving?: Serving;
}

interface Serving {
  model: string;
  window: number;
}

const orders = JSON.parse(process.argv[2] ?? "") as Orders;
const tell = (news: object) => process.stdout.write(`${JSON.stringify(news)}\n`);

let personality = orders.serving && serving(orders.serving);

function serving({ model, window }: Serving): FixedWindow {
  return new FixedWindow({ kind: "vllm", model, window });
}

const server = await startModelServer({
  ...(personality
    ? {
        personality: {
          answer: (request) => personality?.answer(request),
          shape: (reply) => personality?.shape(reply) ?? reply,
        },
      }
    : {}),
  host: orders.host,
  port: orders.port,
  models: orders.models,
  respond: ({ path, headers, raw }, index) => {
    tell({ type: "chat", path, headers, raw: raw.toString("base64") });
    return orders.script[index] ?? says("The script is over.");
  },
});
tell({ type: "listening", port: server.port });

createInterface({ input: process.stdin })
  .on("line", (line) => {
    personality = line === "" ? personality : serving(JSON.parse(line) as Serving);
    tell({ type: "bytes", in: server.bytes.in, open: server.openConnections });
  })
  .on("close", () => process.exit());
