import { expect, test } from "vitest";
import { identityOf, proposalParts, proposalTitle } from "./proposal-uri";

test("a proposal's address leads back to its action, file and side, whatever the file is called", () => {
  for (const path of ["src/a.js", "a b/ü?.ts", "/outside/x#y", "lib\\win.ts"]) {
    const parts = proposalParts({ id: "a1", path, side: "proposed" });
    expect(identityOf(parts)).toEqual({ id: "a1", path, side: "proposed" });
    expect(parts.path.startsWith("/")).toBe(true);
    expect(parts.path.startsWith("//")).toBe(false);
  }
});

test("an address of another kind, or one that was tampered with, is none of ours", () => {
  expect(identityOf({ scheme: "file", query: "" })).toBeUndefined();
  expect(identityOf({ scheme: "hearth-proposal", query: "{" })).toBeUndefined();
  expect(identityOf({ scheme: "hearth-proposal", query: '{"actionId":1}' })).toBeUndefined();
});

test("the tab says what would happen to the file", () => {
  expect(proposalTitle({ path: "src/cart.js", base: "a", target: "b" })).toBe("cart.js (proposed by Hearth)");
  expect(proposalTitle({ path: "cart.js", base: undefined, target: "b" })).toBe(
    "cart.js (new file, proposed by Hearth)",
  );
  expect(proposalTitle({ path: "cart.js", base: "a", target: undefined })).toBe(
    "cart.js (deletion, proposed by Hearth)",
  );
});
