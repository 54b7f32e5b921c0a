import { createInterface } from "node:readline";
import { endFamily } from "./processes.mjs";

/** Lines `+pid` and `-pid` say what runs. When the input ends, whoever wrote them has ended. */
const running = new Set();
for await (const line of createInterface({ input: process.stdin })) {
  const pid = Number(line.slice(1));
  if (line.startsWith("+")) {
    running.add(pid);
  } else {
    running.delete(pid);
  }
}
await Promise.all([...running].map(endFamily));
