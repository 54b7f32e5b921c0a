import type { FoundTest } from "../found-test";
import { type LogicalLine, logicalLines } from "./logical-lines";

interface Open {
  indent: number;
  /** A class that holds tests; undefined for any other block. */
  suite: FoundTest | undefined;
  test: FoundTest | undefined;
}

/** Tests by pytest's own naming rules, and the methods of `TestCase` classes. Rows of a test share its declaration. */
export function findPythonTests(text: string): FoundTest[] {
  const found: FoundTest[] = [];
  const open: Open[] = [];
  let decorators: LogicalLine[] = [];
  let last = 1;
  const closeTo = (indent: number) => {
    while ((open.at(-1)?.indent ?? -1) >= indent) {
      const closed = open.pop();
      const ended = closed?.suite ?? closed?.test;
      if (ended !== undefined) {
        ended.endLine = last;
      }
    }
  };
  for (const line of logicalLines(text)) {
    closeTo(line.indent);
    last = line.last;
    if (line.code.startsWith("@")) {
      decorators.push(line);
      continue;
    }
    const block = openBlock(line, decorators, open);
    if (block !== undefined) {
      open.push(block);
      found.push(...[block.suite, block.test].filter((each) => each !== undefined));
    }
    decorators = [];
  }
  closeTo(0);
  return found.filter((each) => each.kind === "test" || found.some((other) => isInside(other, each)));
}

/** A one-line block ends with its line; every other is closed by the next line that stands as far left. */
function openBlock(line: LogicalLine, decorators: readonly LogicalLine[], open: readonly Open[]): Open | undefined {
  const [, keyword, name = "", bases = ""] =
    /^(?:async\s+)?(def|class)\s+(\w+)\s*(?:\[[^\]]*\])?\s*(?:\(([\s\S]*?)\)\s*(?:->[\s\S]*)?)?:/.exec(line.code) ?? [];
  if (keyword === undefined) {
    return undefined;
  }
  const outer = open.at(-1);
  const reachable = outer === undefined || outer.suite !== undefined;
  const isClass = keyword === "class";
  const isTest = isClass ? name.startsWith("Test") || /TestCase\b/.test(bases) : name.startsWith("test");
  if (!reachable || !isTest) {
    return { indent: line.indent, suite: undefined, test: undefined };
  }
  const test = describe(isClass ? "suite" : "test", name, line, decorators, outer?.suite);
  return { indent: line.indent, suite: isClass ? test : undefined, test: isClass ? undefined : test };
}

function describe(
  kind: FoundTest["kind"],
  name: string,
  line: LogicalLine,
  decorators: readonly LogicalLine[],
  outer: FoundTest | undefined,
): FoundTest {
  const first = decorators[0]?.first ?? line.first;
  const marks = [...new Set([...(outer?.marks ?? []), ...decorators.flatMap(markOf)])];
  return {
    name,
    path: [...(outer?.path ?? []), name],
    patterns: [...(outer?.patterns ?? []), kind === "test" ? `${name}(?:\\[[\\s\\S]*\\])?` : name],
    line: first,
    endLine: line.last,
    callLine: first,
    kind,
    dynamic: marks.includes("each"),
    runner: "pytest",
    marks,
    floating: false,
    suites: (outer?.suites ?? 0) + (kind === "suite" ? 1 : 0),
  };
}

const marksOfDecorators: Readonly<Record<string, string>> = {
  skip: "skip",
  xfail: "fails",
  expectedFailure: "fails",
  parametrize: "each",
};

function markOf({ code }: LogicalLine): string[] {
  const name = /^@(?:[\w.]+\.)?(\w+)/.exec(code)?.[1] ?? "";
  const mark = Object.hasOwn(marksOfDecorators, name) ? marksOfDecorators[name] : undefined;
  return mark === undefined ? [] : [mark];
}

function isInside(test: FoundTest, suite: FoundTest): boolean {
  return test.kind === "test" && suite.line <= test.line && test.line <= suite.endLine;
}
