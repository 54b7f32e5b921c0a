import { createInterface } from "node:readline";
import { type ScriptedReply, says, startModelServer } from "./model-server";

/** Runs in a network namespace of its own, see `elsewhere.ts`. Says on standard output what reached it. */
interface Orders {
  host: string;
  port: number;
  models: string[];
  script: ScriptedReply[];
}

const orders = JSON.parse(process.argv[2] ?? "") as Orders;
const tell = (news: object) => process.stdout.write(`${JSON.stringify(news)}\n`);

const server = await startModelServer({
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
  .on("line", () => tell({ type: "bytes", in: server.bytes.in, open: server.openConnections }))
  .on("close", () => process.exit());
