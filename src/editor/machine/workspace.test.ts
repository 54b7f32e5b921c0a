import { expect, test } from "vitest";
import type { Search, SearchHit, Shell } from "../../core/ports";
import { type Folder, Places } from "../files/places";
import { WorkspaceSearch } from "./workspace-search";
import { WorkspaceShell } from "./workspace-shell";

const inside = async (root: string, path: string) => ({ relative: path, real: `${root}/${path}`, inside: true });
const app = { name: "app", fsPath: "/w/app" };
const lib = { name: "lib", fsPath: "/w/lib" };
const query = { pattern: "x", literal: true, caseSensitive: true, path: ".", limit: 3 };
const signal = new AbortController().signal;

function searching(folders: Folder[], found: Record<string, string[]>) {
  const asked: string[] = [];
  const searchIn = async (root: string): Promise<Search> => ({
    async find({ path, limit }) {
      asked.push(`${root}: ${path}, ${limit}`);
      const hits: SearchHit[] = (found[root] ?? []).map((file) => ({ path: file, line: 1, text: "x" }));
      return { hits: hits.slice(0, limit), more: hits.length > limit };
    },
  });
  return { asked, search: new WorkspaceSearch(new Places(() => folders, inside), searchIn) };
}

test("one folder is searched as it is named", async () => {
  const { asked, search } = searching([app], { "/w/app": ["src/a.ts"] });
  const { hits, more } = await search.find({ ...query, path: "src" }, signal);
  expect(asked).toEqual(["/w/app: src, 3"]);
  expect(hits.map((hit) => hit.path)).toEqual(["src/a.ts"]);
  expect(more).toBe(false);
});

test("several folders are searched together, and each hit starts with its folder's name", async () => {
  const { asked, search } = searching([app, lib], { "/w/app": ["a.ts"], "/w/lib": ["b.ts"] });
  const { hits, more } = await search.find(query, signal);
  expect(hits.map((hit) => hit.path)).toEqual(["app/a.ts", "lib/b.ts"]);
  expect([asked, more]).toEqual([["/w/app: ., 3", "/w/lib: ., 2"], false]);
});

test("a path below one of several folders searches that one", async () => {
  const { asked, search } = searching([app, lib], { "/w/lib": ["src/b.ts"] });
  const { hits } = await search.find({ ...query, path: "lib/src" }, signal);
  expect(asked).toEqual(["/w/lib: src, 3"]);
  expect(hits.map((hit) => hit.path)).toEqual(["lib/src/b.ts"]);
});

test("the limit holds over all folders", async () => {
  const { search } = searching([app, lib], { "/w/app": ["1", "2", "3", "4"], "/w/lib": ["5"] });
  const { hits, more } = await search.find(query, signal);
  expect(hits).toHaveLength(3);
  expect(more).toBe(true);
});

test("a command runs in the folder it names", async () => {
  const ran: string[] = [];
  const shellIn = (root: string): Shell => ({
    async run({ command, cwd }) {
      ran.push(`${root}: ${command} in ${cwd}`);
      return { exitCode: 0, output: "", durationMs: 0, ended: "exited" };
    },
    script: async (command, cwd) => `${root}: ${command} in ${cwd}`,
  });
  const shell = new WorkspaceShell(new Places(() => [app, lib], inside), shellIn);
  await shell.run({ command: "npm test", cwd: "lib/sub", timeoutMs: 1 }, () => undefined, signal);
  expect(ran).toEqual(["/w/lib: npm test in sub"]);
  expect(await shell.script("npm test", "app")).toBe("/w/app: npm test in .");
  await expect(shell.run({ command: "ls", cwd: ".", timeoutMs: 1 }, () => undefined, signal)).rejects.toThrow(
    "app/, lib/",
  );
});
