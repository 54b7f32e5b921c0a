import type { FoundTest, RunnerName } from "../found-test";
import { type Declares, memberOf } from "./meaning";
import { Scope } from "./scope";
import {
  type Call,
  type Callback,
  childrenOf,
  type Expression,
  firstLine,
  lastLine,
  type Node,
  type Program,
  type Statement,
} from "./syntax";
import { knownTitle, readTitle, type Title, withPlaceholders } from "./title";

/** Names that a runner puts into every file when it is set up to. */
const globalNames = [
  ...["test", "it", "describe", "suite", "context", "specify"],
  ...["fit", "xit", "xtest", "fdescribe", "xdescribe", "xspecify", "xcontext"],
];

interface Around {
  scope: Scope;
  titles: readonly Title[];
  suites: number;
  marks: readonly string[];
  floating: boolean;
}

/** All tests and suites of a file, in the order of its text. `globals`: the runner whose names need no import. */
export function collectTests(program: Program, text: string, globals: RunnerName | undefined): FoundTest[] {
  const outermost = new Scope(undefined);
  for (const name of globals === undefined ? [] : globalNames) {
    outermost.declare(name, memberOf({ is: "module", runner: globals ?? "vitest" }, name));
  }
  const collector = new Collector(text);
  const scope = new Scope(outermost).enter(program.body);
  collector.walkAll(program.body, { scope, titles: [], suites: 0, marks: [], floating: false });
  return collector.found;
}

class Collector {
  readonly found: FoundTest[] = [];

  constructor(private readonly text: string) {}

  walkAll(nodes: readonly Node[], around: Around): void {
    for (const node of nodes) {
      this.walk(node, around);
    }
  }

  /** `inPlace`: a function here runs where it stands. */
  private walk(node: Node, around: Around, inPlace = false): void {
    if (node.type === "CallExpression") {
      const call = node as Call;
      const meaning = around.scope.meaningOf(call.callee);
      if (meaning?.is === "declares" && meaning.waitsFor === undefined && call.arguments.length > 0) {
        this.take(call, meaning, around);
        return;
      }
    }
    const here = isFunction(node) && !inPlace ? { ...around, ...nowhere } : around;
    const scope = innerScope(node, around.scope);
    for (const child of childrenOf(node)) {
      this.walk(child, { ...here, scope }, callsInPlace.has(node.type));
    }
  }

  private take(call: Call, declares: Declares, around: Around): void {
    const callback = call.arguments.findLast(isCallback);
    const title = this.titleOf(call, declares, around.scope);
    const titles = [...around.titles, title];
    const marks = [...around.marks, ...declares.marks, ...marksOfOptions(call)];
    const known = titles.every((each) => each.known) && !marks.includes("each") && !around.floating;
    const inSuites = around.suites === around.titles.length;
    const suites = declares.kind === "suite" && inSuites ? around.suites + 1 : around.suites;
    this.found.push({
      name: title.text,
      path: titles.map((each) => each.text),
      patterns: titles.map((each) => each.pattern),
      line: firstLine(call),
      endLine: lastLine(call),
      callLine: this.lineOfCall(call),
      kind: declares.kind,
      dynamic: !known,
      runner: declares.runner,
      marks: [...new Set(marks)],
      floating: around.floating,
      suites,
    });
    this.walkAll(
      call.arguments.filter((argument) => argument !== callback),
      around,
    );
    if (callback !== undefined) {
      const scope = functionScope(callback, around.scope, declares);
      this.walkAll(childrenOf(callback), { ...around, scope, titles, suites, marks: marks.filter(passesDown) });
    }
  }

  private titleOf(call: Call, declares: Declares, scope: Scope): Title {
    const [first] = call.arguments;
    if (first === undefined || isCallback(first) || first.type === "ObjectExpression") {
      const callback = call.arguments.findLast(isCallback);
      return knownTitle(callback?.type === "FunctionExpression" ? (callback.id?.name ?? "<anonymous>") : "<anonymous>");
    }
    const constant = (name: string) => {
      const meaning = scope.lookUp(name);
      return meaning?.is === "text" ? meaning.text : undefined;
    };
    const title = readTitle(first, (node) => this.sourceOf(node), constant);
    return declares.marks.includes("each") ? withPlaceholders(title) : title;
  }

  private sourceOf(node: Node): string {
    const { start, end } = node as Expression;
    return this.text.slice(start ?? 0, Math.min(end ?? 0, (start ?? 0) + 200));
  }

  /** A stack trace names the last identifier before the brackets, or, where there is none, the bracket itself. */
  private lineOfCall(call: Call): number {
    const { callee } = call;
    if (callee.type === "Identifier") {
      return firstLine(callee);
    }
    if (callee.type === "MemberExpression") {
      return firstLine(callee.property);
    }
    const afterCallee = this.text.slice(callee.end ?? 0, call.end ?? 0);
    const gap = afterCallee.slice(0, Math.max(0, afterCallee.indexOf("(")));
    return lastLine(callee) + (gap.match(/\n/g)?.length ?? 0);
  }
}

/** A function handed to a call (`rows.forEach(…)`) is taken to run where it stands; any other runs where it is called. */
const callsInPlace = new Set(["CallExpression", "OptionalCallExpression", "NewExpression"]);
const functions =
  /^(?:Function(?:Expression|Declaration)|ArrowFunctionExpression|(?:Object|Class|ClassPrivate)Method)$/;
const nowhere = { titles: [], suites: 0, marks: [], floating: true };

function isFunction({ type }: Node): boolean {
  return functions.test(type);
}

function isCallback(node: Node): node is Callback {
  return node.type === "FunctionExpression" || node.type === "ArrowFunctionExpression";
}

/** What is written on a suite counts for its tests; that the suite itself comes in rows makes its tests rows too. */
function passesDown(mark: string): boolean {
  return mark !== "only";
}

function marksOfOptions(call: Call): string[] {
  return call.arguments.flatMap((argument) =>
    argument.type === "ObjectExpression" ? argument.properties.flatMap(markOfProperty) : [],
  );
}

const optionMarks = new Set(["skip", "todo", "only", "fails", "expectFailure"]);

/** An option whose value only a run can tell (`skip: isWindows`) is no mark. */
function markOfProperty(property: Node): string[] {
  const { key, value } = property as { key?: Expression; value?: Expression };
  const name = key?.type === "Identifier" ? key.name : key?.type === "StringLiteral" ? key.value : "";
  const on = value?.type === "BooleanLiteral" ? value.value : value?.type === "StringLiteral" && value.value !== "";
  return on && optionMarks.has(name) ? [name] : [];
}

function functionScope(callback: Callback, outer: Scope, declares: Declares): Scope {
  const scope = innerScope(callback, outer);
  const [first] = callback.params;
  if (first !== undefined && declares.runner === "node:test" && declares.kind === "test") {
    scope.enterPattern(first, { is: "context", runner: declares.runner });
  }
  return scope;
}

/** The names that hold inside a node: its own scope when it opens one, else the one around it. */
function innerScope(node: Node, outer: Scope): Scope {
  const opened = node as {
    params?: readonly Node[];
    param?: Node | null;
    body?: unknown;
    left?: Node;
    init?: Node | null;
    cases?: readonly { consequent: Statement[] }[];
  };
  switch (node.type) {
    case "FunctionExpression":
    case "FunctionDeclaration":
    case "ArrowFunctionExpression":
    case "ObjectMethod":
    case "ClassMethod":
    case "ClassPrivateMethod":
      return withNames(outer, opened.params ?? []);
    case "CatchClause":
      return withNames(outer, opened.param ? [opened.param] : []);
    case "ForOfStatement":
    case "ForInStatement":
      return new Scope(outer).enter(opened.left ? [opened.left as Statement] : []);
    case "ForStatement":
      return new Scope(outer).enter(opened.init ? [opened.init as Statement] : []);
    case "BlockStatement":
    case "StaticBlock":
    case "TSModuleBlock":
      return new Scope(outer).enter(opened.body as Statement[]);
    case "SwitchStatement":
      return new Scope(outer).enter((opened.cases ?? []).flatMap((each) => each.consequent));
    default:
      return outer;
  }
}

function withNames(outer: Scope, patterns: readonly Node[]): Scope {
  const scope = new Scope(outer);
  for (const pattern of patterns) {
    scope.enterPattern(pattern, undefined);
  }
  return scope;
}
