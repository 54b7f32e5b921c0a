import fc from "fast-check";
import { expect, test } from "vitest";
import { changedSpans, type Span } from "./spans";

function apply(base: string, spans: readonly Span[]): string {
  return spans.toReversed().reduce((text, span) => text.slice(0, span.start) + span.text + text.slice(span.end), base);
}

const lines = fc
  .array(fc.constantFrom("a", "b", "c", "", "  d"), { maxLength: 30 })
  .chain((list) => fc.constantFrom("\n", "\r\n").map((end) => list.join(end)));

test("the spans turn the old text into the new one, sorted and apart", () => {
  fc.assert(
    fc.property(lines, lines, (base, target) => {
      const spans = changedSpans(base, target);
      expect(apply(base, spans)).toBe(target);
      for (const [index, span] of spans.slice(1).entries()) {
        expect(span.start).toBeGreaterThan((spans[index] as Span).end);
      }
    }),
  );
});

test("two far changes are two spans that leave the lines between alone", () => {
  const base = Array.from({ length: 100 }, (_, index) => `line ${index}\n`).join("");
  const target = base.replace("line 3\n", "line three\n").replace("line 90\n", "");
  expect(changedSpans(base, target).map((span) => [base.slice(span.start, span.end), span.text])).toEqual([
    ["line 3\n", "line three\n"],
    ["line 90\n", ""],
  ]);
});

test("equal texts need no span", () => {
  expect(changedSpans("a\nb", "a\nb")).toEqual([]);
});

test("a missing final newline stays missing", () => {
  expect(changedSpans("a\nb", "a\nc")).toEqual([{ start: 2, end: 3, text: "c" }]);
});
