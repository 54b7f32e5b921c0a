import { expect, test } from "vitest";
import type { AgentEvent, NewEvent } from "./events";
import { fold } from "./fold";
import { emptyTask, type NoteItem } from "./task-view";

function notesOf(...events: NewEvent[]): NoteItem[] {
  const stamped = events.map((event, seq) => ({ v: 1, seq, at: 0, taskId: "t", ...event }) as AgentEvent);
  return fold(emptyTask("t"), stamped).items.filter((item) => item.kind === "note");
}

const commit = (letter: string, subject: string): NewEvent => ({
  type: "committed",
  actionId: "a",
  commit: letter.repeat(40),
  subject,
  leftOut: [],
});
const undo = (checkpointId: string, redo = false): NewEvent => ({ type: "restored", checkpointId, files: ["a"], redo });

test("the newest undo can be redone, until something else changes files", () => {
  expect(notesOf(undo("c1"), undo("c2")).map(({ offer }) => offer)).toEqual([
    undefined,
    { kind: "redo", checkpointId: "c2" },
  ]);
  const made: NewEvent = { type: "checkpoint_made", actionId: "a", checkpointId: "c3", files: [], notes: [] };
  expect(notesOf(undo("c1"), made).map(({ offer }) => offer)).toEqual([undefined]);
  expect(notesOf(undo("c1"), undo("c2", true)).map(({ offer }) => offer)).toEqual([undefined, undefined]);
});

test("a commit is told in one line, and the second one offers to make one of them", () => {
  const notes = notesOf(commit("a", "Edit a"), commit("b", "Edit b"), commit("c", "Edit c"));
  expect(notes.map(({ text }) => text)[0]).toBe("Committed as aaaaaaa: Edit a");
  expect(notes.map(({ offer }) => offer?.kind)).toEqual([undefined, undefined, "squash"]);
  const squashed: NewEvent = { type: "commits_squashed", commit: "d".repeat(40), count: 2, subject: "Do it" };
  const after = notesOf(commit("a", "Edit a"), commit("b", "Edit b"), squashed, commit("e", "Edit e"));
  expect(after.map(({ text, offer }) => [text, offer?.kind]).slice(2)).toEqual([
    ["Made one commit of 2: ddddddd: Do it", undefined],
    ["Committed as eeeeeee: Edit e", "squash"],
  ]);
});

test("what a commit does not hold is told with the reason, and so is a refusal", () => {
  const leftOut = [{ path: "log.txt", why: "It is ignored by this repository." }];
  const trouble = { code: "git_failed", message: "git commit failed: no", remedy: "The change is in your files." };
  expect(
    notesOf({ type: "committed", subject: "Run it", leftOut }, { type: "not_committed", trouble }).map(
      ({ tone, text }) => [tone, text],
    ),
  ).toEqual([
    ["quiet", "Nothing was committed.\nNot in the commit: log.txt (It is ignored by this repository.)"],
    ["bad", "Not committed. git commit failed: no. The change is in your files."],
  ]);
});

test("R-5: what became of an action that was cut off is told with what was left", () => {
  const [note] = notesOf({ type: "recovered", actionId: "a", how: "put_back", files: ["a", "b"], left: ["c"] });
  expect(note?.text).toBe(
    "The window was closed in the middle of this. Put back as before: a, b. Left alone, because something else changed it: c.",
  );
});
