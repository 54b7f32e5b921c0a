import { expect, test } from "vitest";
import { leastShared } from "./stable-prefix";

const user = { role: "user", content: "Hi" };
const reply = { role: "assistant", content: "Hello" };

test("a request that only adds messages shares all of the one before it", () => {
  expect(
    leastShared([
      { tools: [], messages: [user] },
      { tools: [], messages: [user, reply, user] },
    ]),
  ).toBe(1);
});

test("a changed first message is seen", () => {
  const later = { tools: [], messages: [{ ...user, content: "Hj" }, reply] };

  expect(leastShared([{ tools: [], messages: [user] }, later])).toBeLessThan(1);
});

test("the least of all pairs counts", () => {
  const bodies = [
    { tools: [1], messages: [user] },
    { tools: [2], messages: [user] },
    { tools: [2], messages: [user, reply] },
  ];

  expect(leastShared(bodies)).toBeLessThan(0.3);
});
