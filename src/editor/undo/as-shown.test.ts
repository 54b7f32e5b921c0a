import { expect, test } from "vitest";
import { stateOf } from "../../machine/undo/file-state";
import { stillAsShown } from "./as-shown";
import type { ChosenChange, PlannedChange } from "./workspace-undo";

const bytes = (text: string) => Buffer.from(text);
const state = (text: string) => stateOf(bytes(text), 0o644);

function planned(now: string, more: Partial<PlannedChange> = {}): PlannedChange {
  const file = {
    path: "a.ts",
    effect: "restore" as const,
    standing: "both" as const,
    target: state("before"),
    expected: state("Hearth's"),
    current: state(now),
  };
  const folder = {} as PlannedChange["folder"];
  return { name: "a.ts", fsPath: "/w/a.ts", folder, file, unsaved: undefined, withoutTask: bytes("yours"), ...more };
}

const chosen = (change: PlannedChange): ChosenChange => ({ ...change, keepsUser: true });
const unsaved = {} as PlannedChange["unsaved"];

test("a file is as it was shown when it was only saved since", () => {
  const shown = chosen(planned("typed", { unsaved }));
  expect(stillAsShown([shown], [planned("typed")])).toEqual([shown]);
});

test.each<[string, PlannedChange[]]>([
  ["holds another text", [planned("typed on")]],
  ["is typed in again", [planned("typed", { unsaved })]],
  ["cannot keep the user's changes any more", [planned("typed", { withoutTask: undefined })]],
  ["would keep another text", [planned("typed", { withoutTask: bytes("yours and more") })]],
  ["would go back to something else", [planned("typed", { file: { ...planned("typed").file, target: state("") } })]],
  ["has nothing of the task's in it", []],
])("R-13, R-30: a file is not as it was shown when it %s", (_, now) => {
  expect(stillAsShown([chosen(planned("typed", { unsaved }))], now)).toEqual([]);
});
