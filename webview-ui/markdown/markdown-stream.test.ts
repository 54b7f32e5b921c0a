import fc from "fast-check";
import type { Token } from "marked";
import { Lexer } from "marked";
import { expect, test } from "vitest";
import { MarkdownStream } from "./markdown-stream";

const sample = `# Title

A paragraph with *emphasis*,
over two lines.

- one
- two

  still two

1. first
   \`\`\`ts
   const a = 1;
   \`\`\`

| a | b |
|---|---|
| 1 | 2 |

> quoted
lazily

\`\`\`js
let b;

let c;
\`\`\`

<div>
html
</div>

Setext
======

last`;

test("a text that arrives in any pieces ends as the same blocks as the whole text", () => {
  const whole = written(new Lexer({ gfm: true }).lex(sample));
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 40 }), (sizes) => {
      const stream = new MarkdownStream();
      let at = 0;
      for (let turn = 0; at < sample.length; turn += 1) {
        at += sizes[turn % sizes.length] ?? 1;
        stream.update(sample.slice(0, at), false);
      }
      expect(written(stream.update(sample, true).map((block) => block.token))).toEqual(whole);
    }),
    { numRuns: 60 },
  );
});

test("any text in any pieces keeps every character of it", () => {
  const pieces = fc.array(
    fc.constantFrom("a", " ", "\n", "\n\n", "- ", "#", "`", "```", "*", "|", "> ", "<b>", "1. ", "[", "](", "\r\n"),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(pieces, (parts) => {
      const stream = new MarkdownStream();
      let text = "";
      for (const part of parts) {
        text += part;
        stream.update(text, false);
      }
      const shown = stream
        .update(text, true)
        .map((block) => block.token.raw)
        .join("");
      expect(shown.replace(/\s/g, "")).toBe(text.replace(/\s/g, ""));
    }),
    { numRuns: 300 },
  );
});

test("blocks that cannot change any more stay the same objects", () => {
  const stream = new MarkdownStream();
  const first = stream.update("One.\n\nTwo.\n\nThree.\n\nFo", false);
  const second = stream.update("One.\n\nTwo.\n\nThree.\n\nFour is longer", false);
  expect(second.map((block) => block.token.raw)).toEqual(["One.", "Two.", "Three.", "Four is longer"]);
  expect(second[0]).toBe(first[0]);
  expect(second[1]).toBe(first[1]);
  expect(second[3]).not.toBe(first[3]);
});

test("a text that turns out to be another one is read anew", () => {
  const stream = new MarkdownStream();
  stream.update("One.\n\nTwo.\n\nThree.\n\nFour", false);
  expect(stream.update("Other.", true).map((block) => block.token.raw)).toEqual(["Other."]);
});

test("S-E3: nesting that no parser holds is shown as plain text", () => {
  const deep = "> ".repeat(20_000);
  const shown = new MarkdownStream().update(deep, true);
  expect(shown.map((block) => block.token.raw).join("")).toBe(deep);
});

test("a very long paragraph is not searched for markup", () => {
  const [block] = new MarkdownStream().update("*a ".repeat(60_000), true);
  expect(block?.token).toMatchObject({ type: "paragraph", tokens: [{ type: "text" }] });
});

test("S-E1: no input of 100 kB is parsed in more than small steps", () => {
  const text = `- a\n${"b\n".repeat(50_000)}`;
  const blocks = new MarkdownStream().update(text, true);
  expect(blocks.map((block) => block.token.raw).join("")).toBe(text);
  expect(Math.max(...blocks.map((block) => block.token.raw.length))).toBeLessThan(text.length);
});

test("a long line of dashes is a rule, and what stands around it is markdown", () => {
  const tokens = new MarkdownStream().update(`# Title\n\n${"-".repeat(80)}\n\n*end*`, true);
  expect(tokens.map((block) => block.token.type)).toEqual(["heading", "hr", "paragraph"]);
});

test("a long table stays one table", () => {
  const text = `| a | b |\n|---|---|\n${"| 1 | 2 |\n".repeat(1_500)}`;
  expect(new MarkdownStream().update(text, true)).toHaveLength(1);
});

function written(tokens: readonly Token[]): unknown[] {
  return tokens.filter((token) => token.type !== "space").map((token) => [token.type, token.raw.trimEnd()]);
}
