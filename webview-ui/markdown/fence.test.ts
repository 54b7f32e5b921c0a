import { expect, test } from "vitest";
import { readFence } from "./fence";

test("a fence is read from its own line to its closing line", () => {
  const text = "x\n```ts\nconst a = 1;\n\n  ```\nafter";
  expect(readFence(text, 2)).toMatchObject({
    token: { raw: "```ts\nconst a = 1;\n\n  ```\n", lang: "ts", text: "const a = 1;\n" },
    isClosed: true,
  });
  expect(readFence(text, 0)).toBeUndefined();
});

test("a shorter or different fence inside does not close it, and an open one reaches to the end", () => {
  expect(readFence("````\n```\n~~~~\ncode", 0)).toMatchObject({ token: { text: "```\n~~~~\ncode" }, isClosed: false });
});

test("a closing line that may still grow does not close yet", () => {
  expect(readFence("```\ncode\n```", 0)).toMatchObject({ token: { text: "code" }, isClosed: false });
});

test("backticks in the first line make it inline code", () => {
  expect(readFence("``` a ``` b\n", 0)).toBeUndefined();
});
