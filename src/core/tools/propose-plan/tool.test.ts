import { expect, test } from "vitest";
import { proposePlan } from "./tool";

test("a plan is data: each step has its own id, files, check and state", async () => {
  const read = proposePlan.read({ steps: [{ title: "A" }, { title: "B", files: ["b.ts"], check: "npm test" }] });
  const prepared = read.ok ? await read.call.prepare({} as never) : undefined;

  expect(prepared?.preview).toEqual({
    kind: "plan",
    plan: {
      steps: [
        { id: "s1", title: "A", files: [], check: "", done: false },
        { id: "s2", title: "B", files: ["b.ts"], check: "npm test", done: false },
      ],
    },
  });
});

test("a plan without steps is sent back", () => {
  expect(proposePlan.read({ steps: [] }).ok).toBe(false);
});
