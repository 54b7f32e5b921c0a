import { parseArguments } from "./arguments";
import type { Call } from "./events";
import type { Ports } from "./task-ports";
import type { ToolCall } from "./tools/tool";

export type Read = { ok: true; call: ToolCall } | { ok: false; problem: string };

/** The call as its tool understands it, or what is wrong with it, for the model. */
export function readCall(call: Call, ports: Ports): Read {
  const tool = ports.tools.find((candidate) => candidate.name === call.name);
  if (!tool) {
    const names = ports.tools.map((candidate) => candidate.name).join(", ");
    return { ok: false, problem: `There is no tool ${call.name}. The tools are: ${names}.` };
  }
  const input = parseArguments(call.arguments);
  if (input === undefined) {
    return { ok: false, problem: `The arguments of ${call.name} are not valid JSON. Send the call again.` };
  }
  const read = tool.read(input);
  return read.ok
    ? read
    : { ok: false, problem: `The arguments of ${call.name} do not fit:\n${read.problem}\nSend the call again.` };
}

export function knownTool(call: Call, ports: Ports): ToolCall | undefined {
  const read = readCall(call, ports);
  return read.ok ? read.call : undefined;
}
