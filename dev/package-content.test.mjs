import { expect, test } from "vitest";
import { strangers } from "./package-content.mjs";

test("a package may hold bundles, media and its own pages, and nothing else", () => {
  const welcome = [
    "[Content_Types].xml",
    "extension.vsixmanifest",
    "extension/package.json",
    "extension/readme.md",
    "extension/LICENSE.txt",
    "extension/dist/chunks/loop-ABC.js",
    "extension/dist/webview/codicon.ttf",
    "extension/media/icon.png",
  ];
  const wrong = [
    "extension/src/core/loop.ts",
    "extension/dist/extension.js.map",
    "extension/.env",
    "extension/node_modules/zod/index.js",
  ];
  expect(strangers([...welcome, ...wrong])).toEqual(wrong);
});
