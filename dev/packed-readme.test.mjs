import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { deadLinks } from "./package-content.mjs";
import { packedReadme } from "./packed-readme.mjs";

test("the packed README has no pictures, and no links to files that are not packed", () => {
  const readme = `# Hearth

![The panel](docs/panel.png)

You need [node](https://nodejs.org); see [above](#hearth). Its types are in [hearth.d.ts](hearth.d.ts).

[Contributing](CONTRIBUTING.md) · [Changelog](CHANGELOG.md) · Apache-2.0
`;
  expect(packedReadme(readme)).toBe(`# Hearth

You need [node](https://nodejs.org); see [above](#hearth). Its types are in hearth.d.ts.

Apache-2.0
`);
});

test("nothing in our own README leads nowhere once it is packed", () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  expect(deadLinks(packedReadme(readme), [])).toEqual([]);
});
