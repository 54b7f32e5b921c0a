import { expect, test } from "vitest";
import { stripTerminal } from "./strip-terminal";

test("colours, cursor moves, titles and links leave only their text", () => {
  expect(stripTerminal("\u001b[1;32mok\u001b[0m \u001b[2Kdone\u009b31m!")).toBe("ok done!");
  expect(stripTerminal("\u001b]0;evil title\u0007text")).toBe("text");
  expect(stripTerminal("\u001b]8;;https://evil.example\u001b\\click\u001b]8;;\u001b\\")).toBe("click");
  expect(stripTerminal("\u001bP1$r\u001b\\x\u001bc y")).toBe("x y");
});

test("an escape sequence that was cut off at the end is not shown", () => {
  expect(stripTerminal("ok\u001b[")).toBe("ok");
  expect(stripTerminal("ok\u001b]0;titl")).toBe("ok");
});

test("of an overwritten progress line only what stood last remains, and CRLF is a line end", () => {
  expect(stripTerminal("10 %\r50 %\r100 %\nnext\r\nlast")).toBe("100 %\nnext\nlast");
});
