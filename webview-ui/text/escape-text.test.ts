import { expect, test } from "vitest";
import { escapeText, hidesSomething, splitEscapes } from "./escape-text";

const classes: Record<string, [number, number]> = {
  "control characters": [0x00, 0x08],
  "more control characters": [0x0b, 0x1f],
  "delete and C1": [0x7f, 0x9f],
  "zero width and marks": [0x200b, 0x200f],
  "bidirectional overrides": [0x202a, 0x202e],
  "joiners and invisible operators": [0x2060, 0x206f],
  "byte order mark": [0xfeff, 0xfeff],
  tags: [0xe0000, 0xe007f],
  "variation selectors": [0xfe00, 0xfe0f],
  "lone surrogates": [0xd800, 0xd803],
};

for (const [name, [from, to]] of Object.entries(classes)) {
  test(`S-C2: ${name} are written by name`, () => {
    for (let code = from; code <= to; code += 1) {
      const character = String.fromCodePoint(code);
      const shown = escapeText(`a${character}b`);
      expect(shown).toBe(`a⟨U+${code.toString(16).toUpperCase().padStart(4, "0")}⟩b`);
      expect(hidesSomething(shown)).toBe(false);
    }
  });
}

test("line feeds, tabs, letters of all scripts and coloured emoji stay as they are", () => {
  const text = "a\n\tб 漢 ع ❤\ufe0f 👍🏽 é ½ 1\ufe0f\u20e3";
  expect(escapeText(text)).toBe(text);
  expect(hidesSomething(text)).toBe(false);
});

test("a variation selector that colours nothing is shown", () => {
  expect(escapeText("ls\ufe0f")).toBe("ls⟨U+FE0F⟩");
});

test("the parts of a text are its escape, told apart from real text of the same form", () => {
  expect(splitEscapes("⟨U+202E⟩\u202e")).toEqual([
    { text: "⟨U+202E⟩", isEscape: false },
    { text: "⟨U+202E⟩", isEscape: true },
  ]);
  expect(splitEscapes("plain")).toEqual([{ text: "plain", isEscape: false }]);
  expect(splitEscapes("")).toEqual([]);
});
