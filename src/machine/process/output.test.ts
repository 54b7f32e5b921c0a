import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { BoundedOutput } from "./bounded-output";
import { LiveOutput } from "./live-output";
import { PlainText, settleLines } from "./plain-text";

vi.setConfig({ testTimeout: 60_000 });

function plain(bytes: Buffer, cuts: readonly number[]): string {
  const text = new PlainText();
  const borders = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  const parts = borders.slice(1).map((end, index) => text.push(bytes.subarray(borders[index], end)));
  return parts.join("") + text.end();
}

const coloured =
  "\u001b[1;31mred\u001b[0m \u001b]0;title\u0007t \u001b]8;;http://x\u001b\\link\u001b]8;;\u001b\\ ü € 😀\u001b(B\u001b7\u0000\u0008end";

test("R-19: escape sequences and controls disappear, characters stay, wherever the chunks are cut", () => {
  const bytes = Buffer.from(coloured);
  for (let cut = 0; cut <= bytes.length; cut++) {
    expect(plain(bytes, [cut])).toBe("red t link ü € 😀end");
  }
});

test("R-19: any bytes in any chunks give the same text as at once, without escapes", () => {
  const piece = fc.constantFrom(
    "\u001b[",
    "\u001b]",
    "m",
    "31",
    "\u0007",
    "\u001b\\",
    "a",
    "ü",
    "\n",
    "\u001b",
    "\u009b",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), fc.array(fc.nat(), { maxLength: 6 }), (pieces, cuts) => {
      const text = plain(Buffer.from(pieces.join("")), cuts);
      expect(text).not.toContain("\u001b");
    }),
  );
});

test("an escape that never ends does not hold the text back for ever", () => {
  const text = new PlainText();
  const shown = text.push(Buffer.from(`\u001b]0;${"x".repeat(10_000)}`)) + text.end();
  expect(shown).toContain("xxx");
});

test("a progress bar is shown as it ends", () => {
  expect(settleLines("10%\r20%\r100%\r\nnext\r\n")).toBe("100%\nnext\n");
  expect(settleLines("50%\rdone\n")).toBe("done\n");
});

test("a short text is kept whole", () => {
  const output = new BoundedOutput(10, 10);
  output.add("12345");
  output.add("67890abcdefghij");
  expect(output.render()).toBe("1234567890abcdefghij");
});

test("a long text keeps its head and its tail, and counts what is between", () => {
  const output = new BoundedOutput(6, 6);
  for (let line = 0; line < 1_000; line++) {
    output.add(`${line}\n`);
  }
  expect(output.render()).toBe("0\n1\n2\n\n[… 3,878 characters, 995 lines left out here …]\n8\n999\n");
  expect(output.length).toBe(3_890);
});

test("R-19: head, note and tail account for every character, whatever the pieces", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 40 }), { maxLength: 40 }), (pieces) => {
      const whole = pieces.join("").replaceAll(/[\r\ud800-\udfff]/g, "x");
      const output = new BoundedOutput(20, 30);
      let at = 0;
      for (const piece of pieces) {
        output.add(whole.slice(at, at + piece.length));
        at += piece.length;
      }
      const expected = whole.length <= 50 ? whole : undefined;
      const shown = output.render();
      expect(expected === undefined ? shown.startsWith(whole.slice(0, 20)) : shown === expected).toBe(true);
      expect(shown.endsWith(whole.slice(-30))).toBe(true);
    }),
  );
});

test("R-19: a flood is shown live in bounded pieces, and the rest is counted", async () => {
  const pieces: string[] = [];
  const live = new LiveOutput((text) => pieces.push(text), 1_000, { everyMs: 5, characters: 50 });
  for (let round = 0; round < 20; round++) {
    live.add("x".repeat(5_000));
    await new Promise((resolve) => setTimeout(resolve, 70));
  }
  live.end();
  const shown = pieces.join("");
  expect(shown.length).toBeLessThan(6_000);
  expect(shown).toMatch(/characters not shown live/);
  const xs = shown.replaceAll(/\n\[.*?\]\n/g, "").length;
  const skipped = [...shown.matchAll(/… ([\d,]+) characters/g)].reduce(
    (sum, match) => sum + Number(match[1]?.replaceAll(",", "")),
    0,
  );
  expect(xs + skipped).toBe(100_000);
});
