import { expect, test } from "vitest";
import { tryTool } from "../../../../test/fakes/tool-run";
import type { Search } from "../../ports";
import { searchText } from "./tool";

function finding(hits: Awaited<ReturnType<Search["find"]>>): Search & { asked: unknown[] } {
  const asked: unknown[] = [];
  return {
    asked,
    find: async (query) => {
      asked.push(query);
      return hits;
    },
  };
}

test("matches come as path, line and text", async () => {
  const search = finding({ hits: [{ path: "a.ts", line: 3, text: "const x = 1;" }], more: false });

  expect((await tryTool(searchText, { pattern: "x" }, { search })).text).toBe("a.ts:3: const x = 1;");
});

test("more matches than are shown are told", async () => {
  const search = finding({ hits: [{ path: "a.ts", line: 3, text: "x" }], more: true });

  expect((await tryTool(searchText, { pattern: "x" }, { search })).text).toContain("narrow the search");
});

test("no match is said, and glob and literal are passed on", async () => {
  const search = finding({ hits: [], more: false });

  expect((await tryTool(searchText, { pattern: "a.b", glob: "*.ts", literal: true }, { search })).text).toBe(
    "No match.",
  );
  expect(search.asked[0]).toMatchObject({ pattern: "a.b", glob: "*.ts", literal: true, path: "." });
});
