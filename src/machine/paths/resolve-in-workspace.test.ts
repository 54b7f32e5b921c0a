import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ToolFailure } from "../../core/errors";
import { resolveInWorkspace } from "./resolve-in-workspace";

let base: string;
let root: string;

beforeAll(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), "hearth-paths-")));
  root = join(base, "app");
  await mkdir(join(root, "src/deep"), { recursive: true });
  await mkdir(join(base, "app-secret/sub"), { recursive: true });
  await writeFile(join(root, "src/a.ts"), "a");
  await writeFile(join(root, "..dots"), "d");
  await writeFile(join(base, "app-secret/key"), "k");
  await symlink(join(base, "app-secret/key"), join(root, "link-to-file"));
  await symlink(join(base, "app-secret"), join(root, "link-to-folder"));
  await symlink("src", join(root, "link-inside"));
  await symlink(join(base, "app-secret/not-yet"), join(root, "dangling-out"));
  await symlink("src/not-yet", join(root, "dangling-in"));
  await symlink("loop-b", join(root, "loop-a"));
  await symlink("loop-a", join(root, "loop-b"));
  await symlink("../../app-secret/other", join(root, "src/relative-out"));
  await symlink("link-to-folder", join(root, "link-to-link"));
  await symlink(root, join(base, "app-alias"));
});

afterAll(() => rm(base, { recursive: true, force: true }));

type Verdict = string | "outside" | "refused";

const table: [path: string, verdict: Verdict][] = [
  [".", "."],
  ["", "."],
  ["./", "."],
  ["src", "src"],
  ["src/", "src"],
  ["src/a.ts", "src/a.ts"],
  ["./src/a.ts", "src/a.ts"],
  ["src//a.ts", "src/a.ts"],
  [".//src/./a.ts", "src/a.ts"],
  ["src/../src/a.ts", "src/a.ts"],
  ["src/deep/../../src/a.ts", "src/a.ts"],
  ["src/new.ts", "src/new.ts"],
  ["new/folder/file.ts", "new/folder/file.ts"],
  ["src/a.ts/below-a-file", "src/a.ts/below-a-file"],
  ["..dots", "..dots"],
  ["...", "..."],
  ["src/..hidden", "src/..hidden"],
  ["%2e%2e/app-secret/key", "%2e%2e/app-secret/key"],
  ["%2e%2e%2fapp-secret", "%2e%2e%2fapp-secret"],
  ["src/a.ts ", "src/a.ts "],
  ["src/a.ts.", "src/a.ts."],
  ["src/a b\nc.ts", "src/a b\nc.ts"],
  ["link-inside/a.ts", "src/a.ts"],
  ["dangling-in", "src/not-yet"],
  ["src/\u202ea.ts", "src/\u202ea.ts"],
  ["~x", "~x"],
  ["-rf", "-rf"],
  ["$(touch x)", "$(touch x)"],
  ["..", "outside"],
  ["../", "outside"],
  ["../app-secret", "outside"],
  ["../app-secret/key", "outside"],
  ["../app-secret/../app-secret/key", "outside"],
  ["src/../../app-secret/key", "outside"],
  ["./../app-secret", "outside"],
  [".//..//app-secret", "outside"],
  ["src/../../../../../../../../etc/passwd", "outside"],
  ["/etc/passwd", "outside"],
  ["//etc/passwd", "outside"],
  ["/", "outside"],
  ["{root}-secret/key", "outside"],
  ["{root}/../app-secret/key", "outside"],
  ["{root}x", "outside"],
  ["~", "outside"],
  ["~/.bashrc", "outside"],
  ["link-to-file", "outside"],
  ["link-to-folder", "outside"],
  ["link-to-folder/new.txt", "outside"],
  ["link-to-folder/sub/../key", "outside"],
  ["link-to-link/new/deep.txt", "outside"],
  ["dangling-out", "outside"],
  ["dangling-out/below", "outside"],
  ["src/relative-out", "outside"],
  ["link-inside/relative-out", "outside"],
  ["\\\\?\\C:\\Windows\\win.ini", "outside"],
  ["\\\\server\\share\\x", "outside"],
  ["C:x", "outside"],
  ["C:\\Windows", "outside"],
  ["..\\app-secret\\key", "outside"],
  ["src\\..\\..\\app-secret", "outside"],
  ["{root}/src/a.ts", "src/a.ts"],
  ["{base}/app-alias/src/a.ts", "src/a.ts"],
  ["a\0b", "refused"],
  ["src/a.ts\0.png", "refused"],
  ["file:///etc/passwd", "refused"],
  ["file:/etc/passwd", "refused"],
  ["FILE://x", "refused"],
  ["https://x/y", "refused"],
  ["vscode-remote://host/x", "refused"],
  ["loop-a", "refused"],
  ["loop-a/x", "refused"],
];

test.skipIf(process.platform === "win32").each(table)("S-D1, S-D2: %j is %s", async (template, verdict) => {
  const path = template.replace("{root}", root).replace("{base}", base);
  if (verdict === "refused") {
    await expect(resolveInWorkspace(root, path)).rejects.toThrow(ToolFailure);
    return;
  }
  const resolved = await resolveInWorkspace(root, path);
  expect(resolved.inside).toBe(verdict !== "outside");
  if (verdict !== "outside") {
    expect(resolved.relative).toBe(verdict);
    expect(resolved.real).toBe(verdict === "." ? root : join(root, verdict));
  }
});

test("the table has at least sixty inputs", () => {
  expect(table.length).toBeGreaterThanOrEqual(60);
});

test("a path outside is named in full, so that a person can judge it", async () => {
  expect(await resolveInWorkspace(root, "link-to-file")).toEqual({
    relative: join(base, "app-secret/key"),
    real: join(base, "app-secret/key"),
    inside: false,
  });
  expect((await resolveInWorkspace(root, "~/x")).real).toBe(join(await realpath(homedir()), "x"));
});

test("a root that is itself reached through a link works", async () => {
  expect(await resolveInWorkspace(join(base, "app-alias"), "src/a.ts")).toEqual({
    relative: "src/a.ts",
    real: join(root, "src/a.ts"),
    inside: true,
  });
});
