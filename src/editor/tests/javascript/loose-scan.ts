import type { FoundTest, RunnerName } from "../found-test";
import { knownTitle } from "./title";

const declaration =
  /^([ \t]*)(?:await\s+)?(test|it|describe|suite)((?:\.(?:only|skip|todo|concurrent))*)\(\s*(["'`])((?:\\.|(?!\4).)*)\4/;

interface Opened {
  indent: number;
  test: FoundTest;
}

/**
 * What can be told of a file that no parser accepts, as while it is being typed: lines that begin like a test, nested by
 * their indentation. Titles with holes or escapes are left out.
 */
export function scanLoosely(text: string, runner: RunnerName): FoundTest[] {
  const lines = text.split("\n");
  const found: FoundTest[] = [];
  const open: Opened[] = [];
  const closeTo = (indent: number, line: number) => {
    while (open.length > 0 && (open.at(-1)?.indent ?? 0) >= indent) {
      const closed = open.pop();
      if (closed !== undefined) {
        closed.test.endLine = line;
      }
    }
  };
  lines.forEach((text, index) => {
    const match = declaration.exec(text);
    const [, space = "", name = "", chain = "", quote = "", title = ""] = match ?? [];
    if (match === null || title.includes("\\") || (quote === "`" && title.includes("${"))) {
      return;
    }
    closeTo(space.length, index);
    const outer = open.at(-1)?.test;
    const test = looseTest({ title, name, chain, runner, line: index + 1 }, outer);
    found.push(test);
    open.push({ indent: space.length, test });
  });
  closeTo(0, lines.length);
  return found;
}

function looseTest(
  seen: { title: string; name: string; chain: string; runner: RunnerName; line: number },
  outer: FoundTest | undefined,
): FoundTest {
  const kind = seen.name === "describe" || seen.name === "suite" ? "suite" : "test";
  return {
    name: seen.title,
    path: [...(outer?.path ?? []), seen.title],
    patterns: [...(outer?.patterns ?? []), knownTitle(seen.title).pattern],
    line: seen.line,
    endLine: seen.line,
    callLine: seen.line,
    kind,
    dynamic: false,
    runner: seen.runner,
    marks: [...(outer?.marks.filter((mark) => mark !== "only") ?? []), ...seen.chain.split(".").filter(Boolean)],
    floating: false,
    suites: (outer?.suites ?? 0) + (kind === "suite" ? 1 : 0),
  };
}
