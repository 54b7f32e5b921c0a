import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { findServers } from "../../../src/endpoint/find/find-servers";
import { OpenAiModel } from "../../../src/endpoint/model";
import { Gateway } from "../../../src/net/gateway";
import { Ledger } from "../../../src/net/ledger";
import { calls, says, startModelServer } from "../model-server";
import { Ollama } from "../personalities";

/**
 * Everything that could make bytes leave, in one run: proxies in the environment, redirects, foreign addresses in many
 * spellings, and a model that is passed on. Run under the operating system's tracing; prints what it did as one line of JSON.
 */
const [, , folder = "."] = process.argv;
const ledger = new Ledger(folder);
const gateway = new Gateway({
  ledger,
  proxies: () => ({ url: "http://10.9.8.7:3128", allowed: true, env: process.env }),
});
const never = new AbortController().signal;

const server = await startModelServer({
  personality: new Ollama({
    models: [{ name: "here:latest" }, { name: "far:cloud" }],
    loaded: ["here:latest"],
    defaultContext: 32_768,
  }),
  script: [calls("read_file", { path: "a.js" }, { text: "I look." }), says("Done.")],
});
const redirecting = createServer((_, response) =>
  response.writeHead(307, { location: "http://8.8.8.8/v1/chat/completions" }).end(),
);
await new Promise<void>((done) => redirecting.listen(0, "127.0.0.1", done));
const redirect = `http://127.0.0.1:${(redirecting.address() as AddressInfo).port}/v1`;

async function ask(baseUrl: string, model: string): Promise<string> {
  const endpoint = { name: "T", model, baseUrl, locality: "machine" as const, practice: false };
  const talking = new OpenAiModel({ endpoint, kind: "generic", gateway, keys: { get: async () => "a-stored-key" } });
  const stream = talking.reply({ system: "S", tools: [], messages: [{ role: "user", text: "my source code" }] }, never);
  let next = await stream.next();
  while (!next.done) {
    next = await stream.next();
  }
  return next.value.trouble?.code ?? next.value.stop;
}

const foreign = [
  "8.8.8.8",
  "0x08080808",
  "134744072",
  "[::ffff:8.8.8.8]",
  "[64:ff9b::808:808]",
  "[2001:4860:4860::8888]",
  "10.0.0.1",
  "192.168.1.1",
  "169.254.169.254",
  "0.0.0.0",
  "user@8.8.8.8",
];
const outcomes: Record<string, string> = {};
outcomes["here"] = await ask(server.baseUrl, "here:latest");
outcomes["here again"] = await ask(server.baseUrl, "here:latest");
outcomes["passed on"] = await ask(server.baseUrl, "far:cloud");
outcomes["redirect"] = await ask(redirect, "here:latest");
for (const host of foreign) {
  outcomes[host] = await gateway
    .fetch(`http://${host}:11434/v1/chat/completions`, { method: "POST", body: "my source code" }, { purpose: "chat" })
    .then(
      () => "sent",
      (error: { code?: string }) => error.code ?? "thrown",
    );
}
await findServers(gateway, never);
await new Promise((done) => setTimeout(done, 100));
process.stdout.write(`${JSON.stringify({ outcomes, sentence: await ledger.sentence() })}\n`);
redirecting.close();
await server.close();
