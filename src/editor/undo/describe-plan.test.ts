import { expect, test } from "vitest";
import type { PlannedFile } from "../../machine/undo/undo-store";
import { describeImpossible, describePlanned } from "./describe-plan";

function planned(more: Partial<PlannedFile>): PlannedFile {
  const missing = { kind: "missing" as const };
  return {
    path: "a.ts",
    effect: "restore",
    standing: "agent",
    target: missing,
    expected: missing,
    current: missing,
    ...more,
  };
}

test("a file that only the agent changed is taken back unless the user says otherwise", () => {
  expect(describePlanned(planned({})).picked).toBe(true);
});

test("a file that the user changed too is left alone unless the user chooses it, and the line says why", () => {
  const line = describePlanned(planned({ standing: "both" }));

  expect(line.picked).toBe(false);
  expect(line.detail).toContain("You changed it too");
});

test("what cannot be taken back is named with its reason", () => {
  expect(describeImpossible([planned({}), planned({ path: "big.bin", impossible: "it was too large to keep" })])).toBe(
    "Not everything can be taken back: big.bin (it was too large to keep).",
  );
  expect(describeImpossible([planned({})])).toBeUndefined();
});
