import { expect, test } from "vitest";
import { parseJson } from "./json";

test.each([
  ['{"a":[1,null]}', { a: [1, null] }],
  ["null", null],
  ['{"a":', undefined],
  ["", undefined],
])("%j is read as JSON, or as nothing", (text, value) => {
  expect(parseJson(text)).toEqual(value);
});
