import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { expect, test } from "vitest";
import { tools } from "../tools/index";
import { systemPrompt } from "./system";

const specs = tools.map((tool) => ({ type: "function", function: tool.spec }));

test("the whole rendered prompt is the one that was reviewed", async () => {
  const rendered = `${systemPrompt()}\n\n${JSON.stringify(specs, null, 1)}\n`;

  await expect(rendered).toMatchFileSnapshot("./sample-prompt.txt");
});

test("system prompt and all tool schemas fit the budget of 1,500 tokens", () => {
  expect(countTokens(systemPrompt()) + countTokens(JSON.stringify(specs))).toBeLessThanOrEqual(1_500);
});

test("tool schemas use only the keywords that every local server can turn into a grammar", () => {
  const used = new Set(
    JSON.stringify(specs).match(/"(\$ref|anyOf|oneOf|format|minLength|maximum|default)":|"pattern":"/g),
  );

  expect([...used]).toEqual([]);
});
