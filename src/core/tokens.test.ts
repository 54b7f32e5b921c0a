import { expect, test } from "vitest";
import { fakeEndpoint } from "../../test/fakes/scripted-model";
import type { AgentEvent, NewEvent } from "./events";
import { ratioFor } from "./tokens";

const turn = (characters: number, promptTokens: number): NewEvent[] => [
  { type: "turn_started", turn: 1, estimatedTokens: 1, characters, endpoint: fakeEndpoint },
  {
    type: "reply_finished",
    turn: 1,
    text: "ok",
    reasoning: "",
    calls: [],
    timings: { totalMs: 1 },
    stop: "stop",
    usage: { promptTokens, completionTokens: 1 },
  },
];

test.each<[name: string, turns: [characters: number, promptTokens: number][], ratio: number]>([
  [
    "the newest count is taken",
    [
      [16_000, 4_000],
      [20_000, 7_000],
    ],
    0.35,
  ],
  [
    "also when the conversation was shortened",
    [
      [40_000, 12_000],
      [20_000, 5_000],
    ],
    0.25,
  ],
  [
    "a count of only what was not read before is none",
    [
      [16_000, 4_000],
      [26_000, 3_100],
      [36_000, 4_100],
    ],
    0.25,
  ],
  [
    "counts that stay while the conversation grows do not draw it down without end",
    [
      [40_000, 8_000],
      [56_000, 8_192],
      [72_000, 8_192],
      [90_000, 8_192],
      [120_000, 8_192],
    ],
    8_192 / 72_000,
  ],
])("%s", (_, turns, ratio) => {
  const events = turns.flatMap((one) => turn(...one));
  const stamped = events.map((event, seq) => ({ v: 1, seq, at: 0, taskId: "t", ...event }) as AgentEvent);

  expect(ratioFor(stamped, fakeEndpoint)).toBe(ratio);
});
