import { type Meaning, memberOf, resultOf, runnerModule } from "./meaning";
import type { Call, Expression, Node, Pattern, Statement } from "./syntax";

/** The names of one block or function. A name that is declared and means nothing to us hides the outer one. */
export class Scope {
  private readonly names = new Map<string, Meaning | undefined>();

  constructor(private readonly outer: Scope | undefined) {}

  lookUp(name: string): Meaning | undefined {
    return this.names.has(name) ? this.names.get(name) : this.outer?.lookUp(name);
  }

  declare(name: string, meaning?: Meaning): void {
    this.names.set(name, meaning);
  }

  /** Enters what a list of statements declares: first that the names exist, then what they mean. */
  enter(statements: readonly Statement[]): this {
    for (const statement of statements) {
      this.enterStatement(statement, () => undefined);
    }
    for (const statement of statements) {
      this.enterStatement(statement, (expression) => this.meaningOf(expression));
    }
    return this;
  }

  /** Enters the names of a parameter or variable; `meaning` is that of the whole value. */
  enterPattern(pattern: Node, meaning: Meaning | undefined): void {
    const target = pattern as Pattern;
    switch (target.type) {
      case "Identifier":
        this.declare(target.name, meaning);
        return;
      case "ObjectPattern":
        for (const property of target.properties) {
          if (property.type === "RestElement") {
            this.enterPattern(property.argument, undefined);
          } else {
            const name = keyName(property.key, property.computed);
            this.enterPattern(property.value, name === undefined ? undefined : memberOf(meaning, name));
          }
        }
        return;
      case "ArrayPattern":
        for (const element of target.elements) {
          if (element !== null) {
            this.enterPattern(element, undefined);
          }
        }
        return;
      default:
        this.enterWrapped(pattern, meaning);
    }
  }

  meaningOf(node: Node | null | undefined): Meaning | undefined {
    const expression = node as Expression | null | undefined;
    switch (expression?.type) {
      case "Identifier":
        return this.lookUp(expression.name);
      case "StringLiteral":
        return { is: "text", text: expression.value };
      case "MemberExpression":
      case "OptionalMemberExpression": {
        const name = keyName(expression.property, expression.computed);
        if (expression.object.type === "MetaProperty") {
          return name === "vitest" ? runnerModule("vitest") : undefined;
        }
        return name === undefined ? undefined : memberOf(this.meaningOf(expression.object), name);
      }
      case "CallExpression":
        return requiredModule(expression, this) ?? resultOf(this.meaningOf(expression.callee));
      case "TaggedTemplateExpression":
        return resultOf(this.meaningOf(expression.tag));
      case "AwaitExpression":
        return importedModule(expression.argument) ?? this.meaningOf(expression.argument);
      case "ConditionalExpression":
        return this.meaningOf(expression.consequent) ?? this.meaningOf(expression.alternate);
      case "LogicalExpression":
        return this.meaningOf(expression.left) ?? this.meaningOf(expression.right);
      case "AssignmentExpression":
        return this.meaningOf(expression.right);
      case "ParenthesizedExpression":
      case "TSAsExpression":
      case "TSSatisfiesExpression":
      case "TSNonNullExpression":
      case "TSTypeAssertion":
      case "TSInstantiationExpression":
        return this.meaningOf(expression.expression);
      default:
        return undefined;
    }
  }

  private enterStatement(statement: Statement, meaning: (expression: Node | null | undefined) => Meaning | undefined) {
    switch (statement.type) {
      case "ImportDeclaration":
        this.enterImport(statement);
        return;
      case "TSImportEqualsDeclaration":
        if (statement.moduleReference.type === "TSExternalModuleReference") {
          this.declare(statement.id.name, asRequired(runnerModule(statement.moduleReference.expression.value)));
        }
        return;
      case "VariableDeclaration":
        for (const { id, init } of statement.declarations) {
          const value = meaning(init);
          this.enterPattern(id, value?.is === "text" && statement.kind !== "const" ? undefined : value);
        }
        return;
      case "FunctionDeclaration":
      case "ClassDeclaration":
        if (statement.id) {
          this.declare(statement.id.name);
        }
        return;
      case "ExportNamedDeclaration":
        if (statement.declaration) {
          this.enterStatement(statement.declaration, meaning);
        }
        return;
      default:
        return;
    }
  }

  private enterImport(statement: Extract<Statement, { type: "ImportDeclaration" }>): void {
    const module = runnerModule(statement.source.value);
    for (const specifier of statement.specifiers) {
      if (specifier.type === "ImportNamespaceSpecifier") {
        this.declare(specifier.local.name, module);
      } else if (specifier.type === "ImportDefaultSpecifier") {
        this.declare(specifier.local.name, memberOf(module, "default"));
      } else {
        const name = specifier.imported.type === "Identifier" ? specifier.imported.name : specifier.imported.value;
        this.declare(specifier.local.name, memberOf(module, name));
      }
    }
  }

  /** Defaults, rest elements and parameter properties hold the pattern that counts one level deeper. */
  private enterWrapped(pattern: Node, meaning: Meaning | undefined): void {
    const wrapped = pattern as { left?: Node; argument?: Node; parameter?: Node };
    const innerPattern = wrapped.left ?? wrapped.argument ?? wrapped.parameter;
    if (innerPattern !== undefined && pattern.type !== "MemberExpression") {
      this.enterPattern(innerPattern, pattern.type === "AssignmentPattern" ? meaning : undefined);
    }
  }
}

function keyName(key: Node, computed: boolean | undefined): string | undefined {
  const node = key as Expression;
  if (node.type === "Identifier") {
    return computed === true ? undefined : node.name;
  }
  return node.type === "StringLiteral" ? node.value : undefined;
}

function requiredModule(call: Call, scope: Scope): Meaning | undefined {
  const { callee } = call;
  const [first] = call.arguments;
  if (callee.type === "Identifier" && callee.name === "require" && scope.lookUp("require") === undefined) {
    return first?.type === "StringLiteral" ? asRequired(runnerModule(first.value)) : undefined;
  }
  return undefined;
}

/** `require("node:test")` is the test function itself, with the other names as its members. */
function asRequired(module: Meaning | undefined): Meaning | undefined {
  return module?.is === "module" && module.runner === "node:test" ? memberOf(module, "default") : module;
}

function importedModule(node: Node): Meaning | undefined {
  const expression = node as Expression;
  return expression.type === "ImportExpression" && expression.source.type === "StringLiteral"
    ? runnerModule(expression.source.value)
    : undefined;
}
