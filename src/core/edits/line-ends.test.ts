import { expect, test } from "vitest";
import { applyFileCall } from "./apply-call";
import { type FileCall, readEditCall } from "./read-call";

const lineEnds = { "Unix line ends": ["\n"], "Windows line ends": ["\r\n"], "mixed line ends": ["\n", "\r\n", "\r\n"] };
const places = { "the first line": 0, "a middle line": 4, "the last line": 8 };

/** Nine lines, each with its own line end; the last one only with `isEnded`. */
function linesOf(ends: readonly string[], isEnded: boolean): string[] {
  return Array.from({ length: 9 }, (_, index) => {
    const end = index === 8 && !isEnded ? "" : (ends[index % ends.length] ?? "");
    return `\té € line ${index}  ${end}`;
  });
}

const fixtures = Object.entries(lineEnds).flatMap(([ended, ends]) =>
  [true, false].flatMap((isEnded) =>
    Object.entries(places).map(([where, at]) => ({ ended, ends, isEnded, where, at })),
  ),
);

test.each(fixtures)("R-23: $ended, $where, ended: $isEnded: an edit changes its line and no other", (fixture) => {
  const { ends, isEnded, at } = fixture;
  const lines = linesOf(ends, isEnded);
  const old = `é € line ${at}`;
  const call = { path: "a.txt", edits: [{ old_text: `\t${old}  `, new_text: "\tnew line  " }] };

  const text = lines.join("");
  const read = readEditCall(call);
  const applied = applyFileCall(text, (read.ok ? read.files[0] : undefined) as FileCall, text);

  const expected = lines.with(at, (lines[at] as string).replace(old, "new line")).join("");
  expect(applied).toMatchObject({ ok: true, text: expected });
});
