import { describe, expect, test } from "vitest";
import { fileChange, pickHunks } from "../edits/hunks";
import { editSide, editSideTo } from "./edit";
import { type FileReview, openReview, pendingChange } from "./file-review";
import { followTarget, undoVerdict } from "./history";
import { merge3 } from "./merge";
import { proposeTarget } from "./propose";
import { acceptHunks, rejectHunks } from "./verdict";

const base = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n";
const target = "1\ntwo\n3\n4\n5\n6\n7\nseven and a half\n8\n10\n";

function open(): FileReview {
  return openReview({ path: "f.txt", base, target, moment: "after" });
}

function openCreated(text: string): FileReview {
  return openReview({ path: "f.txt", base: undefined, target: text, moment: "before" });
}

/** As an editor says it: what is typed at the first place of a word. */
function type(review: FileReview, side: "base" | "target", at: string, inserted: string, removed = ""): FileReview {
  return editSide(review, side, { start: (review[side] ?? "").indexOf(at), removed, inserted });
}

const ids = (review: FileReview) => review.hunks.map((hunk) => hunk.id);

describe("hunks and verdicts", () => {
  test("ids are those of the card, and so is what a pick gives", () => {
    const review = open();
    const card = fileChange("f.txt", base, target);
    expect(pendingChange(review)).toEqual(card);
    const [first, , third] = ids(review) as [string, string, string];
    expect(acceptHunks(review, [first, third]).base).toBe(pickHunks(base, target, [first, third]));
  });

  test("an accepted hunk moves into the base, a rejected one out of the target", () => {
    const [first, second] = ids(open()) as [string, string];
    const review = rejectHunks(acceptHunks(open(), [first]), [second]);
    expect(review.base).toBe(base.replace("2\n", "two\n"));
    expect(review.target).toBe(target.replace("seven and a half\n", ""));
    expect(ids(review)).toEqual(ids(open()).slice(2));
  });

  test("an unknown id decides nothing and leaves no trace", () => {
    expect(acceptHunks(open(), ["other"])).toEqual(open());
  });

  test("a created file is there or is not", () => {
    const review = openCreated("new\n");
    expect(review.hunks).toHaveLength(1);
    expect(acceptHunks(review, "all")).toMatchObject({ base: "new\n", target: "new\n", hunks: [] });
    const rejected = rejectHunks(review, "all");
    expect([rejected.base, rejected.target, rejected.hunks]).toEqual([undefined, undefined, []]);
    expect(undoVerdict(rejected)).toMatchObject({ target: "new\n", hunks: review.hunks });
    expect(undoVerdict(acceptHunks(review, "all"))?.base).toBeUndefined();
  });

  test("a deleted file is gone or stays", () => {
    const review = openReview({ path: "f", base, target: undefined, moment: "before" });
    expect(acceptHunks(review, "all").base).toBeUndefined();
    expect(rejectHunks(review, "all")).toMatchObject({ base, target: base, hunks: [] });
    expect(undoVerdict(acceptHunks(review, "all"))).toMatchObject({ base, hunks: review.hunks });
    expect(undoVerdict(rejectHunks(review, "all"))?.target).toBeUndefined();
  });

  test("an empty created file can be decided too", () => {
    const review = openCreated("");
    expect(review.hunks).toHaveLength(1);
    expect(acceptHunks(review, "all").base).toBe("");
  });
});

describe("typing while hunks are pending", () => {
  test("a change wholly outside the hunks is made on the other side too, at its own place there", () => {
    const review = type(open(), "target", "10", "ten is ");
    expect(review.base).toBe(base.replace("10", "ten is 10"));
    expect(ids(review)).toEqual(ids(open()));
    expect(rejectHunks(review, "all").target).toBe(base.replace("10", "ten is 10"));
  });

  test("a change inside a hunk is part of it and leaves the other side alone", () => {
    const review = type(open(), "target", "two", "twenty-");
    expect(review.base).toBe(base);
    expect(ids(review)).toEqual(ids(open()));
    expect(review.hunks[0]).toMatchObject({ targetTouched: true, baseTouched: false });
    expect(acceptHunks(review, "all").base).toBe(target.replace("two", "twenty-two"));
  });

  test("a hunk that is typed back to what it was is gone", () => {
    const review = type(open(), "target", "two", "2", "two");
    expect(ids(review)).toEqual(ids(open()).slice(1));
  });

  test("a change over two hunks makes them one, under the first one's name", () => {
    const [first, , third] = ids(open());
    const start = target.indexOf("two");
    const removed = target.slice(start, target.indexOf("8\n"));
    const review = editSide(open(), "target", { start, removed, inserted: "all of it\n" });
    expect(ids(review)).toEqual([first, third]);
    expect(rejectHunks(review, "all").target).toBe(base);
  });

  test("a new line between hunks does not touch them", () => {
    const review = type(open(), "target", "5\n", "4 and a half\n");
    expect(review.hunks.some((hunk) => hunk.targetTouched)).toBe(false);
    expect(review.base).toBe(base.replace("5\n", "4 and a half\n5\n"));
  });

  test("where lines went away, a line typed right there is not part of the hunk", () => {
    const review = type(open(), "target", "10", "9 and a half\n");
    expect(review.base).toBe(base.replace("10", "9 and a half\n10"));
    expect(ids(review)).toEqual(ids(open()));
  });

  test("R-13 the user's own text in a hunk of the base is not accepted away with all the others", () => {
    const review = type(open(), "base", "2\n", "my own 2\n", "2\n");
    expect(review.hunks[0]).toMatchObject({ baseTouched: true });
    const others = review.hunks.filter((hunk) => !hunk.baseTouched).map((hunk) => hunk.id);
    expect(acceptHunks(review, others).base).toContain("my own 2\n");
  });

  test("R-13 a live file that moved keeps the user's changes and the proposal", () => {
    const live = base.replace("5\n", "five\nand more\n").replace("1\n", "0\n1\n");
    const review = editSideTo(open(), "base", live);
    expect(review.hunks.map((hunk) => hunk.baseTouched)).toEqual([false, false, false]);
    expect(acceptHunks(review, "all").base).toBe(target.replace("5\n", "five\nand more\n").replace("1\n", "0\n1\n"));
    expect(rejectHunks(review, "all").base).toBe(live);
  });

  test("R-13 a live file that was deleted makes the proposal a new file", () => {
    const review = editSideTo(open(), "base", undefined);
    expect(pendingChange(review)).toMatchObject({ status: "created", hunks: [{ oldLines: 0 }] });
    expect(review.hunks[0]).toMatchObject({ baseTouched: true });
    expect(acceptHunks(review, "all").base).toBe(target);
  });

  test("the agent's next change adds its hunks and keeps the names of those that stand", () => {
    const review = proposeTarget(open(), target.replace("5\n", "five\n"));
    expect(ids(review).filter((id) => ids(open()).includes(id))).toEqual(ids(open()));
    expect(review.hunks).toHaveLength(4);
    expect(review.base).toBe(base);
  });
});

describe("undo and redo", () => {
  test("undo in the editor after a rejected hunk brings the hunk back", () => {
    const [first] = ids(open()) as [string];
    const rejected = rejectHunks(open(), [first]);
    const undone = followTarget(rejected, target, "undo");
    expect(undone).toMatchObject({ base, target, hunks: open().hunks });
    const redone = followTarget(undone, rejected.target ?? "", "redo");
    expect(redone).toMatchObject({ base: rejected.base, target: rejected.target, hunks: rejected.hunks });
  });

  test("what was accepted since stays accepted", () => {
    const [first, second] = ids(open()) as [string, string];
    const review = acceptHunks(rejectHunks(open(), [first]), [second]);
    const undone = followTarget(review, target, "undo");
    expect(ids(undone)).toEqual(ids(open()).filter((id) => id !== second));
    expect(undone.base).toBe(review.base);
  });

  test("without the editor's word for it, the same text is an edit of the user's", () => {
    const [first] = ids(open()) as [string];
    const typed = followTarget(rejectHunks(open(), [first]), target, "edit");
    expect(typed.base).toBe(target.replace("seven and a half\n", "").replace("8\n", "8\n9\n"));
  });

  test("an undo to a text that never was there is an edit too", () => {
    const review = followTarget(open(), target.replace("10", "11"), "undo");
    expect(review.base).toBe(base.replace("10", "11"));
  });

  test("a verdict is taken back after typing elsewhere", () => {
    const [first] = ids(open()) as [string];
    const typed = type(acceptHunks(open(), [first]), "target", "10", "ten is ");
    const back = undoVerdict(typed) as FileReview;
    expect(back.base).toBe(base.replace("10", "ten is 10"));
    expect(ids(back)).toEqual(ids(open()));
    expect(undoVerdict(back)).toBeUndefined();
  });

  test("a verdict whose place was changed since is not taken back", () => {
    const [first] = ids(open()) as [string];
    const typed = type(acceptHunks(open(), [first]), "target", "two", "twenty-");
    expect(undoVerdict(typed)).toBeUndefined();
  });

  test("several verdicts are taken back one after the other", () => {
    const [first, second] = ids(open()) as [string, string];
    const decided = rejectHunks(acceptHunks(open(), [first]), [second]);
    const once = undoVerdict(decided) as FileReview;
    const twice = undoVerdict(once) as FileReview;
    expect(twice).toMatchObject({ base, target, hunks: open().hunks });
  });
});

describe("a three-way merge of lines", () => {
  test("changes in different places are both taken", () => {
    const ours = base.replace("2\n", "two\n").replace("10\n", "10\n11\n");
    const theirs = base.replace("5\n", "").replace("8\n", "acht\n");
    expect(merge3(base, ours, theirs)).toEqual({
      text: "1\ntwo\n3\n4\n6\n7\nacht\n9\n10\n11\n",
      conflicts: [],
    });
  });

  test("lines that both changed are a conflict, in which ours stands", () => {
    const merged = merge3(base, base.replace("2", "two"), base.replace("2", "zwei").replace("9", "neun"));
    expect(merged.text).toBe(base.replace("2", "two").replace("9", "neun"));
    expect(merged.conflicts).toEqual([{ start: 2, end: 6, base: "2\n", ours: "two\n", theirs: "zwei\n" }]);
  });

  test("two insertions at one place are a conflict, at neighbouring lines they are not", () => {
    expect(merge3("a\nb\n", "a\nx\nb\n", "a\ny\nb\n").conflicts).toHaveLength(1);
    expect(merge3("a\nb\n", "A\nb\n", "a\nB\n")).toEqual({ text: "A\nB\n", conflicts: [] });
  });

  test("a line is never glued to one that lost its end", () => {
    expect(merge3("a\nb\n", "a\nb", "a\nb\nc\n").conflicts).toHaveLength(1);
  });

  test("line ends and a missing final newline are kept", () => {
    expect(merge3("a\r\nb\nc", "A\r\nb\nc", "a\r\nb\nC").text).toBe("A\r\nb\nC");
  });
});
