import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fileChange, pickHunks } from "./hunks";

const line = fc.constantFrom("a\n", "b\n", "c\r\n", "}\n", "\n", "\r\n", "d\r", "long line of text\n");
const text = fc
  .tuple(fc.array(line, { maxLength: 25 }), fc.constantFrom("", "tail", "a"))
  .map(([lines, tail]) => lines.join("") + tail);

describe("hunks of a change", () => {
  test("all hunks give the target, none give the base, byte for byte", () => {
    fc.assert(
      fc.property(text, text, (base, target) => {
        const ids = fileChange("f", base, target).hunks.map((hunk) => hunk.id);
        expect(new Set(ids).size).toBe(ids.length);
        expect(pickHunks(base, target, ids)).toBe(target);
        expect(pickHunks(base, target, [])).toBe(base);
      }),
      { numRuns: 2_000 },
    );
  });

  test("a picked hunk changes its own lines and no others", () => {
    const base = "1\r\n2\n3\r\n4\n5\r\n6\n7\r\n8\n9\r\nten";
    const target = base.replace("2\n", "two\n").replace("9\r\n", "").replace("5\r\n", "5\r\n5b\r\n");
    const { hunks, added, removed } = fileChange("f", base, target);

    expect(hunks.map((hunk) => hunk.lines.filter((each) => /^[+-]/.test(each)))).toEqual([
      ["-2", "+two"],
      ["+5b\r"],
      ["-9\r"],
    ]);
    expect([added, removed]).toEqual([2, 2]);
    expect(pickHunks(base, target, [hunks[1]?.id ?? ""])).toBe(base.replace("5\r\n", "5\r\n5b\r\n"));
    expect(pickHunks(base, target, ["unknown"])).toBe(base);
  });

  test("a missing final newline is a difference of its own", () => {
    const { hunks } = fileChange("f", "a\nb", "a\nb\n");
    expect(hunks[0]?.lines).toEqual([" a", "-b", "\\ No newline at end of file", "+b"]);
    expect(pickHunks("a\nb", "a\nb\n", [])).toBe("a\nb");
  });

  test("neighbouring hunks show no line twice, and number their lines from 1", () => {
    const base = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
    const { hunks } = fileChange("f", base, base.replace("3", "drei").replace("6", "sechs"));
    expect(hunks.map(({ oldStart, oldLines, newStart, newLines }) => [oldStart, oldLines, newStart, newLines])).toEqual(
      [
        [1, 4, 1, 4],
        [5, 5, 5, 5],
      ],
    );
    expect(hunks.flatMap((hunk) => hunk.lines)).toEqual([
      ...[" 1", " 2", "-3", "+drei", " 4"],
      ...[" 5", "-6", "+sechs", " 7", " 8", " 9"],
    ]);
  });

  test("created and deleted files are one hunk, also when they are empty", () => {
    const created = fileChange("f", undefined, "a\nb\n");
    expect(created).toMatchObject({ status: "created", added: 2, removed: 0, hunks: [{ oldStart: 0, newStart: 1 }] });
    expect(pickHunks(undefined, "a\nb\n", [created.hunks[0]?.id ?? ""])).toBe("a\nb\n");
    expect(pickHunks(undefined, "a\nb\n", [])).toBeUndefined();

    const deleted = fileChange("f", "", undefined);
    expect(deleted).toMatchObject({ status: "deleted", hunks: [{ lines: [] }] });
    expect(pickHunks("", undefined, [deleted.hunks[0]?.id ?? ""])).toBeUndefined();
    expect(pickHunks("", undefined, [])).toBe("");
  });

  test("the same change has the same id wherever the rest of the file differs", () => {
    const base = Array.from({ length: 30 }, (_, index) => `line ${index}\n`).join("");
    const one = base.replace("line 20\n", "twenty\n");
    const two = one.replace("line 3\n", "three\n");
    expect(fileChange("f", base, two).hunks[1]?.id).toBe(fileChange("f", base, one).hunks[0]?.id);
  });

  test("R-23 a change of a 6 MB file is cut finely, and one that rewrites it all still ends", () => {
    const lines = Array.from(
      { length: 110_000 },
      (_, index) => `const value${index} = compute(${index * 7}, "some text here");\n`,
    );
    const base = lines.join("");
    const target = lines.map((each, index) => (index % 500 === 7 ? each.replace("value", "other") : each)).join("");
    const change = fileChange("f", base, target);
    expect(change.hunks.length).toBe(220);
    const everyOther = change.hunks.filter((_, index) => index % 2 === 0).map((hunk) => hunk.id);
    expect(fileChange("f", base, pickHunks(base, target, everyOther)).hunks.length).toBe(110);

    const rewritten = lines.map((each) => each.replaceAll("value", "other")).join("");
    expect(fileChange("f", base, rewritten)).toMatchObject({ added: 110_000, removed: 110_000 });

    const shuffled = lines.map((_, index) => lines[(index * 7_919) % lines.length] ?? "").join("");
    const picked = fileChange("f", base, shuffled).hunks.map((hunk) => hunk.id);
    expect(pickHunks(base, shuffled, picked)).toBe(shuffled);
  }, 60_000);
});
