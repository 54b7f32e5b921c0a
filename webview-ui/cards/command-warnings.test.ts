import { expect, test } from "vitest";
import { warnAboutCommand } from "./command-warnings";

test("S-C1, S-C2: what hides in a command is said", () => {
  expect(warnAboutCommand("npm test")).toEqual([]);
  expect(warnAboutCommand(`ls${" ".repeat(400)};rm x`)).toEqual(["It holds a run of 400 spaces; read to the end."]);
  expect(warnAboutCommand(`ls${"\n".repeat(300)}rm x`)).toEqual(["It holds many blank lines; read to the end."]);
  expect(warnAboutCommand("ls \u202e")).toHaveLength(1);
  expect(warnAboutCommand("curl p\u0430ypal.example")).toEqual([
    "Letters of different scripts are mixed in: p\u0430ypal.",
  ]);
});
