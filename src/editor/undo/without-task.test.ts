import { expect, test } from "vitest";
import { type Step, withoutTask } from "./without-task";

const bytes = (text: string) => Buffer.from(text);
const step = (before: string | undefined, after: string | undefined): Step => ({
  before: before === undefined ? undefined : bytes(before),
  after: after === undefined ? undefined : bytes(after),
});
const text = (kept: Uint8Array | undefined) => (kept === undefined ? undefined : Buffer.from(kept).toString());

const lines = ["one", "two", "three", "four", "five", "six", "seven", ""].join("\n");

test("R-30: what the user did in other lines stays when the task's change goes", () => {
  const left = lines.replace("two", "TWO");
  expect(text(withoutTask([step(lines, left)], bytes(left.replace("six", "6"))))).toBe(lines.replace("six", "6"));
});

test("R-30: what the user did between two actions stays too", () => {
  const first = lines.replace("two", "TWO");
  const mine = first.replace("six", "6");
  const second = mine.replace("four", "FOUR");
  expect(text(withoutTask([step(lines, first), step(mine, second)], bytes(second)))).toBe(lines.replace("six", "6"));
});

test("R-30: the same lines changed by both have no answer", () => {
  const left = lines.replace("two", "TWO");
  expect(withoutTask([step(lines, left)], bytes(left.replace("TWO", "Two!")))).toBeUndefined();
});

test("a file that the task made or removed has no version without the task", () => {
  expect(withoutTask([step(undefined, "new\n")], bytes("new\nmine\n"))).toBeUndefined();
  expect(withoutTask([step("old\n", undefined)], bytes("mine\n"))).toBeUndefined();
});

test("R-23: bytes that are no UTF-8 stay what they are", () => {
  const before = Buffer.from([0x67, 0xfc, 0x0a, 0x62, 0x0a, 0x63, 0x0a]);
  const after = Buffer.from([0x67, 0xfc, 0x0a, 0x42, 0x0a, 0x63, 0x0a]);
  const now = Buffer.from([0xff, 0x0a, 0x67, 0xfc, 0x0a, 0x42, 0x0a, 0x63, 0x0a]);
  expect(withoutTask([{ before, after }], now)).toEqual(
    Buffer.from([0xff, 0x0a, 0x67, 0xfc, 0x0a, 0x62, 0x0a, 0x63, 0x0a]),
  );
});
