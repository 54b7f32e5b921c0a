import { createHash } from "node:crypto";
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { namedScript } from "./named-script";

let root: string;
const manifest = {
  scripts: {
    pretest: "npm run lint",
    test: "node --test",
    posttest: "echo done",
    lint: "bash tools/lint.sh",
    a: "npm run b",
    b: "npm run a",
    prepare: "husky",
    serve: 5,
  },
};

beforeAll(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), "hearth-scripts-")));
  await mkdir(join(root, "tools"));
  await mkdir(join(root, "packages/one/src"), { recursive: true });
  await writeFile(join(root, "package.json"), JSON.stringify(manifest));
  await writeFile(join(root, "packages/one/package.json"), JSON.stringify({ scripts: { test: "vitest run" } }));
  await writeFile(join(root, "tools/lint.sh"), "echo lint");
  await writeFile(join(root, "x.py"), "print(1)");
  await writeFile(join(root, "Makefile"), "all:\n\techo");
  await writeFile(join(root, "setup.cjs"), "0");
  await symlink("/etc/passwd", join(root, "link.sh"));
});

afterAll(() => rm(root, { recursive: true, force: true }));

const hash = (text: string) => `sha256:${createHash("sha256").update(text).digest("hex")}`;
const lint = `tools/lint.sh ${hash("echo lint")}`;
const testLines = [
  "package.json pretest: npm run lint",
  "package.json lint: bash tools/lint.sh",
  lint,
  "package.json test: node --test",
  "package.json posttest: echo done",
];

test.each([
  "npm test",
  "npm t",
  "npm run test",
  "npm --silent run-script test -- --watch",
  "pnpm test",
  "yarn test",
  "yarn run test",
  "bun run test",
  "cd src; npm test",
  "CI=1 npm test",
  "npm --prefix . test",
  "\"npm\" 'test'",
])("S-B6: %s shows the scripts before, behind and after it, and those that they run", async (command) => {
  expect((await namedScript(root, command, "."))?.split("\n")).toEqual(testLines);
});

test("node --run shows the one script", async () => {
  expect(await namedScript(root, "node --run test", ".")).toBe("package.json test: node --test");
  expect(await namedScript(root, "node --run=test", ".")).toBe("package.json test: node --test");
});

test("the nearest package.json counts, also after cd and for a workspace folder", async () => {
  const one = "packages/one/package.json test: vitest run";
  expect(await namedScript(root, "npm test", "packages/one/src")).toBe(one);
  expect(await namedScript(root, "cd packages/one && npm test", ".")).toBe(one);
  expect(await namedScript(root, "npm test -w packages/one", ".")).toContain(one);
});

test("installing shows the project's own install scripts", async () => {
  expect(await namedScript(root, "npm ci", ".")).toBe("package.json prepare: husky");
});

test.each([
  ["bash tools/lint.sh", lint],
  ["sh -e ./tools/lint.sh a b", lint],
  ["tools/lint.sh", lint],
  ["./tools/lint.sh && echo ok", lint],
  ["python3 x.py", `x.py ${hash("print(1)")}`],
  ["make all", `Makefile ${hash("all:\n\techo")}`],
  ["node --require ./setup.cjs tools/lint.sh", `setup.cjs ${hash("0")}`],
])("S-C4, S-B6: %s is bound to the content of the file it runs", async (command, line) => {
  expect(await namedScript(root, command, ".")).toContain(line);
});

test("S-C4: changing the file or the script changes the text", async () => {
  const before = await namedScript(root, "npm test", ".");
  await writeFile(join(root, "tools/lint.sh"), "echo other");
  const afterFile = await namedScript(root, "npm test", ".");
  await writeFile(join(root, "tools/lint.sh"), "echo lint");
  expect(afterFile).not.toBe(before);
  expect(await namedScript(root, "npm test", ".")).toBe(before);
});

test("scripts that call each other end", async () => {
  expect((await namedScript(root, "npm run a", "."))?.split("\n")).toEqual([
    "package.json a: npm run b",
    "package.json b: npm run a",
  ]);
});

test.each(["ls", "npm run missing", "npm run serve", "echo npm", "git status", "bash link.sh", "", "node -e 1"])(
  "%j names no script of the workspace",
  async (command) => {
    expect(await namedScript(root, command, ".")).toBeUndefined();
  },
);
