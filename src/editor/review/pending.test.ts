import { expect, test } from "vitest";
import { FileReview } from "../../core/review/file-review";
import { PendingReviews } from "./pending";

const base = Array.from({ length: 30 }, (_, index) => `line ${index}\n`).join("");
const target = base.replace("line 3\n", "three\n").replace("line 20\n", "twenty\n");

function pendingOne() {
  const pending = new PendingReviews();
  pending.wrote({ path: "a.txt", base, target });
  const ids = () => pending.change("a.txt")?.hunks.map(({ id }) => id) ?? [];
  return { pending, ids, first: ids()[0] ?? "", second: ids()[1] ?? "" };
}

test("what was kept is no longer pending, and a file without anything pending is gone", () => {
  const { pending, ids, first, second } = pendingOne();
  pending.keep("a.txt", [first]);
  expect(ids()).toEqual([second]);
  expect(pending.review("a.txt")?.target).toBe(target);
  pending.keep("a.txt", "all");
  expect(pending.paths).toEqual([]);
});

test("undoing a change gives the edit for the file, and puts the review back when it could not be written", () => {
  const { pending, ids, first, second } = pendingOne();
  const undone = pending.undo("a.txt", [second]);
  expect(undone?.edits[0]).toEqual({ path: "a.txt", base: target, target: target.replace("twenty", "line 20") });
  expect(ids()).toEqual([first]);
  undone?.back();
  expect(ids()).toEqual([first, second]);
});

test("what the agent writes again without asking joins what is pending, against the same text before", () => {
  const { pending, ids } = pendingOne();
  const more = target.replace("line 10\n", "ten\n");
  pending.wrote({ path: "a.txt", base: target, target: more });
  expect(ids()).toHaveLength(3);
  expect(pending.undo("a.txt", "all")?.edits[0]?.target).toBe(base);
});

test("what the user types elsewhere is theirs at once; only the agent's lines stay pending", () => {
  const { pending, first, second, ids } = pendingOne();
  pending.follow("a.txt", `// mine\n${target}`);
  expect(ids()).toEqual([first, second]);
  expect(pending.undo("a.txt", "all")?.edits[0]?.target).toBe(`// mine\n${base}`);
});

test("single changes lead to the same review as their whole text, and others are refused", () => {
  const { pending, ids } = pendingOne();
  const typed = { start: 0, removed: "", inserted: "// mine\n" };
  expect(pending.followSplices("a.txt", [typed], "something else")).toBe(false);
  expect(pending.followSplices("a.txt", [typed], `// mine\n${target}`)).toBe(true);
  expect(ids()).toHaveLength(2);
  expect(pending.review("a.txt")?.base).toBe(`// mine\n${base}`);
});

test("the editor's undo of an undone change makes it pending again, and does not accept it", () => {
  const { pending, first, second, ids } = pendingOne();
  pending.undo("a.txt", [second]);
  pending.follow("a.txt", target, "undo");
  expect(ids()).toEqual([first, second]);
});

test("the last answer can be taken back, also when it was the last one of the file", () => {
  const { pending, first, second, ids } = pendingOne();
  pending.keep("a.txt", "all");
  expect(pending.takeBack()).toMatchObject({ path: "a.txt", edits: [] });
  expect(ids()).toEqual([first, second]);
  pending.undo("a.txt", [second]);
  expect(pending.takeBack()?.edits[0]).toEqual({ path: "a.txt", base: target.replace("twenty", "line 20"), target });
  expect(ids()).toEqual([first, second]);
});

test("undo and redo of what the agent wrote leave it pending again", () => {
  const { pending, first, second, ids } = pendingOne();
  pending.follow("a.txt", base, "undo");
  expect(pending.paths).toEqual([]);
  pending.follow("a.txt", target, "redo");
  expect(ids()).toEqual([first, second]);
  expect(pending.undo("a.txt", "all")?.edits[0]?.target).toBe(base);
});

test("the editor's undo of the last undone change makes it pending again, whatever was typed before", () => {
  const { pending, first, second, ids } = pendingOne();
  pending.undo("a.txt", "all");
  pending.followSplices("a.txt", [{ start: 0, removed: "", inserted: "// mine\n" }], `// mine\n${base}`);
  expect(pending.paths).toEqual([]);
  pending.follow("a.txt", base, "undo");
  expect(pending.paths).toEqual([]);
  pending.follow("a.txt", target, "undo");
  expect(ids()).toEqual([first, second]);
});

test("what was kept stays kept through undo and redo", () => {
  const { pending } = pendingOne();
  pending.keep("a.txt", "all");
  pending.follow("a.txt", base, "undo");
  pending.follow("a.txt", target, "redo");
  expect(pending.paths).toEqual([]);
  expect(pending.undo("a.txt", "all")).toBeUndefined();
});

test("an answer is taken back on the text that the user has typed since", () => {
  const { pending, first, second, ids } = pendingOne();
  pending.keep("a.txt", "all");
  pending.follow("a.txt", `// mine\n${target}`);
  expect(pending.takeBack()).toMatchObject({ edits: [] });
  expect(ids()).toEqual([first, second]);
  expect(pending.undo("a.txt", "all")?.edits[0]).toEqual({
    path: "a.txt",
    base: `// mine\n${target}`,
    target: `// mine\n${base}`,
  });
});

test("a file that undo and redo remove and bring back is pending again", () => {
  const pending = new PendingReviews();
  pending.wrote({ path: "new.txt", base: undefined, target: "new\n" });
  pending.cameOrWent("new.txt", undefined);
  expect(pending.paths).toEqual([]);
  pending.cameOrWent("new.txt", "new\n");
  expect(pending.change("new.txt")?.status).toBe("created");
  pending.wrote({ path: "old.txt", base: "old\n", target: undefined });
  pending.undo("old.txt", "all");
  pending.cameOrWent("old.txt", undefined);
  expect(pending.change("old.txt")?.status).toBe("deleted");
});

test("a file that the user removes, or makes anew with another text, has nothing left to decide", () => {
  const { pending } = pendingOne();
  pending.cameOrWent("a.txt", undefined);
  pending.wrote({ path: "old.txt", base: "old\n", target: undefined });
  pending.cameOrWent("old.txt", "mine\n");
  expect(pending.paths).toEqual([]);
  pending.cameOrWent("a.txt", target);
  expect(pending.paths).toEqual([]);
});

test("of many files with nothing left to decide the last ones are remembered", () => {
  const pending = new PendingReviews();
  for (let nth = 0; nth < 105; nth++) {
    pending.wrote({ path: `${nth}.txt`, base: "a\n", target: "b\n" });
  }
  pending.wrote({ path: "a.txt", base, target });
  for (const path of pending.paths) {
    pending.keep(path, "all");
  }
  expect(pending.known("0.txt")).toBeUndefined();
  expect(pending.takeBack()).toMatchObject({ path: "a.txt" });
});

const was = { path: "a.txt", base, target: undefined };
const moved = { path: "b.txt", base: undefined, target, movedFrom: "a.txt" };

function pendingMove() {
  const pending = new PendingReviews();
  pending.wrote(moved);
  pending.wrote(was);
  return pending;
}

test("a file that was moved is one file to review, and is kept as one", () => {
  const pending = pendingMove();
  expect(pending.paths).toEqual(["b.txt"]);
  expect(pending.movedFrom("b.txt")).toBe("a.txt");
  expect(pending.hunkCount).toBe(1);
  pending.keep("b.txt", ["unknown"]);
  expect(pending.paths).toEqual(["b.txt"]);
  pending.keep("b.txt", pending.change("b.txt")?.hunks.map(({ id }) => id) ?? []);
  expect(pending.paths).toEqual([]);
  expect(pending.takeBack()).toMatchObject({ path: "b.txt", edits: [] });
  expect(pending.paths).toEqual(["b.txt"]);
  expect(pending.movedFrom("b.txt")).toBe("a.txt");
});

test("undoing a move puts the file back, whichever half it is asked of, and can be taken back", () => {
  for (const half of ["a.txt", "b.txt"]) {
    const pending = pendingMove();
    const undone = pending.undo(half, "all");
    expect(undone?.edits.toSorted((left, right) => (left.path < right.path ? -1 : 1))).toEqual([
      { path: "a.txt", base: undefined, target: base },
      { path: "b.txt", base: target, target: undefined },
    ]);
    expect(pending.paths).toEqual([]);
    undone?.back();
    expect(pending.paths).toEqual(["b.txt"]);
    pending.undo(half, "all");
    expect(pending.takeBack()?.edits).toHaveLength(2);
    expect(pending.movedFrom("b.txt")).toBe("a.txt");
  }
});

test("a file that is moved twice stands against where it was first", () => {
  const pending = pendingMove();
  pending.wrote({ path: "c.txt", base: undefined, target, movedFrom: "b.txt" });
  pending.wrote({ path: "b.txt", base: target, target: undefined });
  expect(pending.paths).toEqual(["c.txt"]);
  expect(pending.movedFrom("c.txt")).toBe("a.txt");
});

test("a moved file stands alone once the user made the other one anew", () => {
  const pending = pendingMove();
  pending.cameOrWent("a.txt", "mine\n");
  expect(pending.movedFrom("b.txt")).toBeUndefined();
  expect(pending.undo("b.txt", "all")?.edits).toEqual([{ path: "b.txt", base: target, target: undefined }]);
});

test("a created file is undone by removing it, a deleted one by bringing it back", () => {
  const pending = new PendingReviews();
  pending.wrote({ path: "new.txt", base: undefined, target: "new\n" });
  pending.wrote({ path: "old.txt", base: "old\n", target: undefined });
  expect(pending.changes.map(({ status }) => status)).toEqual(["created", "deleted"]);
  expect(pending.undo("new.txt", "all")?.edits[0]).toEqual({ path: "new.txt", base: "new\n", target: undefined });
  expect(pending.undo("old.txt", "all")?.edits[0]).toEqual({ path: "old.txt", base: undefined, target: "old\n" });
  expect(pending.paths).toEqual([]);
});

test("what is pending can be kept on the disk and brought back", () => {
  const { pending, ids } = pendingOne();
  const kept = JSON.parse(JSON.stringify(pending.review("a.txt")));
  const again = new PendingReviews();
  again.restore(FileReview.parse(kept));
  expect(again.change("a.txt")?.hunks.map(({ id }) => id)).toEqual(ids());
});
