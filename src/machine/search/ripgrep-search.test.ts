import { chmod, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { rgPath } from "@vscode/ripgrep-universal";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { ToolFailure } from "../../core/errors";
import { findRipgrep } from "./find-ripgrep";
import { RipgrepSearch } from "./ripgrep-search";

vi.setConfig({ testTimeout: 60_000 });

const appRoot = resolve(import.meta.dirname, "../../..");
const never = new AbortController().signal;

let root: string;
let base: string;

const files: Record<string, string> = {
  "src/a.ts": "const needle = 1;\nsecond line\nNEEDLE again\n",
  "src/b.test.ts": "needle in a test\n",
  "src/deep/er/c.ts": "needle\r\n",
  "notes.md": "a-b $(touch x) \"quoted\" 'single' *.ts [x] {y} \\d\n-needle --pre\nline one\nline two\n",
  "-option.txt": "needle in a file named like an option\n",
  "$(touch pwned).txt": "needle in a substitution\n",
  "new\nline.txt": "needle in an odd name\n",
  ".gitignore": "ignored/\n*.log\n!kept.log\n",
  "ignored/x.ts": "needle\n",
  "x.log": "needle\n",
  "kept.log": "needle\n",
  "sub/.gitignore": "/only-here.txt\n",
  "sub/only-here.txt": "needle\n",
  "sub/other.txt": "needle\n",
  ".env": "SECRET=needle\n",
  ".env.example": "SECRET=needle\n",
  "keys/server.pem": "needle\n",
  ".github/workflows/ci.yml": "needle: yes\n",
  ".private/x.txt": "needle\n",
  ".git/config": "needle\n",
  "node_modules/pkg/index.js": "needle\n",
  "binary.bin": "needle\0needle\n",
  "wide.txt": `${"ü".repeat(5_000)}needle${"y".repeat(5_000)}\n`,
};

const shownHits = [
  "$(touch pwned).txt",
  "-option.txt",
  ".env.example",
  ".github/workflows/ci.yml",
  "kept.log",
  "new\nline.txt",
  "notes.md",
  "src/a.ts",
  "src/b.test.ts",
  "src/deep/er/c.ts",
  "sub/other.txt",
  "wide.txt",
];

beforeAll(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), "hearth-search-")));
  root = join(base, "app");
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  await writeFile(join(base, "outside.txt"), "needle\n");
  await symlink(base, join(root, "link-out"));
});

afterAll(() => rm(base, { recursive: true, force: true }));

const plain = { literal: false, caseSensitive: true, path: ".", limit: 100 };

describe.each(["ripgrep", "without ripgrep"])("%s", (kind) => {
  const search = async () =>
    new RipgrepSearch(root, kind === "ripgrep" ? await findRipgrep([appRoot], {}, root) : undefined);
  const find = async (query: Partial<Parameters<RipgrepSearch["find"]>[0]> & { pattern: string }, signal = never) =>
    (await search()).find({ ...plain, ...query }, signal);

  test("S-D4: finds what people edit; ignored, secret, hidden and linked files stay out", async () => {
    const { hits, more } = await find({ pattern: "needle" });
    expect([...new Set(hits.map(({ path }) => path))].sort()).toEqual(shownHits);
    expect(more).toBe(false);
  });

  test("a hit has its line, without the line end", async () => {
    const { hits } = await find({ pattern: "needle", path: "src" });
    expect(hits).toEqual([
      { path: "src/a.ts", line: 1, text: "const needle = 1;" },
      { path: "src/b.test.ts", line: 1, text: "needle in a test" },
      { path: "src/deep/er/c.ts", line: 1, text: "needle" },
    ]);
  });

  test("case, glob and one file as the place", async () => {
    expect((await find({ pattern: "needle", caseSensitive: false, path: "src/a.ts" })).hits).toHaveLength(2);
    const paths = async (glob: string) =>
      (await find({ pattern: "needle", path: "src", glob })).hits.map((hit) => hit.path);
    expect(await paths("*.test.ts")).toEqual(["src/b.test.ts"]);
    expect(await paths("!*.test.ts")).toEqual(["src/a.ts", "src/deep/er/c.ts"]);
    expect(await paths("**/er/*.{ts,js}")).toEqual(["src/deep/er/c.ts"]);
  });

  test.each(["-needle", "--pre", "$(touch x)", '"quoted"', "'single'", "*.ts", "[x]", "{y}", "\\d", "a-b"])(
    "S-B7: %j is found literally",
    async (pattern) => {
      const { hits } = await find({ pattern, literal: true });
      expect(hits.map(({ path, line }) => [path, line])).toEqual([
        ["notes.md", pattern.includes("needle") || pattern === "--pre" ? 2 : 1],
      ]);
    },
  );

  test.each(["-option.txt", "$(touch pwned).txt", "new\nline.txt"])(
    "S-B7: the place %j is taken literally",
    async (path) => {
      expect((await find({ pattern: "needle", path })).hits.map((hit) => hit.path)).toEqual([path]);
    },
  );

  test("a long line is cut around the match", async () => {
    const { hits } = await find({ pattern: "needle", literal: true, path: "wide.txt" });
    const text = hits[0]?.text ?? "";
    expect(text.length).toBeLessThan(310);
    expect(text).toMatch(/^…ü+needley+…$/);
  });

  test("the limit holds and is told", async () => {
    const { hits, more } = await find({ pattern: "needle", limit: 3 });
    expect(hits).toHaveLength(3);
    expect(more).toBe(true);
    expect((await find({ pattern: "needle", path: "src", limit: 3 })).more).toBe(false);
  });

  test("a pattern that cannot be read comes back as the model's mistake", async () => {
    await expect(find({ pattern: "(a" })).rejects.toThrow(ToolFailure);
    await expect(find({ pattern: "x", path: "missing" })).rejects.toThrow('There is nothing at "missing".');
    await expect(find({ pattern: "x", path: ".." })).rejects.toThrow(ToolFailure);
    await expect(find({ pattern: "x", path: "link-out" })).rejects.toThrow(ToolFailure);
  });

  test("a search that was stopped says so", async () => {
    await expect(find({ pattern: "needle" }, AbortSignal.abort())).rejects.toThrow("aborted");
  });

  test("listing shows files down to a depth, and deeper ones as their folder", async () => {
    const { paths, more } = await (await search()).listFiles(".", { depth: 1, limit: 100 }, never);
    expect(paths).toEqual([
      "$(touch pwned).txt",
      "-option.txt",
      ".env.example",
      ".github/",
      ".gitignore",
      "binary.bin",
      "kept.log",
      "new\nline.txt",
      "notes.md",
      "src/",
      "sub/",
      "wide.txt",
    ]);
    expect(more).toBe(false);
    expect((await (await search()).listFiles("src", { depth: 2, limit: 100 }, never)).paths).toEqual([
      "src/a.ts",
      "src/b.test.ts",
      "src/deep/er/",
    ]);
    expect(await (await search()).listFiles("src", { depth: 9, limit: 2 }, never)).toEqual({
      paths: ["src/a.ts", "src/b.test.ts"],
      more: true,
    });
    expect((await (await search()).listFiles("node_modules/pkg", { depth: 1, limit: 9 }, never)).paths).toEqual([
      "node_modules/pkg/index.js",
    ]);
  });
});

test("without ripgrep, a pattern that could run for ever is refused", async () => {
  const search = new RipgrepSearch(root, undefined);
  for (const pattern of ["(a+)+$", "(a|aa)*$", "((ab)*)*x", "a*a*a*a*b"]) {
    await expect(search.find({ ...plain, pattern }, never)).rejects.toThrow(ToolFailure);
  }
});

test("S-B7: the arguments are an array in which nothing of the model's is an option", async () => {
  const fake = join(base, "rg-recorder");
  const record = join(base, "argv");
  await writeFile(fake, `#!/bin/bash\nprintf '%s\\0' "$@" > ${record}\nexit 1\n`);
  await chmod(fake, 0o755);
  const search = new RipgrepSearch(root, fake);
  await search.find({ ...plain, pattern: "--pre=sh", path: "-option.txt", glob: "--no-ignore" }, never);
  const args = (await readFile(record, "utf8")).split("\0").slice(0, -1);
  expect(args.filter((arg) => !arg.startsWith("--glob=!"))).toEqual([
    "--no-config",
    "--no-messages",
    "--hidden",
    "--no-require-git",
    "--sort=path",
    "--json",
    "--max-filesize=8M",
    "--max-count=101",
    "--case-sensitive",
    "--glob=--no-ignore",
    "--regexp=--pre=sh",
    "--",
    "./-option.txt",
  ]);
});

test("S-A5: ripgrep is taken from VS Code or the PATH, never from the workspace", async () => {
  const planted = join(root, "node_modules/@vscode/ripgrep/bin");
  await mkdir(planted, { recursive: true });
  await writeFile(join(planted, "rg"), "#!/bin/sh\n");
  await chmod(join(planted, "rg"), 0o755);
  expect(await findRipgrep([root], { PATH: planted }, root)).toBeUndefined();
  expect(await findRipgrep([root, appRoot], {}, root)).toBe(rgPath);
});
