import { expect, test } from "vitest";
import type { PlannedFile } from "../../machine/undo/undo-store";
import { type Described, describeImpossible, describePlanned, describeRestored, groupOf } from "./describe-plan";

function planned(file: Partial<PlannedFile> = {}, more: Partial<Described> = {}): Described {
  const missing = { kind: "missing" as const };
  return {
    name: "a.ts",
    file: {
      path: "a.ts",
      effect: "restore",
      standing: "agent",
      target: missing,
      expected: missing,
      current: missing,
      ...file,
    },
    canKeepUser: false,
    keepsUser: false,
    hasUnsaved: false,
    ...more,
  };
}

test("files stand in three groups: the agent's alone, made or removed by it, changed by the user too", () => {
  const standings = ["agent", "created", "deleted", "both"] as const;
  expect(standings.map((standing) => groupOf(planned({ standing }).file))).toEqual(["agent", "made", "made", "both"]);
});

test("for a file that the user changed too the line says what becomes of their changes", () => {
  const both = { standing: "both" as const };
  expect(describePlanned(planned(both, { canKeepUser: true, keepsUser: true })).description).toContain("yours stays");
  expect(describePlanned(planned(both, { canKeepUser: true })).description).toContain("without your changes");
  expect(describePlanned(planned({ ...both, effect: "remove" })).description).toBe("is removed, with your changes");
});

test("a file with unsaved changes says that they are saved first", () => {
  expect(describePlanned(planned({}, { hasUnsaved: true })).description).toContain("saved first");
});

test("what cannot be taken back is named with its reason", () => {
  const big = planned({ impossible: "It was too large to keep." }, { name: "big.bin" });
  expect(describeImpossible([planned(), big])).toBe(
    "Not everything can be taken back: big.bin (It was too large to keep).",
  );
  expect(describeImpossible([planned()])).toBeUndefined();
});

test("what was done is said with what was left", () => {
  expect(describeRestored(["a.ts"], [], false)).toBe("Took back the changes to a.ts.");
  expect(describeRestored(["a", "b"], ["c", "d", "e", "f", "g"], true)).toBe(
    "Put the changes to 2 files back in. Left as it is: c, d, e and 2 more.",
  );
});
