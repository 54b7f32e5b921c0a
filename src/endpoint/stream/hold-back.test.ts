import { expect, test } from "vitest";
import { mentions, payloads, renders } from "../rescue/testing/corpus";
import { HoldBack } from "./hold-back";

function show(text: string): { shown: string; rest: string } {
  const hold = new HoldBack();
  const shown = [...text].map((letter) => hold.push(letter)).join("");
  return { shown, rest: hold.end() };
}

const marked = Object.entries(renders).filter(([name]) => !/json|harmony without/.test(name));

test.each(marked)("%s is not shown while it arrives, what was said before it is", (_, render) => {
  for (const payload of payloads) {
    expect(show(`I look first.\n\n${render(payload)}`).shown.trim()).toBe("I look first.");
  }
});

test("nothing is lost or changed, whatever the text", () => {
  for (const text of [...mentions, "", "\n", "  \n ", "<", "a <", "```\n<tool_call>\n```\nafter"]) {
    const { shown, rest } = show(text);
    expect(shown + rest).toBe(text);
  }
});

test("ordinary text is shown at once, letter by letter", () => {
  const hold = new HoldBack();

  expect([..."Let me <b>see</b>. a[i] < 3\nNext"].map((letter) => hold.push(letter)).join("")).toBe(
    "Let me <b>see</b>. a[i] < 3\nNext",
  );
});

test("what stands in a code fence is shown", () => {
  expect(show("So:\n```\n<tool_call>\n```\nDone.").rest).toBe("");
});
