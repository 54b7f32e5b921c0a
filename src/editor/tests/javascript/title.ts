import type { Expression, Node } from "./syntax";

/** A title as the source tells it. `pattern` is a regular expression source that matches the title whole. */
export interface Title {
  text: string;
  pattern: string;
  /** False when only a run can tell what the title is. */
  known: boolean;
}

const anything = "[\\s\\S]*?";

export function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

export function knownTitle(text: string): Title {
  return { text, pattern: escapePattern(text), known: true };
}

/** `source` cuts the node's own text out of the file; `constant` answers for names that stand for a fixed text. */
export function readTitle(
  node: Node,
  source: (node: Node) => string,
  constant: (name: string) => string | undefined,
): Title {
  const expression = node as Expression;
  switch (expression.type) {
    case "StringLiteral":
      return knownTitle(expression.value);
    case "NumericLiteral":
      return knownTitle(String(expression.value));
    case "TemplateLiteral":
      return expression.quasis
        .map((quasi, index): Title => {
          const hole = expression.expressions[index];
          const text = knownTitle(quasi.value.cooked ?? quasi.value.raw);
          return hole === undefined ? text : join(text, readHole(hole, source, constant));
        })
        .reduce(join);
    case "BinaryExpression":
      return expression.operator === "+"
        ? join(readTitle(expression.left, source, constant), readTitle(expression.right, source, constant))
        : unknownTitle(source(node));
    case "ParenthesizedExpression":
    case "TSAsExpression":
    case "TSSatisfiesExpression":
    case "TSNonNullExpression":
      return readTitle(expression.expression, source, constant);
    case "Identifier": {
      const text = constant(expression.name);
      return text === undefined ? unknownTitle(expression.name) : knownTitle(text);
    }
    default:
      return unknownTitle(source(node));
  }
}

/** What `.each()` and `.for()` put into titles: `%s` and its kin, `$name`, `$#`. */
export function withPlaceholders(title: Title): Title {
  if (!title.known) {
    return title;
  }
  const pieces = title.text.split(/(%%|%[sdifjoOcp#$]|\$#|\$[\w$.]+)/);
  const pattern = pieces.map((piece, index) => (index % 2 === 0 ? escapePattern(piece) : placeholder(piece))).join("");
  return { ...title, pattern };
}

function placeholder(piece: string): string {
  return piece === "%%" ? "%%?" : anything;
}

function readHole(node: Node, source: (node: Node) => string, constant: (name: string) => string | undefined): Title {
  const inner = readTitle(node, source, constant);
  return inner.known ? inner : unknownTitle(`\${${source(node)}}`);
}

function unknownTitle(text: string): Title {
  return { text: text.replace(/\s+/g, " ").trim(), pattern: anything, known: false };
}

function join(a: Title, b: Title): Title {
  return { text: a.text + b.text, pattern: a.pattern + b.pattern, known: a.known && b.known };
}
