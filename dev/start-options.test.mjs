import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { SetupProblem } from "./progress.mjs";
import { readOptions } from "./start-options.mjs";

const here = fileURLToPath(new URL(".", import.meta.url)).replace(/[\\/]$/, "");

test("options come from the command line, then from the environment", () => {
  const env = { HEARTH_PORT: "5000", HEARTH_FOLDER: "/not/there", HEARTH_SERVER: "1" };
  expect(readOptions(["--folder", here], env)).toMatchObject({ folder: here, port: 5000, onServer: true });
});

test.each([
  [["--foo"], "Unknown option '--foo'."],
  [["."], "Unexpected argument '.'."],
  [["--port"], "Option '--port <value>' argument missing."],
  [["--port", "70000"], "The port must be a whole number"],
  [["--folder", "/not/there"], "There is no folder"],
  [["--folder", fileURLToPath(import.meta.url)], "There is no folder"],
])("what npm start cannot take is told in a sentence: %s", (args, sentence) => {
  expect(() => readOptions(args, {})).toThrow(SetupProblem);
  expect(() => readOptions(args, {})).toThrow(sentence);
});
