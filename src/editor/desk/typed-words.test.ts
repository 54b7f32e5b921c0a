import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type KeyValues, TypedWords } from "./typed-words";

class Memory implements KeyValues {
  readonly values = new Map<string, unknown>();
  writes = 0;
  get(key: string): unknown {
    return this.values.get(key);
  }
  async update(key: string, value: unknown): Promise<void> {
    this.writes++;
    this.values.set(key, structuredClone(value));
  }
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("a draft, earlier inputs and the shown task outlive the window", async () => {
  const memory = new Memory();
  const words = new TypedWords(memory);
  await words.addSent("Fix the cart");
  await words.showTask("t1");
  words.changeDraft("and the");
  words.dispose();

  const again = new TypedWords(memory);
  expect([again.draft, again.sent, again.shownTask]).toEqual(["and the", ["Fix the cart"], "t1"]);
});

test("a draft is kept once the typing rests, not at every key", async () => {
  const memory = new Memory();
  const words = new TypedWords(memory);
  for (const text of ["a", "ab", "abc"]) {
    words.changeDraft(text);
    vi.advanceTimersByTime(100);
  }
  expect(memory.writes).toBe(0);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(memory.writes).toBe(1);
  expect(new TypedWords(memory).draft).toBe("abc");
});

test("sending empties the draft; an input said twice stands once, and few are kept", async () => {
  const words = new TypedWords(new Memory());
  words.changeDraft("x");
  for (let nth = 0; nth < 80; nth++) {
    await words.addSent(`input ${nth}`);
  }
  await words.addSent("input 70");
  await words.addSent("y".repeat(100_000));
  expect(words.draft).toBe("");
  expect(words.sent).toHaveLength(50);
  expect(words.sent.at(-1)).toBe("input 70");
});

test("S-I5: the words of a deleted task are forgotten", async () => {
  const memory = new Memory();
  const words = new TypedWords(memory);
  await words.addSent("the secret plan");
  await words.addSent("other");
  await words.forget(["the secret plan"]);
  expect(JSON.stringify([...memory.values])).not.toContain("secret");
});

test("what was kept in another form is not trusted", () => {
  const memory = new Memory();
  memory.values.set("hearth.typed", { draft: 7 });
  expect(new TypedWords(memory).draft).toBe("");
});
