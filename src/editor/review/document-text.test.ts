import { expect, test } from "vitest";
import { fromDocument } from "./document-text";

test("R-23: a text that the document spells with its own line ends is not changed by that", () => {
  expect(fromDocument("a\nb\n", "a\r\nb\r\n")).toBe("a\r\nb\r\n");
  expect(fromDocument("a\r\nb\r\nc", "a\nb\r\nc")).toBe("a\nb\r\nc");
});

test("R-23: what the user types takes the line ends of the text, and other lines keep theirs", () => {
  expect(fromDocument("a\nnew\nb\n", "a\r\nb\r\n")).toBe("a\r\nnew\r\nb\r\n");
  expect(fromDocument("a\r\nmine\r\nb\r\nc\r\n", "a\nb\r\nc\n")).toBe("a\nmine\r\nb\r\nc\n");
});

test("a text without line ends is taken as it is", () => {
  expect(fromDocument("a\nb", "a")).toBe("a\nb");
});
