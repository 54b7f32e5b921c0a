import { expect, test } from "vitest";
import { draftText, readDraft } from "./draft-text";

const base = "one\ntwo\nthree\n";

function draftsOf(args: unknown, file: string | undefined = base): (string | undefined)[] {
  const whole = JSON.stringify(args);
  return Array.from({ length: whole.length + 1 }, (_, cut) => {
    const draft = readDraft(whole.slice(0, cut));
    return draft && draftText(file, draft);
  });
}

const distinct = (texts: (string | undefined)[]) => [...new Set(texts)].filter((text) => text !== undefined);

test("an edit grows in its place, line by line, and ends as what is proposed", () => {
  const edits = [
    { old_text: "two\n", new_text: "2\n2.5\n" },
    { old_text: "three\n", new_text: "3\n" },
  ];
  expect(distinct(draftsOf({ path: "a.txt", edits }))).toEqual([
    "one\nthree\n",
    "one\n2\nthree\n",
    "one\n2\n2.5\nthree\n",
    "one\n2\n2.5\n",
    "one\n2\n2.5\n3\n",
  ]);
});

test("a file that is written whole keeps what the writing has not come to", () => {
  expect(distinct(draftsOf({ path: "a.txt", content: "1\ntwo\n3\n" }))).toEqual([
    base,
    "1\ntwo\nthree\n",
    "1\ntwo\n3\n",
  ]);
});

test("a new file is what is there so far", () => {
  const whole = JSON.stringify({ path: "n.txt", content: "a\nb\n" });
  const texts = Array.from({ length: whole.length + 1 }, (_, cut) => {
    const draft = readDraft(whole.slice(0, cut));
    return draft && draftText(undefined, draft);
  });
  expect(distinct(texts)).toEqual(["", "a\n", "a\nb\n"]);
});

test("nothing is shown of a call that does not fit the file, or that says nothing yet", () => {
  expect(distinct(draftsOf({ path: "a.txt", edits: [{ old_text: "nowhere\n", new_text: "x\n" }] }))).toEqual([]);
  expect(readDraft("")).toBeUndefined();
  expect(readDraft('{"path":"a.t')).toBeUndefined();
  expect(readDraft("not JSON")).toBeUndefined();
});
