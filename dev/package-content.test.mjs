import { expect, test } from "vitest";
import { deadLinks, strangers } from "./package-content.mjs";

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

test("a page of the package may point at the internet, at itself and at files of the package, and nowhere else", () => {
  const page = [
    "[node](https://nodejs.org) [above](#try-it) ![icon](./media/icon.png) <mailto:a@example.org> src/a.ts",
    '![panel](docs/panel.png) [types](hearth.d.ts#L1) <img src="docs/plan.png"> <a href=CONTRIBUTING.md>x</a>',
    "[dependencies]: docs/dependencies.md",
  ].join("\n");
  expect(deadLinks(page, ["extension/media/icon.png", "extension/readme.md"])).toEqual([
    "docs/panel.png",
    "hearth.d.ts#L1",
    "docs/dependencies.md",
    "docs/plan.png",
    "CONTRIBUTING.md",
  ]);
});
