import { expect, test } from "vitest";
import { namedChanges } from "./named-hunks";
import { acceptedEdits, shownEdits } from "./shown-edits";

const old = { path: "a.txt", base: "one\ntwo\n", target: undefined };
const made = { path: "b.txt", base: undefined, target: "one\n2\n", movedFrom: "a.txt" };
const [change] = namedChanges([made, old]);

test("a moved file knows where it came from and what differs", () => {
  expect(change?.moved).toMatchObject({ from: "a.txt", added: 1, removed: 1 });
  expect(change).toMatchObject({ status: "created", added: 2 });
});

test("a file stays where it is when its new place was not accepted", () => {
  const gone = namedChanges([old])[0]?.hunks.map(({ id }) => id) ?? [];
  expect(acceptedEdits(shownEdits([made, old], { allow: true, hunks: gone }))).toEqual([]);
  expect(acceptedEdits(shownEdits([made, old], { allow: true }))).toEqual([
    { path: "b.txt", base: undefined, target: "one\n2\n", movedFrom: "a.txt" },
    { path: "a.txt", base: "one\ntwo\n", target: undefined },
  ]);
});
