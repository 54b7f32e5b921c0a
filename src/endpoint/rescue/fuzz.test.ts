import { expect, test } from "vitest";
import { ReplyReader } from "../stream/reply";
import { mentions, payloads, renders, tools } from "./testing/corpus";

const rounds = Number(process.env["HEARTH_FUZZ"] ?? 4_000);
/** Share of the rounds after which the engine has grown to its working size. */
const settledAfter = 0.3;
const mostGrowth = 64 * 1024 * 1024;

/** A small generator of numbers that are the same on every run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0;
    return ((state ^ (state >>> 13)) >>> 0) % below;
  };
}

const texts = [...Object.values(renders).flatMap((render) => payloads.map(render)), ...mentions];
const keys = ["content", "reasoning", "reasoning_content", "tool_calls", "finish_reason", "delta", "choices", "error"];
const scraps = [
  "<think>",
  "</think>",
  "<tool_call>",
  "```",
  "\n\n",
  "data: ",
  "[DONE]",
  "{",
  "}",
  '"',
  "\\",
  "\u0000",
  "<|",
  "｜",
  "[TOOL_CALLS]",
  ": ping\n\n",
];

function streamFor(next: (below: number) => number): Uint8Array {
  let stream = "";
  for (let count = next(6) + 1; count > 0; count--) {
    let text = texts[next(texts.length)] ?? "";
    for (let cuts = next(4); cuts > 0; cuts--) {
      const at = next(text.length + 1);
      text = text.slice(0, at) + (scraps[next(scraps.length)] ?? "") + text.slice(at + next(5));
    }
    const call = {
      index: next(3),
      id: next(2) ? `id${next(3)}` : null,
      function: { name: tools[next(tools.length)]?.name, arguments: text.slice(0, 60) },
    };
    const key = keys[next(keys.length)] ?? "";
    const delta = next(4) === 0 ? { tool_calls: [call] } : { [key]: next(3) === 0 ? call : text };
    stream += `data: ${JSON.stringify({ choices: next(9) === 0 ? [] : [{ index: 0, delta, finish_reason: next(5) === 0 ? "stop" : null }] })}\n\n`;
  }
  const bytes = new TextEncoder().encode(stream + (next(2) ? "data: [DONE]\n\n" : ""));
  for (let changes = next(6); changes > 0; changes--) {
    bytes[next(bytes.length)] = next(256);
  }
  return bytes;
}

test(`R-1 ${rounds} damaged streams: no crash, no call that is not one of the tools or not whole, memory bounded`, {
  timeout: 3_600_000,
}, () => {
  const names = new Set(tools.map((tool) => tool.name));
  let settled = 0;
  let most = 0;
  for (let round = 0; round < rounds; round++) {
    if (round % 1_000 === 0) {
      most = Math.max(most, process.memoryUsage.rss());
      settled = round <= rounds * settledAfter ? most : settled;
    }
    const next = numbers(round + 1);
    const reader = new ReplyReader({ now: () => 0, usedIds: new Set(), maxTokens: 1_000_000, tools, messages: [] });
    const bytes = streamFor(next);
    for (let at = 0; at < bytes.length; ) {
      const size = next(200) + 1;
      reader.push(bytes.subarray(at, at + size));
      at += size;
    }
    const { reply } = reader.end();
    const ids = new Set(reply.calls.map((call) => call.id));
    if (
      reply.calls.length > 0 &&
      (reply.stop === "error" || ids.size !== reply.calls.length || reply.calls.some((call) => call.name === ""))
    ) {
      expect({ round, reply }).toBeUndefined();
    }
    if (reader.rescuedFormat !== undefined && !reply.calls.every((call) => names.has(call.name))) {
      expect({ round, reply }).toBeUndefined();
    }
  }
  expect(most - settled, `${most} bytes at most, ${settled} when it had settled`).toBeLessThan(mostGrowth);
});
