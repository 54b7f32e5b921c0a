import { OpenAiModel } from "../../../src/endpoint/model";
import { Gateway } from "../../../src/net/gateway";
import { Ledger } from "../../../src/net/ledger";

/**
 * Talks with a model server over the gateway in a process of its own, and prints the record as one line of JSON. Run under
 * the operating system's tracing. With `stop`, the last reply is stopped in the middle.
 */
const [, , folder = ".", baseUrl = "", how = "whole"] = process.argv;
const ledger = new Ledger(folder);
const gateway = new Gateway({ ledger });
const model = new OpenAiModel({
  endpoint: { name: "T", model: "test-model", baseUrl, locality: "machine", practice: false },
  kind: "generic",
  gateway,
  keys: { get: async () => "a-stored-key" },
});

const stopping = new AbortController();
for (const text of ["Hello.", "Go on.\n".repeat(20_000), "What else? äöü 🔥", "And then?"]) {
  const isLast = text === "And then?";
  const stream = model.reply({ system: "S", tools: [], messages: [{ role: "user", text }] }, stopping.signal);
  let next = await stream.next();
  while (!next.done) {
    if (isLast && how === "stop") {
      stopping.abort();
    }
    next = await stream.next();
  }
}
process.stdout.write(JSON.stringify(await ledger.read(1)));
