import fc from "fast-check";
import { expect, test } from "vitest";
import { readPartialJson } from "./partial-json";

const growing = new Set(["new_text"]);
const read = (text: string) => readPartialJson(text, growing).value;

test("whole JSON is read as JSON.parse reads it, and its end is known", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value);
      const partial = readPartialJson(`${text} `, growing);
      expect(JSON.stringify(partial.value)).toBe(text);
      expect(partial.end).toBe(text.length);
    }),
  );
});

test("wherever it breaks off, what is there is read, and nothing that is only half there", () => {
  const whole = JSON.stringify({ path: "a.ts", edits: [{ old_text: "x\n", new_text: 'é\n"q"\n' }], last: 12 });
  for (let cut = 0; cut < whole.length; cut++) {
    const value = (read(whole.slice(0, cut)) ?? {}) as {
      path?: string;
      edits?: Record<string, string>[];
      last?: number;
    };
    expect([undefined, "a.ts"]).toContain(value.path);
    expect([undefined, "x\n"]).toContain(value.edits?.[0]?.["old_text"]);
    expect('é\n"q"\n'.startsWith(value.edits?.[0]?.["new_text"] ?? "")).toBe(true);
    expect(value.last).toBeUndefined();
    expect(readPartialJson(whole.slice(0, cut), growing).end).toBeUndefined();
  }
});

test("a key that is a name of objects is a key like others", () => {
  expect(Object.keys(read('{"__proto__":{"a":1},"b":2}') as object)).toEqual(["__proto__", "b"]);
  expect(({} as { a?: number }).a).toBeUndefined();
});

test("what is no JSON ends what was read", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      readPartialJson(text, growing);
    }),
  );
  expect(read('{"a":1, oops')).toEqual({ a: 1 });
});
