import { expect, test } from "vitest";
import { tellCount } from "../../../test/fixtures/machine/faults";
import { applyFileCall } from "./apply-call";
import { type DecodedText, decode, encode } from "./encoding";
import { readEditCall } from "./read-call";

const encodings: DecodedText[] = [
  { text: "é €", encoding: "utf8", bom: false },
  { text: "é €", encoding: "utf8", bom: true },
  { text: "é €", encoding: "utf16le", bom: true },
  { text: "é €", encoding: "utf16be", bom: true },
  { text: "é €", encoding: "windows1252", bom: false },
];
const lineEnds = { "Unix line ends": ["\n"], "Windows line ends": ["\r\n"], "mixed line ends": ["\n", "\r\n", "\r\n"] };
const places = { "the first line": 0, "a middle line": 4, "the last line": 8 };

/** Nine lines, each with its own line end; the last one only with `isEnded`. */
function linesOf(ends: readonly string[], isEnded: boolean, word: string): string[] {
  return Array.from({ length: 9 }, (_, index) => {
    const end = index === 8 && !isEnded ? "" : (ends[index % ends.length] ?? "");
    return `\t${word} line ${index}  ${end}`;
  });
}

const fixtures = encodings.flatMap((as) =>
  Object.entries(lineEnds).flatMap(([ended, ends]) =>
    [true, false].flatMap((isEnded) =>
      Object.entries(places).map(([where, at]) => ({ as, ended, ends, isEnded, where, at })),
    ),
  ),
);

test.each(fixtures)("R-23: %o: an edit changes the bytes of its line and no other", ({ as, ends, isEnded, at }) => {
  const lines = linesOf(ends, isEnded, as.text);
  const before = encode({ ...as, text: lines.join("") }) as Uint8Array;
  const old = `${as.text} line ${at}`;
  const call = { path: "a.txt", edits: [{ old_text: `\t${old}  `, new_text: "\tnew line  " }] };

  const decoded = decode(before) as DecodedText;
  const read = readEditCall(call);
  const applied = applyFileCall(decoded.text, (read.ok ? read.files[0] : undefined) as never, decoded.text);

  const expected = lines.with(at, (lines[at] as string).replace(old, "new line")).join("");
  expect(decoded).toMatchObject({ encoding: as.encoding, bom: as.bom });
  expect(applied).toMatchObject({ ok: true, text: expected });
  expect(encode({ ...decoded, text: expected })).toEqual(encode({ ...as, text: expected }));
});

test("R-23: at least sixty fixtures", () => {
  expect(fixtures.length).toBeGreaterThanOrEqual(60);
  tellCount("R-23", `${fixtures.length} fixtures of encoding, line end and place, 0 collateral bytes`);
});
