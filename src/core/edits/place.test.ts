import { describe, expect, test } from "vitest";
import { placeEdits } from "./place";

describe("placing exact edits", () => {
  test("several edits are found in the same base", () => {
    const placed = placeEdits("a\nb\nc\n", [
      { oldText: "c", newText: "b" },
      { oldText: "b", newText: "c" },
    ]);
    expect(placed).toEqual({ ok: true, text: "a\nc\nb\n", notes: [] });
  });

  test("text that stands in two places is not placed", () => {
    expect(placeEdits("a\na\n", [{ oldText: "a", newText: "b" }])).toMatchObject({ ok: false });
  });
});
