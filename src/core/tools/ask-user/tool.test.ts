import { expect, test } from "vitest";
import { tryTool } from "../../../../test/fakes/tool-run";
import { askUser } from "./tool";

test("the user's words are the answer", async () => {
  expect((await tryTool(askUser, { question: "Which?" }, { remark: "The second" })).text).toBe(
    "The user answers: The second",
  );
});

test("a question without text is sent back", async () => {
  expect((await tryTool(askUser, { question: "" })).failed).toBe(true);
});
