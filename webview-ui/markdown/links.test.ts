import { expect, test } from "vitest";
import { isMisleading, isPressable } from "./links";

test("S-E4: only web addresses of readable length can be pressed", () => {
  expect(["https://example.com", "http://127.0.0.1:11434/v1?x=1"].every(isPressable)).toBe(true);
  const inert = [
    "command:workbench.action.terminal.sendSequence?x",
    "javascript:alert(1)",
    "data:text/html,x",
    "file:///etc/passwd",
    "vscode://evil.ext/install",
    "//evil.example",
    "https://",
    " https://example.com",
    "https://example.com/a b",
    `https://example.com/${"x".repeat(2_000)}`,
  ];
  expect(inert.filter(isPressable)).toEqual([]);
});

test("words that name another host than the address are misleading", () => {
  expect(isMisleading("https://bank.example/login", "https://evil.example/")).toBe(true);
  expect(isMisleading("bank.example", "https://evil.example/")).toBe(true);
  expect(isMisleading("bank.example", "https://www.bank.example/login")).toBe(false);
  expect(isMisleading("the documentation", "https://example.com/docs")).toBe(false);
});
