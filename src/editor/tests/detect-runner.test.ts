import { join } from "node:path";
import { expect, test } from "vitest";
import { detectGlobals } from "./detect-globals";
import { detectRunner } from "./detect-runner";
import type { RunnerName } from "./found-test";
import type { NodeProgram } from "./node-program";

const top = "/ws";
const node24: NodeProgram = { file: "node", major: 24, minor: 21 };

/** A project as the files it consists of; objects are written as JSON. */
function project(files: Record<string, unknown>) {
  const texts = new Map(
    Object.entries(files).map(([name, text]) => [
      join(top, name),
      typeof text === "string" ? text : JSON.stringify(text),
    ]),
  );
  const read = async (path: string) => texts.get(path);
  return {
    globals: (file: string) => detectGlobals(join(top, file), top, read),
    runner: (name: RunnerName, file: string, node = node24) =>
      detectRunner(name, join(top, file), { top, read, node: async () => node }),
  };
}

const vitest = { version: "5.1.1", bin: { vitest: "./vitest.mjs" } };

test("the nearest package that has the runner is its place, not simply the nearest package", async () => {
  const { runner } = project({
    "package.json": {
      devDependencies: { vitest: "5" },
      scripts: { test: "vitest run --config vitest.unit.config.ts --coverage" },
    },
    "node_modules/vitest/package.json": vitest,
    "packages/a/package.json": { name: "a" },
    "packages/b/package.json": { devDependencies: { vitest: "3" } },
    "packages/b/node_modules/vitest/package.json": { version: "3.2.4", bin: "cli.js" },
    "packages/c/package.json": {},
    "packages/c/vitest.config.ts": "",
  });
  expect(await runner("vitest", "packages/a/test/a.test.ts")).toMatchObject({
    root: "/ws",
    entry: "/ws/node_modules/vitest/vitest.mjs",
    major: 5,
    flags: ["--config", "vitest.unit.config.ts"],
  });
  expect(await runner("vitest", "packages/b/b.test.ts")).toMatchObject({
    root: "/ws/packages/b",
    entry: "/ws/packages/b/node_modules/vitest/cli.js",
    major: 3,
    flags: [],
  });
  expect(await runner("vitest", "packages/c/c.test.ts")).toMatchObject({ root: "/ws/packages/c", major: 5 });
});

test("a runner that is not installed is said, with what to do", async () => {
  const files = { "package.json": { devDependencies: { vitest: "5" } } };
  await expect(project(files).runner("vitest", "a.test.ts")).rejects.toMatchObject({ code: "runner_missing" });
  const pnp = project({ ...files, ".pnp.cjs": "" });
  await expect(pnp.runner("vitest", "a.test.ts")).rejects.toThrow("Yarn Plug'n'Play");
});

test("node takes over what the project's own script passes to it, and nothing that changes what is run", async () => {
  const script = `PATH=evil NODE_ENV=x lint && cross-env NODE_ENV=test TZ='Europe/Berlin' node --import "./set up.js" --env-file=.env --test-concurrency=1 --test-only --watch --test test/ || true`;
  const { runner } = project({ "package.json": { scripts: { lint: "node --test-nothing", test: script } } });
  expect(await runner("node:test", "test/a.test.js")).toMatchObject({
    root: "/ws",
    programFlags: ["--import", "./set up.js", "--env-file=.env"],
    env: { NODE_ENV: "test", TZ: "Europe/Berlin" },
  });
});

test("TypeScript under node:test uses the project's loader, then tsx, then node itself", async () => {
  const flags = async (files: Record<string, unknown>, node = node24, file = "a.test.ts") =>
    (await project(files).runner("node:test", file, node)).programFlags;
  expect(await flags({ "package.json": { scripts: { test: "tsx --test" } } })).toEqual(["--import", "tsx"]);
  expect(await flags({ "package.json": { scripts: { test: "node --loader ts-node/esm --test" } } })).toEqual([
    "--loader",
    "ts-node/esm",
  ]);
  expect(await flags({ "package.json": {}, "node_modules/tsx/package.json": {} })).toEqual(["--import", "tsx"]);
  expect(await flags({ "package.json": {} })).toEqual([]);
  expect(await flags({ "package.json": {} }, { file: "node", major: 22, minor: 7 })).toEqual([
    "--experimental-strip-types",
  ]);
  expect(await flags({ "package.json": {} }, { file: "node", major: 20, minor: 1 }, "a.test.js")).toEqual([]);
  await expect(flags({ "package.json": {} }, { file: "node", major: 20, minor: 1 })).rejects.toMatchObject({
    code: "no_types",
  });
  await expect(flags({ "package.json": {} }, node24, "a.test.tsx")).rejects.toMatchObject({ code: "no_types" });
});

test("a project without a package is run from its top, and one with a broken package too", async () => {
  expect((await project({}).runner("node:test", "deep/a.test.js")).root).toBe("/ws");
  expect((await project({ "package.json": "{ broken" }).runner("node:test", "deep/a.test.js")).root).toBe("/ws");
});

test("names without an import belong to the runner that the project sets up to bring them", async () => {
  const globals = async (files: Record<string, unknown>) => project(files).globals("src/a.test.ts");
  const dev = { devDependencies: { vitest: "5" } };
  expect(await globals({ "package.json": dev })).toBeUndefined();
  expect(
    await globals({ "package.json": dev, "vitest.config.mts": "export default { test: { globals: true } }" }),
  ).toBe("vitest");
  expect(await globals({ "package.json": { ...dev, scripts: { test: "vitest --globals" } } })).toBe("vitest");
  expect(await globals({ "package.json": dev, "tsconfig.json": `{ "types": ["vitest/globals"] }` })).toBe("vitest");
  expect(await globals({ "package.json": { devDependencies: { jest: "30" } } })).toBe("jest");
  expect(await globals({ "package.json": { jest: {} } })).toBe("jest");
  expect(await globals({ "package.json": {}, ".mocharc.yml": "" })).toBe("mocha");
  expect(await globals({ "package.json": { dependencies: { tape: "1" } } })).toBeUndefined();
});
