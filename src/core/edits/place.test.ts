import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { placeEdits, type TextEdit } from "./place";

const shop = `import { price } from "./price";

export function total(items) {
  let sum = 0;
  for (const item of items) {
    sum += price(item);
  }
  return sum;
}
`;

function failureOf(base: string, edits: readonly TextEdit[], seen?: string): string {
  const placed = placeEdits(base, edits, { path: "src/shop.js", ...(seen === undefined ? {} : { seen }) });
  return placed.ok ? "applied" : placed.failure;
}

describe("what a failed edit says", () => {
  test("the nearest lines with their numbers, and where they first differ", () => {
    expect(
      failureOf(shop, [{ oldText: "  for (const item of items) {\n    sum -= price(item);\n  }", newText: "x" }]),
    ).toBe(
      [
        "old_text was not found in src/shop.js. The nearest lines are lines 5-7:",
        "5\t  for (const item of items) {",
        "6\t    sum += price(item);",
        "7\t  }",
        "First difference, line 6 (blanks as · and tabs as →):",
        "  file:     ····sum += price(item);",
        "  old_text: ····sum -= price(item);",
        "Copy the lines exactly as they are in the file.",
        "Nothing was changed.",
      ].join("\n"),
    );
  });

  test("that a text stands in several places, and where", () => {
    expect(failureOf("a();\nb();\na();\na();\n", [{ oldText: "a();", newText: "c();" }])).toBe(
      "old_text matches in 3 places: lines 1, 3, 4. Add lines before or after it, so that it stands in one place only.\nNothing was changed.",
    );
  });

  test("that the edit is done already, and where", () => {
    const said = failureOf(shop, [{ oldText: "  let total = 0;", newText: "  let sum = 0;" }]);
    expect(said).toContain("new_text stands at line 4 already");
  });

  test("what changed since the file was read", () => {
    const seen = shop.replace("let sum = 0;", "let sum = 1;\n  let count = 0;");
    const said = failureOf(shop, [{ oldText: "  let sum = 1;\n  let count = 0;", newText: "  let n = 0;" }], seen);
    expect(said).toContain("src/shop.js changed since you read it");
    expect(said).toContain("-  let sum = 1;\n-  let count = 0;\n+  let sum = 0;");
  });

  test("which edits of the call failed, and that the others were not applied either", () => {
    const said = failureOf(shop, [
      { oldText: "return sum;", newText: "return 1;" },
      { oldText: "return total;", newText: "x" },
    ]);
    expect(said).toMatch(/^Edit 2 of 2: old_text was not found/);
    expect(said).toMatch(/Nothing was changed\. The other edits of this call were not applied either\.$/);
  });

  test("which edits overlap", () => {
    const overlapping = [
      { oldText: "let sum = 0;\n  for", newText: "x" },
      { oldText: "return sum;", newText: "y" },
      { oldText: "for (const item", newText: "z" },
    ];
    expect(failureOf(shop, overlapping)).toContain("Edits 1 and 3 both change line 5");
  });

  test("the blanks of the file, when the indentation cannot be told", () => {
    const said = failureOf("\tb();\n\tc();\n", [
      { oldText: "   b();\n   c();", newText: "   b();\n     d();\n   c();" },
    ]);
    expect(said).toContain("→b();\n→c();");
    expect(said).toContain("with the file's own indentation");
  });

  test("the line that leaves code out", () => {
    const said = failureOf(shop, [{ oldText: "  return sum;", newText: "  // ... existing code ...\n  return sum;" }]);
    expect(said).toContain('its line 1 is "// ... existing code ..."');
  });

  test("nothing long: lines are cut, and many are not shown", () => {
    const wide = `${"x".repeat(5_000_000)}y\n`;
    expect(failureOf(`a\n${wide}b\n`, [{ oldText: `a\n${"x".repeat(4_000)}z\nb`, newText: "c" }]).length).toBeLessThan(
      1_500,
    );
    const many = Array.from({ length: 400 }, (_, at) => `line ${at};`);
    const said = failureOf(many.join("\n"), [{ oldText: many.join("\n").replace("line 399", "line x"), newText: "" }]);
    expect(said.split("\n").length).toBeLessThan(40);
  });
});

describe("what was read other than written", () => {
  const notesOf = (oldText: string, newText: string) => {
    const placed = placeEdits(shop, [{ oldText, newText }]);
    return placed.ok ? placed.notes : placed.failure;
  };

  test("an exact edit has nothing to say", () => {
    expect(notesOf("  return sum;", "  return 1;")).toEqual([]);
  });

  test("white space, line numbers, fences and escapes are named", () => {
    expect(notesOf("\treturn sum;", "\treturn 1;")).toEqual([expect.stringContaining("white space")]);
    expect(notesOf("8\t  return sum;", "8\t  return 1;")).toEqual(["Line numbers in old_text were taken off."]);
    expect(notesOf("```\n  return sum;\n```", "  return 1;")).toEqual([expect.stringContaining("code fence")]);
    expect(notesOf("  }\\n  return sum;", "  }\\n  return 1;")).toEqual([expect.stringContaining("escaped twice")]);
  });
});

describe("a new text with a line too many", () => {
  test("is applied as it was sent, and the model is told that a line now stands twice", () => {
    const placed = placeEdits(shop, [
      { oldText: "    sum += price(item);", newText: "  for (const item of items) {\n    sum += price(item, 1);" },
    ]);
    expect(placed).toMatchObject({ ok: true, notes: [expect.stringContaining("new_text repeats line 5")] });
  });
});

describe("large files", () => {
  const lines = Array.from({ length: 200_000 }, (_, at) => `  const value${at} = ${at};`);
  const file = lines.join("\r\n");

  test("R-23 one line of 200,000 is changed, and no other byte", () => {
    const placed = placeEdits(file, [
      { oldText: "const value150000 = 150000;", newText: "const value150000 = 1;\n  more();" },
    ]);
    expect(placed).toEqual({
      ok: true,
      text: file.replace("value150000 = 150000;", "value150000 = 1;\r\n  more();"),
      notes: [],
    });
  });

  test("R-23 another indentation is found there, and what is not there fails with its nearest lines", () => {
    const edit = { oldText: "\tconst value7 = 7;\n\tconst value8 = 8;", newText: "\tconst value7 = 7;" };
    const placed = placeEdits(file, [edit]);
    expect(placed.ok && placed.text).toBe(file.replace("\r\n  const value8 = 8;", ""));
    expect(failureOf(file, [{ oldText: "  const value199000 = 199000;\n  invented();", newText: "x" }])).toContain(
      "199001\t",
    );
  });

  test("R-23 a line of 5 MB is changed in one place only", () => {
    const wide = `[${"0,".repeat(2_500_000)}"here",${"1,".repeat(1_000)}2]`;
    const placed = placeEdits(wide, [{ oldText: '"here"', newText: '"there"' }]);
    expect(placed.ok && placed.text).toBe(wide.replace('"here"', '"there"'));
  });
});

describe("exact edits of any text", () => {
  const text = fc.string({
    unit: fc.constantFrom("a", "b", " ", "\t", "\n", "é", "👋", "}", "\\n", "```", "1: "),
    maxLength: 40,
  });

  test("an old text that stands there once gives exactly the replacement, or fails", () => {
    fc.assert(
      fc.property(text, text, text, text, (before, oldText, newText, after) => {
        const base = before + oldText + after;
        const placed = placeEdits(base, [{ oldText, newText }]);
        const isOnce = oldText !== "" && base.indexOf(oldText) === base.lastIndexOf(oldText);
        if (placed.ok && isOnce && before.endsWith("\n") && (after === "" || after.startsWith("\n"))) {
          expect(placed.text).toBe(before + newText + after);
        }
        if (!isOnce && oldText !== "" && base !== oldText) {
          expect(placed.ok && placed.text !== base && base.split(oldText).length > 2).toBe(false);
        }
      }),
      { numRuns: 3_000 },
    );
  });
});
