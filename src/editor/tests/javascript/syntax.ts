import type { ParserPlugin, parse } from "@babel/parser";

type File = ReturnType<typeof parse>;
export type Program = File["program"];
export type Statement = Program["body"][number];
export type Expression = Extract<Statement, { type: "ExpressionStatement" }>["expression"];
export type Call = Extract<Expression, { type: "CallExpression" }>;
export type Pattern = Extract<Statement, { type: "VariableDeclaration" }>["declarations"][number]["id"];
export type Callback = Extract<Expression, { type: "FunctionExpression" | "ArrowFunctionExpression" }>;

/** Any node, as far as a walk through the tree needs to know it. */
export interface Node {
  type: string;
  loc?: { start: { line: number }; end: { line: number } } | null;
}

/** The tree of a JavaScript or TypeScript file, or undefined when its text is too broken to have one. */
export async function parseScript(text: string, fileName: string): Promise<Program | undefined> {
  const parser = await import("@babel/parser");
  for (const plugins of pluginsFor(fileName)) {
    try {
      return parser.parse(text, {
        sourceType: "unambiguous",
        errorRecovery: true,
        attachComment: false,
        allowAwaitOutsideFunction: true,
        allowReturnOutsideFunction: true,
        allowImportExportEverywhere: true,
        allowUndeclaredExports: true,
        plugins,
      }).program;
    } catch (error) {
      if (!(error instanceof SyntaxError)) {
        throw error;
      }
    }
  }
  return undefined;
}

/** In `.ts` files `<T>x` is a cast and cannot be JSX. A script is tried as what it should be first, then with types. */
function pluginsFor(fileName: string): ParserPlugin[][] {
  const always: ParserPlugin[] = ["decorators"];
  if (/\.[cm]?ts$/i.test(fileName)) {
    return [[...always, "typescript"]];
  }
  return /\.tsx$/i.test(fileName)
    ? [[...always, "typescript", "jsx"]]
    : [
        [...always, "jsx"],
        [...always, "typescript", "jsx"],
      ];
}

export function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && typeof (value as Node).type === "string";
}

const notCode = new Set(["loc", "extra", "errors", "leadingComments", "trailingComments", "innerComments"]);

/** The nodes directly below, in the order of the source. */
export function childrenOf(node: object): Node[] {
  return Object.entries(node).flatMap(([key, value]) => {
    if (notCode.has(key)) {
      return [];
    }
    return Array.isArray(value) ? value.filter(isNode) : isNode(value) ? [value] : [];
  });
}

export function firstLine(node: Node): number {
  return node.loc?.start.line ?? 1;
}

export function lastLine(node: Node): number {
  return node.loc?.end.line ?? 1;
}
